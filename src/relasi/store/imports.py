"""Import jobs: how far a file has come, so that an import which was killed goes on and doubles nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_import",
    METADATA,
    Column("key", TEXT, primary_key=True),
    Column("entity", TEXT, nullable=False),
    Column("file_name", TEXT, nullable=False),
    Column("total", NUMBER, nullable=False),
    Column("next_row", NUMBER, nullable=False),
    Column("counts", DOCUMENT, nullable=False),
    Column("started", MOMENT, nullable=False),
    Column("finished", MOMENT),
    info=silent("it has counts, and the name of a file"),
)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """`key` is the hash of entity, file and mapping; rows before `next_row` are done, with the results in
    `counts`."""

    key: str
    entity: str
    file_name: str
    total: int
    next_row: int
    counts: Mapping[str, int]
    started: datetime
    finished: datetime | None = None


class Imports:
    """The import jobs inside one transaction: the one that writes the rows, so that both agree after a
    crash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> ImportJob | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.key == key)).one_or_none()
        return None if row is None else ImportJob(**row._mapping)

    def start(self, job: ImportJob) -> None:
        """Takes the place of an earlier job with the same key."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.key == job.key))
        self._connection.execute(insert(_TABLE), row_of(_TABLE, job))

    def advance(self, key: str, next_row: int, counts: Mapping[str, int]) -> None:
        self._set(key, next_row=next_row, counts=dict(counts))

    def finish(self, key: str, now: datetime) -> None:
        self._set(key, finished=now)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))

    def _set(self, key: str, **values: object) -> None:
        self._connection.execute(update(_TABLE).where(_TABLE.c.key == key).values(**values))
