"""What Relasi has against edits that were made past it: the values that it did not take over, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Table, func, insert, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, row_of
from relasi.store.telling import telling

What = Literal["changed", "created", "deleted"]
"""changed: a value of a record; created: a record that is not whole; deleted: a record that has to stay."""
Outcome = Literal["taken_over", "put_back", "overtaken"]
"""overtaken: a later edit, or a change here, has settled it."""

_TABLE = Table(
    "relasi_objection",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("what", TEXT, nullable=False),
    Column("field", TEXT),
    Column("theirs", DOCUMENT),
    Column("ours", DOCUMENT),
    Column("text", DOCUMENT, nullable=False),
    Column("who", TEXT),
    Column("closed_at", MOMENT),
    Column("closed_by", TEXT),
    Column("outcome", TEXT),
    Index(None, "record_id", "closed_at"),
    Index(None, "closed_at", "id"),
    info=telling("record_id", texts=("theirs", "ours", "text")),
)

_OPEN = _TABLE.c.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Objection:
    """`theirs` is what was entered outside, `ours` what the record has, both as the type of the field dumps
    them; `text` says why, in every language. `who` is how the outside calls the person who edited."""

    id: str
    at: datetime
    entity: str
    record_id: str
    what: What
    field: str | None
    theirs: Any  # Any: JSON
    ours: Any  # Any: JSON
    text: Mapping[str, str]
    who: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: Outcome | None = None


class Objections:
    """The objections inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, objections: Sequence[Objection]) -> None:
        if objections:
            self._connection.execute(insert(_TABLE), [row_of(_TABLE, each) for each in objections])

    def get(self, objection_id: str) -> Objection | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == objection_id)).one_or_none()
        return None if row is None else Objection(**row._mapping)

    def count(self) -> int:
        """How many are open."""
        number: int = self._connection.execute(
            select(func.count()).select_from(_TABLE).where(_OPEN)
        ).scalar_one()
        return number

    def open(self, *, limit: int = 50, after: str | None = None) -> tuple[Objection, ...]:
        """Those that wait for somebody's decision, newest first; `after` is the id of the last of the page
        before."""
        query = select(_TABLE).where(_OPEN).order_by(_TABLE.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(_TABLE.c.id < after)
        return tuple(Objection(**row._mapping) for row in self._connection.execute(query))

    def on(self, entity: str, record_ids: Collection[str]) -> tuple[Objection, ...]:
        """The open ones on these records, oldest first."""
        query = select(_TABLE).where(_OPEN, _TABLE.c.entity == entity, _TABLE.c.record_id.in_(record_ids))
        rows = self._connection.execute(query.order_by(_TABLE.c.id))
        return tuple(Objection(**row._mapping) for row in rows)

    def incomplete(self) -> list[tuple[str, str]]:
        """Records, by entity and id, that appeared outside and are not whole."""
        query = select(_TABLE.c.entity, _TABLE.c.record_id).where(_OPEN, _TABLE.c.what == "created")
        return [(entity, key) for entity, key in self._connection.execute(query.distinct())]

    def close(self, ids: Collection[str], outcome: Outcome, now: datetime, by: str | None = None) -> None:
        if ids:
            closed = {"closed_at": now, "closed_by": by, "outcome": outcome}
            self._connection.execute(update(_TABLE).where(_OPEN, _TABLE.c.id.in_(ids)).values(closed))

    def rename_field(self, entity: str, field: str, new: str) -> None:
        """Follows the rename of a field."""
        which = (_TABLE.c.entity == entity, _TABLE.c.field == field)
        self._connection.execute(update(_TABLE).where(*which).values(field=new))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))
