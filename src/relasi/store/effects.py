"""The outbox: what is to happen outside, written with the change that asks for it, sent later under a lease.

The id of an effect is its idempotency key: however often it is sent, it is the same effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Row, Table, delete, func, or_, select, text, update

from relasi.platform.sql.functions import folded
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, adding, row_of
from relasi.store.telling import telling

Status = Literal["waiting", "sent", "kept", "withheld", "dead", "dropped"]
"""kept: there is nowhere to send it to, by the settings; withheld: it may not be sent, `note` says why; dead:
given up after too many tries; dropped: by a person."""

_OVER: tuple[Status, ...] = ("sent", "kept", "withheld", "dropped")

_TABLE = Table(
    "relasi_effect",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("to", TEXT, nullable=False),
    Column("payload", DOCUMENT, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("attempts", NUMBER, nullable=False),
    Column("next_at", MOMENT),
    Column("lease", TEXT),
    Column("ended_at", MOMENT),
    Column("note", DOCUMENT),
    Column("entity", TEXT),
    Column("record_id", TEXT),
    Column("workflow", TEXT),
    Index(None, "status", "next_at"),
    Index(None, "at"),
    Index(None, "record_id"),
    info=telling("record_id", address="to", texts=("payload", "note")),
)

_ADD = adding(_TABLE).returning(_TABLE.c.id)


@dataclass(frozen=True, slots=True)
class Effect:
    """`to` is the address that it goes to, `payload` all that the sender needs. A waiting one is due at
    `next_at`, which a sender that took it has put off to the end of its lease. `note` says in every language
    what was the matter last."""

    id: str
    kind: str
    to: str
    payload: Mapping[str, Any]  # Any: JSON
    at: datetime
    status: Status = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    lease: str | None = None
    ended_at: datetime | None = None
    note: Mapping[str, str] | None = None
    entity: str | None = None
    record_id: str | None = None
    workflow: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an attempt; `next_at` where another one follows."""

    status: Status
    note: Mapping[str, str] | None = None
    next_at: datetime | None = field(default=None, kw_only=True)


