"""What is known of each file: its name, its kind and who brought it. The content lies in `contents`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, select, update

from relasi.store.columns import METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_file",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("sha256", TEXT, nullable=False, index=True),
    Column("name", TEXT, nullable=False),
    Column("media_type", TEXT, nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("user_id", TEXT),
    Column("at", MOMENT, nullable=False),
    Column("unused_since", MOMENT),
    info=silent("files go with the fields that name them"),
)

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class File:
    """`media_type` was told by the content. `unused_since` is when it was first noticed that no record has
    the file."""

    id: str
    sha256: str
    name: str
    media_type: str
    size: int
    user_id: str | None
    at: datetime
    unused_since: datetime | None = None


class Files:
    """The files inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: File) -> None:
        self._connection.execute(insert(_TABLE), row_of(_TABLE, file))

    def get(self, keys: Iterable[str]) -> Mapping[str, File]:
        """By id; ids that do not exist are left out."""
        wanted, found = list(keys), {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = _TABLE.c.id.in_(wanted[start : start + _AT_ONCE])
            for row in self._connection.execute(select(_TABLE).where(some)):
                found[row.id] = File(**row._mapping)
        return found

    def all(self) -> tuple[File, ...]:
        return tuple(File(**row._mapping) for row in self._connection.execute(select(_TABLE)))

    def note_use(self, keys: Iterable[str], unused_since: datetime | None) -> None:
        """Says of files since when no record has them; None of those that one has."""
        known = update(_TABLE).where(_TABLE.c.id == bindparam("key")).values(unused_since=unused_since)
        if rows := [{"key": key} for key in keys]:
            self._connection.execute(known, rows)

    def drop(self, keys: Iterable[str]) -> None:
        """Forgets files for good."""
        if rows := [{"key": key} for key in keys]:
            self._connection.execute(delete(_TABLE).where(_TABLE.c.id == bindparam("key")), rows)
