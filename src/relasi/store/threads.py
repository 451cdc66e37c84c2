"""Which mail was about which record: what goes out and what comes in, known by its Message-ID (RFC 5322)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Table, delete, func, select, update

from relasi.store.columns import METADATA, MOMENT, TEXT, adding, row_of
from relasi.store.consents import folded
from relasi.store.telling import telling

_TABLE = Table(
    "relasi_thread",
    METADATA,
    Column("message_id", TEXT, primary_key=True),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False, index=True),
    Column("address", TEXT, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Index(None, "address", "at"),
    info=telling("record_id", address="address"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """A mail about a record: `address` is that of the other side, whoever of the two wrote it."""

    message_id: str
    entity: str
    record_id: str
    address: str
    at: datetime


class Threads:
    """The same inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, mail: Known) -> None:
        """Leaves what is known of a Message-ID: nobody takes a thread over by repeating one."""
        self._connection.execute(adding(_TABLE), row_of(_TABLE, mail) | {"address": folded(mail.address)})

    def get(self, message_ids: Collection[str]) -> dict[str, Known]:
        query = select(_TABLE).where(_TABLE.c.message_id.in_(message_ids))
        rows = self._connection.execute(query) if message_ids else ()
        return {row.message_id: Known(**row._mapping) for row in rows}

    def about(self, record_ids: Sequence[str], limit: int = 200) -> tuple[Known, ...]:
        """Newest first."""
        query = select(_TABLE).where(_TABLE.c.record_id.in_(record_ids))
        query = query.order_by(_TABLE.c.at.desc(), _TABLE.c.message_id).limit(limit)
        return tuple(Known(**row._mapping) for row in self._connection.execute(query))

    def count(self, entity: str, address: str, *, since: datetime) -> int:
        """How many there were with an address, about records of the entity."""
        query = select(func.count()).where(
            _TABLE.c.address == folded(address), _TABLE.c.at >= since, _TABLE.c.entity == entity
        )
        return self._connection.scalars(query).one()

    def prune(self, before: datetime, limit: int) -> int:
        """Forgets some of those that are older: how many."""
        old = select(_TABLE.c.message_id).where(_TABLE.c.at < before).limit(limit)
        return self._connection.execute(delete(_TABLE).where(_TABLE.c.message_id.in_(old))).rowcount

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))