class Effects:
    """The outbox inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, effect: Effect) -> bool:
        """False, and nothing is written, where there is an effect with this id already."""
        row = row_of(_TABLE, effect) | {"next_at": effect.at}
        return self._connection.execute(_ADD, row).first() is not None

    def claim(self, now: datetime, *, lease: str, until: datetime, limit: int) -> tuple[Effect, ...]:
        """Takes due effects for one sender, the longest due first. Others find them again from `until` on."""
        due = (
            select(_TABLE.c.id)
            .where(_TABLE.c.status == "waiting", _TABLE.c.next_at <= now)
            .order_by(_TABLE.c.next_at, _TABLE.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = list(self._connection.scalars(due))
        if not ids:
            return ()
        taken = {"lease": lease, "next_at": until, "attempts": text("attempts + 1")}
        self._connection.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values(taken))
        query = select(_TABLE).where(_TABLE.c.id.in_(ids)).order_by(_TABLE.c.at, _TABLE.c.id)
        return tuple(_effect(row) for row in self._connection.execute(query))

    def settle(self, effect: Effect, verdict: Verdict, now: datetime) -> bool:
        """Notes what became of a claimed effect. False where the lease has gone to another sender."""
        values = {
            "status": verdict.status,
            "note": None if verdict.note is None else dict(verdict.note),
            "next_at": verdict.next_at,
            "ended_at": None if verdict.status == "waiting" else now,
            "lease": None,
        }
        held = update(_TABLE).where(_TABLE.c.id == effect.id, _TABLE.c.lease == effect.lease)
        return self._connection.execute(held.values(values)).rowcount == 1

    def put_off(self, kind: str, until: datetime, *, to: str | None = None) -> None:
        """Lets what waits rest until then: all of a kind, or what goes to one address."""
        waits = update(_TABLE).where(_TABLE.c.kind == kind, _TABLE.c.status == "waiting")
        waits = waits.where(_TABLE.c.lease.is_(None), _TABLE.c.next_at < until)
        if to is not None:
            waits = waits.where(_TABLE.c.to == to)
        self._connection.execute(waits.values(next_at=until))

    def get(self, effect_id: str) -> Effect | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == effect_id)).one_or_none()
        return None if row is None else _effect(row)

    def list(
        self,
        *,
        status: Sequence[Status] = (),
        to: str | None = None,
        search: str = "",
        limit: int = 50,
    ) -> tuple[Effect, ...]:
        """Newest first; `search` is a part of the address."""
        query = select(_TABLE).order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(limit)
        if status:
            query = query.where(_TABLE.c.status.in_(status))
        if to is not None:
            query = query.where(folded(_TABLE.c.to) == to.strip().lower())
        if search.strip():
            query = query.where(folded(_TABLE.c.to).contains(search.strip().lower(), autoescape=True))
        return tuple(_effect(row) for row in self._connection.execute(query))

    def counts(self) -> dict[Status, int]:
        query = select(_TABLE.c.status, func.count()).group_by(_TABLE.c.status)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def dead(self, at_most: int) -> int:
        """How many were given up; of more than `at_most`, so many."""
        first = select(_TABLE.c.status).where(_TABLE.c.status == "dead").limit(at_most).subquery()
        return self._connection.scalars(select(func.count()).select_from(first)).one()

    def is_due(self, now: datetime) -> bool:
        """Whether there is anything to claim."""
        query = select(_TABLE.c.id).where(_TABLE.c.status == "waiting", _TABLE.c.next_at <= now).limit(1)
        return self._connection.execute(query).first() is not None

    def retry(self, effect_id: str, now: datetime) -> bool:
        """Sends it again, with all tries before it. False for one that is sent or under way."""
        waits = {
            "status": "waiting",
            "next_at": now,
            "attempts": 0,
            "ended_at": None,
            "lease": None,
            "note": None,
        }
        ended = _TABLE.c.status.in_(("kept", "withheld", "dead", "dropped"))
        between = (_TABLE.c.status == "waiting") & _TABLE.c.lease.is_(None)
        statement = update(_TABLE).where(_TABLE.c.id == effect_id, or_(ended, between)).values(waits)
        return self._connection.execute(statement).rowcount == 1

    def bounce(self, effect_id: str, note: Mapping[str, str], now: datetime) -> bool:
        """Notes that a mail which was sent came back. False for one that does not count as sent."""
        sent = update(_TABLE).where(_TABLE.c.id == effect_id, _TABLE.c.status == "sent")
        values = {"status": "dead", "note": dict(note), "ended_at": now}
        return self._connection.execute(sent.values(values)).rowcount == 1

    def drop(self, effect_id: str, now: datetime) -> bool:
        """Never sends it. False for one that is sent, or under way at this moment."""
        open_ = _TABLE.c.status.in_(("kept", "withheld", "dead"))
        between = (_TABLE.c.status == "waiting") & _TABLE.c.lease.is_(None)
        values = {"status": "dropped", "next_at": None, "ended_at": now}
        statement = update(_TABLE).where(_TABLE.c.id == effect_id, or_(open_, between)).values(values)
        return self._connection.execute(statement).rowcount == 1

    def prune(self, before: datetime, limit: int) -> int:
        """Forgets some of those that ended earlier: how many. What waits or was given up stays."""
        old = select(_TABLE.c.id).where(_TABLE.c.at < before, _TABLE.c.ended_at < before)
        old = old.where(_TABLE.c.status.in_(_OVER)).limit(limit)
        return self._connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(old))).rowcount

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))


def back_off(attempts: int, *, spread: float) -> timedelta:
    """How long to wait after so many tries: a minute, twice as long each time, six hours at most.

    `spread`, from 0 to 1, adds up to a fifth, so that what failed together is not tried together again.
    """
    seconds = min(60.0 * 2 ** max(0, attempts - 1), 6 * 3600.0)
    return timedelta(seconds=seconds * (1 + spread / 5))


def _effect(row: Row[Any]) -> Effect:
    return Effect(**row._mapping)
