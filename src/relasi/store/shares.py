"""Shares: records that somebody was let into for a while, beside what roles grant. Nothing is ever erased: a
share that was taken back says by whom and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Select, Table, and_, insert, or_, select, update

from relasi.store.columns import DAY, DOCUMENT, FLAG, METADATA, MOMENT, TEXT, row_of
from relasi.store.telling import telling

Kind = Literal["user", "team", "role"]

_TABLE = Table(
    "relasi_share",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("whom", TEXT, nullable=False),
    Column("may_update", FLAG, nullable=False),
    Column("last", DAY, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("hidden", DOCUMENT, nullable=False),
    Column("locked", DOCUMENT, nullable=False),
    Column("by", TEXT),
    Column("at", MOMENT, nullable=False),
    Column("ended_by", TEXT),
    Column("ended_at", MOMENT),
    Index(None, "whom", "last"),
    Index(None, "record_id"),
    info=telling("record_id"),
)
_STANDS = _TABLE.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True)
class Share:
    """`whom` is a user's id, a team or a role, as `kind` says; `last` is the last day, in the company's time
    zone. `hidden` and `locked` are the fields that the one who shared did not see, or not change."""

    id: str
    entity: str
    record_id: str
    kind: Kind
    whom: str
    may_update: bool
    last: date
    reason: str
    hidden: Sequence[str]
    locked: Sequence[str]
    by: str | None
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def what(self) -> tuple[str, str, bool, tuple[str, ...], tuple[str, ...]]:
        """What it lets people do, whoever they are."""
        return self.entity, self.record_id, self.may_update, tuple(self.hidden), tuple(self.locked)

    def holds_on(self, day: date) -> bool:
        return self.ended_at is None and day <= self.last


class Shares:
    """The shares inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, share: Share) -> None:
        self._connection.execute(insert(_TABLE), row_of(_TABLE, share))

    def end(self, share_id: str, by: str | None, now: datetime) -> bool:
        """Takes a share back; False where that was done before."""
        statement = update(_TABLE).where(_TABLE.c.id == share_id, _STANDS)
        return self._connection.execute(statement.values(ended_by=by, ended_at=now)).rowcount == 1

    def get(self, share_id: str) -> Share | None:
        return next(iter(self._found(select(_TABLE).where(_TABLE.c.id == share_id))), None)

    def on(self, entity: str, record_id: str) -> tuple[Share, ...]:
        """Those of a record, the ended ones too, in the order in which they were made."""
        query = select(_TABLE).where(_TABLE.c.entity == entity, _TABLE.c.record_id == record_id)
        return self._found(query.order_by(_TABLE.c.at, _TABLE.c.id))

    def with_person(
        self, user_id: str, team: str | None, roles: Iterable[str], day: date
    ) -> tuple[Share, ...]:
        """Those that let a person in on a day, by name, by team or by one of the roles."""
        kind, whom = _TABLE.c.kind, _TABLE.c.whom
        theirs = [and_(kind == "user", whom == user_id), and_(kind == "role", whom.in_(sorted(roles)))]
        if team is not None:
            theirs.append(and_(kind == "team", whom == team))
        return self._found(select(_TABLE).where(_STANDS, _TABLE.c.last >= day, or_(*theirs)))

    def _found(self, query: Select[Any]) -> tuple[Share, ...]:
        return tuple(Share(**row._mapping) for row in self._connection.execute(query))
