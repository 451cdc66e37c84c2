"""What is known of the other side: addresses that bounced, hooks that said goodbye, calls that came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, func, insert, select

from relasi.errors import GivenUp
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, adding
from relasi.store.consents import folded
from relasi.store.telling import silent, telling

_CLOSED = Table(
    "relasi_closed",
    METADATA,
    Column("to", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("reason", TEXT, nullable=False),
    info=telling(address="to"),
)

_DELIVERY = Table(
    "relasi_delivery",
    METADATA,
    Column("hook", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("digest", TEXT, nullable=False),
    Column("record_id", TEXT),
    Column("answer", DOCUMENT),
    info=telling("record_id", texts=("answer",)),
)

_KEY = Table(
    "relasi_key",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("value", TEXT, nullable=False),
    info=silent("it is a random key"),
)


@dataclass(frozen=True, slots=True)
class Closed:
    """An address that takes nothing more: `reason` is what the other side said."""

    to: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call or a form that came in and was taken; `digest` is that of its content, `record_id` what came of
    it, `answer` what its sender was told, where that is more."""

    hook: str
    key: str
    at: datetime
    digest: str
    record_id: str | None = None
    answer: Any = None  # Any: JSON


@dataclass(frozen=True, slots=True)
class Came:
    """How much came in by one way, and when the latest of it did."""

    count: int
    latest: datetime | None


class Correspondence:
    """The same inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def close(self, to: str, reason: str, now: datetime) -> bool:
        """Nothing more is sent there. False where it was closed before."""
        if self.closed(to) is not None:
            return False
        self._connection.execute(insert(_CLOSED), {"to": folded(to), "at": now, "reason": reason[:500]})
        return True

    def open(self, to: str) -> None:
        """Takes `close` back."""
        self._connection.execute(delete(_CLOSED).where(_CLOSED.c.to == folded(to)))

    def closed(self, to: str) -> Closed | None:
        row = self._connection.execute(select(_CLOSED).where(_CLOSED.c.to == folded(to))).one_or_none()
        return None if row is None else Closed(**row._mapping)

    def all_closed(self, limit: int = 200) -> tuple[Closed, ...]:
        """Newest first."""
        query = select(_CLOSED).order_by(_CLOSED.c.at.desc(), _CLOSED.c.to).limit(limit)
        return tuple(Closed(**row._mapping) for row in self._connection.execute(query))

    def delivered(self, hook: str, key: str) -> Delivery | None:
        query = select(_DELIVERY).where(_DELIVERY.c.hook == hook, _DELIVERY.c.key == key)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Delivery(**row._mapping)

    def note_delivery(self, delivery: Delivery, *, forget_before: datetime) -> None:
        """Also forgets those of an earlier time.

        Raises GivenUp where another process takes the same one at this moment: begun again, it is known.
        """
        self._connection.execute(delete(_DELIVERY).where(_DELIVERY.c.at < forget_before))
        row = {
            "hook": delivery.hook,
            "key": delivery.key,
            "at": delivery.at,
            "digest": delivery.digest,
            "record_id": delivery.record_id,
            "answer": delivery.answer,
        }
        added = adding(_DELIVERY).returning(_DELIVERY.c.key)
        if self._connection.scalars(added, row).one_or_none() is None:
            raise GivenUp("unavailable")

    def came(self, hook: str, *, since: datetime) -> Came:
        query = select(func.count(), func.max(_DELIVERY.c.at)).where(
            _DELIVERY.c.hook == hook, _DELIVERY.c.at >= since
        )
        return Came(*self._connection.execute(query).one())

    def key(self, name: str) -> str | None:
        """A random key of this installation."""
        return self._connection.scalars(select(_KEY.c.value).where(_KEY.c.name == name)).one_or_none()

    def keep_key(self, name: str, value: str) -> None:
        """Leaves one that another process has kept meanwhile."""
        self._connection.execute(adding(_KEY), {"name": name, "value": value})
