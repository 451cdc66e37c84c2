"""Absences: who is away, from when until when, and who stands in. Nothing is ever erased: an absence that was
taken back says by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Select,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from relasi.store.columns import DAY, METADATA, MOMENT, TEXT, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_absence",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), nullable=False),
    Column("first", DAY, nullable=False),
    Column("last", DAY, nullable=False),
    Column("delegate_id", TEXT, ForeignKey("relasi_user.id")),
    Column("entered_by", TEXT),
    Column("entered_at", MOMENT, nullable=False),
    Column("ended_by", TEXT),
    Column("ended_at", MOMENT),
    Index(None, "user_id", "last"),
    Index(None, "last"),
    info=silent("it is about people who work here"),
)
_STANDS = _TABLE.c.ended_at.is_(None)
_COMING = (
    select(_TABLE).where(_STANDS, _TABLE.c.last >= bindparam("since")).order_by(_TABLE.c.first, _TABLE.c.id)
)


@dataclass(frozen=True, slots=True)
class Absence:
    """`first` and `last` are days in the company's time zone, both of them away. `delegate_id` is who stands
    in; `entered_by` is None where the command line did it; `ended_by` took the absence back."""

    id: str
    user_id: str
    first: date
    last: date
    delegate_id: str | None
    entered_by: str | None
    entered_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


class Absences:
    """The absences inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, absence: Absence) -> None:
        self._connection.execute(insert(_TABLE), row_of(_TABLE, absence))

    def end(self, absence_id: str, by: str | None, now: datetime) -> bool:
        """Takes an absence back; False where that was done before."""
        statement = update(_TABLE).where(_TABLE.c.id == absence_id, _STANDS)
        return self._connection.execute(statement.values(ended_by=by, ended_at=now)).rowcount == 1

    def get(self, absence_id: str) -> Absence | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == absence_id)).one_or_none()
        return None if row is None else Absence(**row._mapping)

    def of(self, user_id: str, *, since: date) -> tuple[Absence, ...]:
        """Those of a user that stand and last until that day at least, in the order of their days."""
        return self._found(_COMING.where(_TABLE.c.user_id == user_id), since)

    def coming(self, since: date) -> tuple[Absence, ...]:
        """Those of everybody."""
        return self._found(_COMING, since)

    def away(self, day: date) -> Mapping[str, str | None]:
        """Everybody who is away on a day, with who stands in for them."""
        query = select(_TABLE.c.user_id, _TABLE.c.delegate_id).where(
            _STANDS, _TABLE.c.last >= day, _TABLE.c.first <= day
        )
        return {row.user_id: row.delegate_id for row in self._connection.execute(query)}

    def _found(self, query: Select[Any], since: date) -> tuple[Absence, ...]:
        rows = self._connection.execute(query, {"since": since})
        return tuple(Absence(**row._mapping) for row in rows)
