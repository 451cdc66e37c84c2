"""Where tests take place: each begins with the same empty database, on a clock that goes when it is told to,
with ids that count. The database of the project is never opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from relasi.config.documents import Document
from relasi.deploy import Stamp, apply, make_plan
from relasi.errors import Refused
from relasi.platform.keyring import add_key
from relasi.platform.sql.database import Database
from relasi.runtime import Crm, now, open_model
from relasi.schema.model import Model, PlatformSettings, SqliteFile
from relasi.schema.secrets import Secret
from relasi.transfer.extract import extract

_FILE = "trial.db"
_FILES = "trial.files"
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class _Ids:
    """They count."""

    def begin(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"{next(self._numbers):08}"


@dataclass(frozen=True, slots=True)
class Stage:
    """`model` is that of the project. There is one CRM, since to open it takes longer than most tests do;
    `empty` is its database before any of them."""

    model: Model
    empty: bytes
    _crm: Crm
    _clock: Clock
    _ids: _Ids

    @contextmanager
    def crm(self, at: datetime) -> Iterator[tuple[Crm, Clock]]:
        """The CRM without users and records, at that moment. What it holds is gone afterwards."""
        _clear(self._crm.root)
        (self._crm.root / _FILE).write_bytes(self.empty)
        self._clock.now = at
        self._ids.begin()
        try:
            yield self._crm, self._clock
        finally:
            self._crm.close()


@contextmanager
def stage_of(model: Model, documents: Callable[[], Sequence[Document]]) -> Iterator[Stage]:
    """Makes a database for the Model, which every test begins with. `documents` are the Model's."""
    clock, ids = Clock(_MADE), _Ids()
    ids.begin()
    with TemporaryDirectory(prefix="relasi-test-") as folder:
        root, keys = Path(folder) / "project", Path(folder) / "data.keys"
        root.mkdir()
        add_key(keys, "trial")
        own = _on_its_own(model, Secret(file=str(keys)))
        crm = open_model(root, own, clock=clock, new_id=ids, documents=documents)
        plan = make_plan(own, crm.database, now=_MADE)
        apply(plan, own, crm.database, Stamp("trial", _MADE))
        crm.close()
        yield Stage(own, (root / _FILE).read_bytes(), crm, clock, ids)


def _clear(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()


@contextmanager
def copy_of(
    root: Path, model: Model, documents: Callable[[], Sequence[Document]]
) -> Iterator[tuple[Crm, Clock]]:
    """A CRM of the Model on a copy of the project's database, in the structure that the Model wants. Its
    clock stands at this moment.

    Raises PlatformError, Refused where there is nothing to copy, and PlanRefused where that structure cannot
    be had.
    """
    keys = model.settings.data_keys
    if keys.file is not None:
        keys = Secret(file=str((root / keys.file).resolve()))
    source, own = Database.of(model.platform, root), _on_its_own(model, keys)
    if source.file is not None and not source.file.exists():
        raise Refused("no_database", place=str(source.file))
    with TemporaryDirectory(prefix="relasi-copy-") as folder:
        try:
            extract(source, Path(folder) / _FILE, add_up=False)
        finally:
            source.close()
        clock = Clock(now())
        crm = open_model(Path(folder), own, clock=clock, documents=documents)
        try:
            plan = make_plan(own, crm.database, now=clock.now)
            apply(plan, own, crm.database, Stamp(crm.new_id(), clock.now))
            yield crm, clock
        finally:
            crm.close()


def _on_its_own(model: Model, keys: Secret) -> Model:
    """The Model on a file that is nobody's."""
    platform = PlatformSettings(model.platform.name, SqliteFile(_FILE), _FILES)
    return replace(model, platform=platform, settings=replace(model.settings, data_keys=keys))
