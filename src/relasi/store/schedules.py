"""How far schedules have come: when each is due next, and in the middle of which round it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, select, tuple_, update

from relasi.store.columns import METADATA, MOMENT, TEXT, adding, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_schedule",
    METADATA,
    Column("workflow", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("due_at", MOMENT, nullable=False, index=True),
    Column("since", MOMENT, nullable=False),
    Column("until", MOMENT),
    Column("cursor", TEXT),
    info=silent("it tells how far a schedule has come"),
)


Pair = tuple[str, str]
"""A workflow, and the words of one of its schedules."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`key` is the words of the schedule, so that other words are another one. Everything up to `since` is
    done. A round that has begun covers the time to `until`, and goes on at `cursor`, where its last page
    ended."""

    workflow: str
    key: str
    due_at: datetime
    since: datetime
    until: datetime | None = None
    cursor: str | None = None


class Schedules:
    """The schedules inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[Pair, Schedule]:
        return {
            (row.workflow, row.key): Schedule(**row._mapping)
            for row in self._connection.execute(select(_TABLE))
        }

    def any_due(self, now: datetime) -> bool:
        """Whether it is worth claiming: a look that needs no lock."""
        query = select(_TABLE.c.workflow).where(_TABLE.c.due_at <= now).limit(1)
        return self._connection.execute(query).first() is not None

    def claim(self, now: datetime) -> Schedule | None:
        """The one that is longest due, for this transaction alone."""
        query = select(_TABLE).where(_TABLE.c.due_at <= now).order_by(_TABLE.c.due_at, _TABLE.c.workflow)
        row = self._connection.execute(query.limit(1).with_for_update(skip_locked=True)).one_or_none()
        return None if row is None else Schedule(**row._mapping)

    def add(self, schedule: Schedule) -> None:
        """Notes a new one; where somebody else was first, it stays as it is."""
        self._connection.execute(adding(_TABLE), row_of(_TABLE, schedule))

    def put(self, schedule: Schedule) -> None:
        """Notes how far a known schedule has come."""
        known = (_TABLE.c.workflow == schedule.workflow, _TABLE.c.key == schedule.key)
        self._connection.execute(update(_TABLE).where(*known).values(row_of(_TABLE, schedule)))

    def pass_by(self, pairs: Collection[Pair], now: datetime, due_at: datetime) -> None:
        """Notes that there was nothing to do for these up to now."""
        pair = tuple_(_TABLE.c.workflow, _TABLE.c.key)
        self._connection.execute(update(_TABLE).where(pair.in_(list(pairs))).values(since=now, due_at=due_at))

    def drop(self, workflow: str, key: str) -> None:
        pair = tuple_(_TABLE.c.workflow, _TABLE.c.key)
        self._connection.execute(delete(_TABLE).where(pair == tuple_(workflow, key)))
