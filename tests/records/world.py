"""A CRM of a few YAML texts on a real SQLite file, with a clock that stands still and ids that count."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from relasi.definitions import compile_project
from relasi.deploy import Stamp, apply, make_plan
from relasi.diagnostics import render
from relasi.platform.sql.database import Database
from relasi.records import Actor, ListRequest, Record, Source
from relasi.runtime import Crm, engine_actor, open_model
from relasi.schema.model import Model
from relasi.store import Store
from relasi.store.audit import Change
from relasi.store.traces import Trace
from relasi.store.users import User

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
"""In Jakarta, 21:05 of the same day."""

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
"""
PLATFORM = "platform: local\nkind: sqlite\n"
_FOLDERS = {
    "entity": "schema",
    "workflow": "workflows",
    "platform": "config/platforms",
    "department": "config/departments",
    "message": "config/messages",
    "hook": "config/hooks",
    "form": "config/forms",
    "dashboard": "config/dashboards",
    "mailbox": "config/mailboxes",
}

_made: dict[tuple[str, ...], tuple[Model, bytes]] = {}
"""The Model of each set of texts, and an empty database for it: most tests share theirs with others."""
_idle: list[tuple[tuple[str, ...], World]] = []
"""Worlds that their tests have closed, the last one last. To open one anew takes longer than most tests."""
_MOST_IDLE = 30


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class Ids:
    """They count."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self.begin()

    def begin(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"{self._prefix}{next(self._numbers):06}"


@dataclass(frozen=True)
class Lent(Crm):
    """Goes to another test once it is closed."""

    give_back: Callable[[], None]

    def close(self) -> None:
        super().close()
        self.give_back()


@dataclass
class World:
    """The CRM and short ways to look into it, past all access rules."""

    crm: Crm
    clock: Clock
    ids: Ids
    _users: dict[str, User] = field(default_factory=dict)

    def begin_again(self, *texts: str) -> None:
        """With an empty database, as at first; cheaper than a new CRM of the same texts."""
        self.crm.database.close()
        self.clock.now = NOW
        self.ids.begin()
        self._users.clear()
        shutil.rmtree(self.crm.root)
        _lay(self.crm.root, _made[texts][1])

    @property
    def engine(self) -> Actor:
        return engine_actor(Source.CLI)

    def user(self, name: str, *roles: str) -> str:
        """The id of the user with this name, added at first."""
        if name not in self._users:
            user = User(
                f"u-{name}", name, name.capitalize(), f"{name}@example.com", tuple(sorted(roles)), "en"
            )
            with self.crm.store.session() as session:
                session.users.add(user)
            self._users[name] = user
        return self._users[name].id

    def actor(self, name: str, *roles: str, source: Source = Source.PAGE) -> Actor:
        """The user with this name at work; the roles count when the name is used for the first time."""
        self.user(name, *roles)
        return self.crm.actor(self._users[name], source)

    def create(self, entity: str, **values: Any) -> Record:
        return self.crm.records.create(self.engine, entity, values)

    def values(self, entity: str, key: str) -> Mapping[str, Any]:
        return self.crm.records.get(self.engine, entity, key).values

    def rows(self, entity: str) -> list[Mapping[str, Any]]:
        """All records, oldest first."""
        return [
            each.values
            for each in self.crm.records.list(self.engine, ListRequest(entity, limit=10_000)).records
        ]

    def changes(self, entity: str, key: str) -> list[Change]:
        """What the audit log says of a record, oldest first."""
        with self.crm.store.session(write=False) as session:
            return list(reversed(session.audit.of(entity, key, limit=1000)))

    def traces(self, entity: str, key: str) -> list[Trace]:
        """Why rules ran on a record or did not, oldest first."""
        with self.crm.store.session(write=False) as session:
            return list(reversed(session.traces.of(entity, key, limit=1000)))


def make_world(folder: Path, *texts: str) -> World:
    """`texts` are YAML files; the first key of each says what it is. One for a server is that of a database
    which is empty."""
    if any("kind: postgresql" in text for text in texts):
        model = compiled(folder / "crm", texts)
        return deployed(folder / "crm", model)
    if texts not in _made:
        _make(folder / "model", texts)
    at = next((n for n, (held, _) in enumerate(_idle) if held == texts), None)
    if at is not None:
        _, world = _idle.pop(at)
        world.begin_again(*texts)
        return world
    root = Path(tempfile.mkdtemp(dir=_home()))
    _lay(root, _made[texts][1])
    return _to_lend(opened(root, _made[texts][0]), texts)


def _make(folder: Path, texts: tuple[str, ...]) -> None:
    model, root = compiled(folder, texts), Path(tempfile.mkdtemp(dir=_home()))
    _lay(root, _prepared())
    world = _to_lend(deployed(root, model), texts)
    world.crm.close()
    _made[texts] = model, (root / "data" / "crm.db").read_bytes()


def _to_lend(world: World, texts: tuple[str, ...]) -> World:
    def give_back() -> None:
        if all(each is not world for _, each in _idle):
            _idle.append((texts, world))
            del _idle[:-_MOST_IDLE]

    world.crm = Lent(**vars(world.crm), give_back=give_back)
    return world


@cache
def _home() -> Path:
    """Where worlds live that are lent to one test after the other."""
    home, owner = (
        tempfile.mkdtemp(prefix="relasi-worlds-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")),
        os.getpid(),
    )
    atexit.register(lambda: shutil.rmtree(home, ignore_errors=True) if os.getpid() == owner else None)
    return Path(home)


@cache
def _prepared() -> bytes:
    """A database with the tables of the engine, which are the same for all Models."""
    file = _home() / "prepared.db"
    database = Database.at(file)
    Store(database).prepare()
    database.close()
    return file.read_bytes()


def _lay(root: Path, database: bytes) -> None:
    (root / "data").mkdir(parents=True)
    (root / "data" / "crm.db").write_bytes(database)


def opened(root: Path, model: Model, prefix: str = "") -> World:
    """`prefix` keeps the ids of several processes apart."""
    clock, ids = Clock(), Ids(prefix)
    return World(open_model(root, model, clock=clock, new_id=ids), clock, ids)


def compiled(root: Path, texts: tuple[str, ...]) -> Model:
    for text in (PLATFORM, *texts):
        _write(root, text)
    if not (root / "config/crm.yaml").exists():
        _write(root, SETTINGS)
    model, diagnostics, project = compile_project(root)
    problems = [render(each, project.source) for each in diagnostics]
    assert model is not None, "\n".join(problems)
    return model


def _write(root: Path, text: str) -> None:
    kind, _, name = text.strip().partition("\n")[0].partition(":")
    place = f"{_FOLDERS[kind]}/{name.strip()}" if kind in _FOLDERS else f"config/{kind}"
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).with_suffix(".yaml").write_text(text, encoding="utf-8")


def deployed(root: Path, model: Model) -> World:
    """With the tables that it needs."""
    world = opened(root, model)
    database = world.crm.database
    apply(make_plan(model, database, now=NOW), model, database, Stamp("deployed", NOW))
    return world
