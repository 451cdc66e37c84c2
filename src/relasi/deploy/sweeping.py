"""Files that no record has any more: noticed, kept for as long as anything that is removed, then deleted for
good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from relasi.deploy.blueprint import Blueprint
from relasi.deploy.ground import removals
from relasi.deploy.plan import remembered
from relasi.deploy.rows import read_rows
from relasi.platform.again import begun_again
from relasi.platform.sql.database import Database
from relasi.platform.sql.values import decoder
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Kind, Storage
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.store.contents import Contents
from relasi.store.session import Session
from relasi.store.trash import Removal

_LISTED = decoder(Storage(Kind.TEXT_LIST))
"""The ids from what the trash holds of them."""

_SETTLING = timedelta(days=1)
"""A file younger than this may still wait in somebody's form."""


@begun_again
def sweep_files(database: Database, contents: Contents, *, keep: timedelta, now: datetime) -> int:
    """Looks at every record that can have files, and at the trash. Gives how many contents were deleted."""
    with database.unhurried() as connection:
        left = remembered(connection)
        if left is None:
            return 0
        used = {*_in_records(connection, left), *_in_trash(connection)}
        files = Session(connection).files
        known = files.all()
        unused = [each for each in known if each.id not in used and each.at < now - _SETTLING]
        over = {each.id for each in unused if each.unused_since and each.unused_since + keep <= now}
        files.note_use((each.id for each in unused if each.unused_since is None), now)
        files.note_use((each.id for each in known if each.unused_since and each.id in used), None)
        files.drop(over)
    wanted = frozenset(each.sha256 for each in known if each.id not in over)
    return contents.sweep(wanted, before=now - _SETTLING)


def _in_records(connection: Connection, left: Blueprint) -> Iterator[str]:
    for entity, known in left.entities.items():
        types = {**known.fields, **known.retired}
        columns = {name: (name, type_) for name, type_ in types.items() if isinstance(type_, Attached)}
        for rows in read_rows(connection, entity, columns) if columns else ():
            for _, values in rows:
                for value in values.values():
                    yield from value or ()


def _in_trash(connection: Connection) -> Iterator[str]:
    for removal in removals(connection):
        names = _attached(removal)
        for thrown in Session(connection).trash.rows(removal.id) if names else ():
            values = thrown.value if removal.field is None else {removal.field: thrown.value}
            for value in filter(None, (values.get(name) for name in names)):
                yield from _LISTED(value)


def _attached(removal: Removal) -> list[str]:
    """The fields with files among what was removed."""
    definition: Mapping[str, Any] = removal.definition  # Any: JSON
    if removal.field is not None:
        return [removal.field] if _keeps_files(definition) else []
    fields = {**definition["fields"], **definition["retired"]}
    return [name for name, keys in fields.items() if _keeps_files(keys)]


def _keeps_files(keys: Mapping[str, Any]) -> bool:  # Any: JSON
    return issubclass(FIELD_TYPES[keys["type"]], Attached)
