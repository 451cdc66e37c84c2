"""Import jobs: how far a file has come, so that an import which was killed goes on and doubles nothing; which
rows were refused up to there; and what each has written, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Table, delete, func, insert, select, update

from relasi.platform.sql.adding import add_rows
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.telling import silent, telling

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
    Column("user_id", TEXT),
    Column("header", TEXT),
    Column("mapping", DOCUMENT),
    Column("taken_back", DOCUMENT),
    Column("undone", MOMENT),
    info=silent("it has counts, the name of a file, and what its columns mean"),
)
_WRITTEN = Table(
    "relasi_imported",
    METADATA,
    Column("change_id", TEXT, primary_key=True),
    Column("import_key", TEXT, nullable=False),
    Index(None, "import_key", "change_id"),
    info=silent("it names entries of the audit log, which has the values"),
)
_REFUSED = Table(
    "relasi_import_refused",
    METADATA,
    Column("import_key", TEXT, primary_key=True),
    Column("line", NUMBER, primary_key=True),
    Column("reasons", DOCUMENT, nullable=False),
    info=telling(texts=("reasons",)),
)
_AT_ONCE = 500


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
    user_id: str | None = None
    """Who began it; None where that was nobody in particular, at the command line."""
    header: str | None = None
    """What stands for the names of the columns, in whatever order; None where there was no map."""
    mapping: Mapping[str, Any] | None = None  # Any: a map as it is written
    taken_back: Mapping[str, int] | None = None
    """What became of its records since somebody began to take it back; None where nobody did."""
    undone: datetime | None = None
    """When all of it had been gone through the last time."""


class Imports:
    """The import jobs inside one transaction: the one that writes the rows, so that both agree after a
    crash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> ImportJob | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.key == key)).one_or_none()
        return None if row is None else ImportJob(**row._mapping)

    def of(self, entity: str, limit: int) -> tuple[ImportJob, ...]:
        """Those of an entity, newest first."""
        query = select(_TABLE).where(_TABLE.c.entity == entity)
        rows = self._connection.execute(query.order_by(_TABLE.c.started.desc(), _TABLE.c.key).limit(limit))
        return tuple(ImportJob(**row._mapping) for row in rows)

    def last_mapping(self, entity: str, header: str) -> Mapping[str, Any] | None:  # Any: as written
        """The map by which a file with these columns was last read."""
        query = select(_TABLE.c.mapping).where(_TABLE.c.entity == entity, _TABLE.c.header == header)
        last = query.order_by(_TABLE.c.started.desc()).limit(1)
        found: Mapping[str, Any] | None = self._connection.scalar(last)
        return found

    def start(self, job: ImportJob) -> None:
        """An earlier job with the same key is kept under another one, without what it refused."""
        self._forget_refused(job.key)
        query = select(func.count()).select_from(_TABLE).where(_TABLE.c.key.startswith(job.key))
        earlier: int = self._connection.execute(query).scalar_one()
        if earlier:
            aside = f"{job.key}@{earlier}"
            for column in (_TABLE.c.key, _WRITTEN.c.import_key):
                moved = update(column.table).where(column == job.key).values({column.name: aside})
                self._connection.execute(moved)
        self._connection.execute(insert(_TABLE), row_of(_TABLE, job))

    def advance(self, key: str, before: int, next_row: int, counts: Mapping[str, int]) -> bool:
        """False where it does not stand at the row `before` any more: it runs elsewhere, too."""
        there = update(_TABLE).where(_TABLE.c.key == key, _TABLE.c.next_row == before)
        moved = self._connection.execute(there.values(next_row=next_row, counts=dict(counts)))
        return moved.rowcount == 1

    def finish(self, key: str, now: datetime) -> None:
        """What it refused was told."""
        self._set(key, finished=now)
        self._forget_refused(key)

    def add_refused(self, key: str, reasons: Mapping[int, Sequence[Any]]) -> None:  # Any: what JSON can say
        """Lines that became no records, and why: whoever goes on with the import is told of them, too."""
        rows = [{"import_key": key, "line": line, "reasons": why} for line, why in reasons.items()]
        add_rows(self._connection, insert(_REFUSED), rows)

    def refused(self, key: str) -> dict[int, Sequence[Any]]:  # Any: what JSON can say
        """In the order of the lines."""
        query = select(_REFUSED.c.line, _REFUSED.c.reasons).where(_REFUSED.c.import_key == key)
        return {row.line: row.reasons for row in self._connection.execute(query.order_by(_REFUSED.c.line))}

    def prune(self, before: datetime) -> None:
        """Forgets what was refused by imports that began earlier and were never brought to their end."""
        old = select(_TABLE.c.key).where(_TABLE.c.started < before)
        self._connection.execute(delete(_REFUSED).where(_REFUSED.c.import_key.in_(old)))

    def add_written(self, key: str, changes: Sequence[str]) -> None:
        """Entries of the audit log that came of it."""
        rows = [{"change_id": each, "import_key": key} for each in changes]
        add_rows(self._connection, insert(_WRITTEN), rows)

    def count_written(self, key: str) -> int:
        query = select(func.count()).select_from(_WRITTEN).where(_WRITTEN.c.import_key == key)
        number: int = self._connection.execute(query).scalar_one()
        return number

    def written(self, key: str, limit: int, *, before: str | None = None) -> Sequence[str]:
        """What came of it and has not been taken back, the last first."""
        query = select(_WRITTEN.c.change_id).where(_WRITTEN.c.import_key == key)
        if before is not None:
            query = query.where(_WRITTEN.c.change_id < before)
        return self._connection.scalars(query.order_by(_WRITTEN.c.change_id.desc()).limit(limit)).all()

    def among(self, key: str, changes: Sequence[str]) -> set[str]:
        """Those of the entries that came of it."""
        found: set[str] = set()
        for start in range(0, len(changes), _AT_ONCE):
            some = _WRITTEN.c.change_id.in_(changes[start : start + _AT_ONCE])
            query = select(_WRITTEN.c.change_id).where(_WRITTEN.c.import_key == key, some)
            found.update(self._connection.scalars(query))
        return found

    def take_back(
        self, key: str, changes: Collection[str], counts: Mapping[str, int], *, undone: datetime | None = None
    ) -> None:
        """The entries are settled; `undone` is when all of them had been gone through."""
        self._forget_refused(key)
        ids = sorted(changes)
        for start in range(0, len(ids), _AT_ONCE):
            some = _WRITTEN.c.change_id.in_(ids[start : start + _AT_ONCE])
            self._connection.execute(delete(_WRITTEN).where(some))
        self._set(key, taken_back=dict(counts), undone=undone)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))

    def _forget_refused(self, key: str) -> None:
        self._connection.execute(delete(_REFUSED).where(_REFUSED.c.import_key == key))

    def _set(self, key: str, **values: object) -> None:
        self._connection.execute(update(_TABLE).where(_TABLE.c.key == key).values(**values))
