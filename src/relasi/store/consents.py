"""Consents: who agreed to what, by which way, when, where and in which words. Entries are only added."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Row, Select, Table, insert, or_, select

from relasi.store.columns import FLAG, METADATA, MOMENT, TEXT, row_of
from relasi.store.telling import telling

_TABLE = Table(
    "relasi_consent",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("address", TEXT, nullable=False),
    Column("purpose", TEXT, nullable=False),
    Column("given", FLAG, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("wording", TEXT, nullable=False),
    Column("user_id", TEXT),
    Column("channel", TEXT),
    Column("proof", TEXT),
    Index(None, "address", "purpose", "at"),
    info=telling(address="address"),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """`given` is False where it was withdrawn. `source` is where it came from, `wording` what the person was
    told; `user_id` is who noted it, None for the person. `channel` is the way by which the person may be
    written to, None for every way; `proof` says where it can be looked up that the person said so.
    """

    id: str
    address: str
    purpose: str
    given: bool
    at: datetime
    source: str
    wording: str
    user_id: str | None = None
    channel: str | None = None
    proof: str | None = None


class Consents:
    """The consents inside one transaction. Case does not matter in an address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, consent: Consent) -> None:
        row = row_of(_TABLE, consent) | {"address": folded(consent.address)}
        self._connection.execute(insert(_TABLE), row)

    def latest(self, address: str, purpose: str, channel: str | None = None) -> Consent | None:
        """What counts now, for every way or for this one; None where the person was never asked."""
        return self.last_said([address], purpose, channel)

    def last_said(
        self, addresses: Collection[str], purpose: str, channel: str | None = None
    ) -> Consent | None:
        """The same for a person who has several addresses."""
        ways = _TABLE.c.channel.is_(None) if channel is None else _for_way(channel)
        query = _newest_first(addresses).where(_TABLE.c.purpose == purpose, ways).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Consent(**row._mapping)

    def of(self, *addresses: str) -> tuple[Consent, ...]:
        """All that was ever said for these addresses, newest first."""
        return tuple(Consent(**row._mapping) for row in self._connection.execute(_newest_first(addresses)))

    def list(self, limit: int) -> tuple[Consent, ...]:
        """What was said last, newest first."""
        query = select(_TABLE).order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(limit)
        return tuple(Consent(**row._mapping) for row in self._connection.execute(query))


def folded(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().casefold()


def _for_way(channel: str) -> ColumnElement[bool]:
    return or_(_TABLE.c.channel.is_(None), _TABLE.c.channel == channel)


def _newest_first(addresses: Collection[str]) -> Select[Row[Any]]:
    return (
        select(_TABLE)
        .where(_TABLE.c.address.in_([folded(address) for address in addresses]))
        .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
    )
