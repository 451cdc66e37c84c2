"""A record of every entity of a project, each field filled with a value that suits its type."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from relasi.definitions import check_project
from relasi.deploy import Stamp, apply, make_plan
from relasi.diagnostics import Diagnostic
from relasi.records import Record, Source
from relasi.runtime import Crm, engine_actor, open_model
from relasi.schema.fields.base import FieldType, Value
from relasi.schema.model import Entity, Field
from relasi.store.files import File
from relasi.store.users import User

PROJECTS = Path(__file__).resolve().parents[1] / "projects"
NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
IMPORT = engine_actor(Source.IMPORT)
"""Whoever brings records with a past may fill in what people only read."""

SCAN = File("scan", "0" * 64, "scan.png", "image/png", 20_000, IMPORT.user_id, NOW)
"""What fields for files get; its content is asked for by nobody here."""

_VALUES: Mapping[str, Callable[[str, FieldType], Value]] = {
    "text": lambda name, _: name[:12],
    "long_text": lambda name, _: f"{name}\nand more",
    "rich_text": lambda name, _: f"# {name}\n\nand **more**",
    "json": lambda name, _: f'{{"about":"{name}"}}',
    "number": lambda _name, _: 7,
    "decimal": lambda _name, _: Decimal("7.5"),
    "money": lambda _name, _: Decimal(1250),
    "percent": lambda _name, _: Decimal(12),
    "boolean": lambda _name, _: True,
    "date": lambda _name, _: date(2026, 5, 17),
    "datetime": lambda _name, _: datetime(2026, 5, 17, 8, 30, tzinfo=UTC),
    "choice": lambda _name, type_: list(type_.choices())[-1],
    "multi_choice": lambda _name, type_: tuple(type_.choices()),
    "rating": lambda _name, _: 4,
    "email": lambda name, _: f"{name.replace('_', '.')}@example.com",
    "phone": lambda _name, _: "+628123456789",
    "url": lambda name, _: f"https://example.com/{name}",
    "urls": lambda name, _: f"https://example.com/{name}\nhttps://example.org/{name}",
    "files": lambda _name, _: ("scan",),
    "image": lambda _name, _: ("scan",),
    "user": lambda _name, _: "u1",
}
"""By the word of the type; of several options, the last."""


def diagnostics_of(name: str) -> list[Diagnostic]:
    """What `relasi check` says of the project as it stands in the repository."""
    return list(check_project(PROJECTS / name)[1])


def opened(name: str, folder: Path) -> Crm:
    """A copy of the project with a fresh database, one user without any role, and one file."""
    root = folder / name
    shutil.copytree(PROJECTS / name, root)
    model, diagnostics, _ = check_project(root)
    assert model is not None, list(diagnostics)
    ids = iter(f"r{number:05}" for number in range(100_000))
    crm = open_model(root, model, clock=lambda: NOW, new_id=lambda: next(ids))
    apply(make_plan(model, crm.database, now=NOW), model, crm.database, Stamp("first", NOW))
    add_user(crm, "u1")
    with crm.store.session() as session:
        session.files.add(SCAN)
    return crm


def add_user(crm: Crm, key: str, *roles: str) -> User:
    user = User(key, key, key.capitalize(), f"{key}@example.com", roles, "en")
    with crm.store.session() as session:
        session.users.add(user)
    return user


def filled_in(entity: Entity) -> Iterator[Field]:
    """The fields into which something can be written, but for the state, which comes with the record."""
    state = entity.process.field if entity.process else None
    return (field for field in entity.own_fields if not field.computed and field.name != state)


def values(fields: Iterable[Field]) -> dict[str, Value]:
    return {field.name: _VALUES[field.type.name](field.name, field.type) for field in fields}


def make_all(crm: Crm) -> dict[str, dict[str, Value]]:
    """Writes a record of each entity; by entity, what was read back other than it was written.

    First all records without links, but for those that they cannot be without; then the links, which lead in
    circles.
    """
    made: dict[str, Record] = {}
    for entity in crm.model.entities.values():
        _make(crm, entity, made)
    return {name: _linked(crm, crm.model.entities[name], made) for name in list(made)}


def _make(crm: Crm, entity: Entity, made: dict[str, Record]) -> None:
    if entity.name not in made:
        fields = list(filled_in(entity))
        needed = [field for field in fields if field.links_to and field.type.required]
        for field in needed:
            _make(crm, crm.model.entities[field.links_to[0]], made)
        own = values(field for field in fields if not field.links_to)
        made[entity.name] = crm.records.create(IMPORT, entity.name, {**own, **_links(needed, made)})


def _links(fields: Sequence[Field], made: Mapping[str, Record]) -> dict[str, Value]:
    """Each field leads to the record of the first entity that it may lead to."""
    ids = {field.name: made[field.links_to[0]].id for field in fields}
    several = {field.name: field.links_to[0] for field in fields if len(field.links_to) > 1}
    return {name: f"{several[name]}/{key}" if name in several else key for name, key in ids.items()}


def _linked(crm: Crm, entity: Entity, made: Mapping[str, Record]) -> dict[str, Value]:
    """What differs when the record has its links."""
    fields, key = list(filled_in(entity)), made[entity.name].id
    links = _links([field for field in fields if field.links_to], made)
    written = {**values(field for field in fields if not field.links_to), **links}
    version = crm.records.get(IMPORT, entity.name, key).version
    read = crm.records.update(IMPORT, entity.name, key, version, links).values
    return {name: read[name] for name, value in written.items() if read[name] != value}
