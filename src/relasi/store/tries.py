"""Failed sign-ins, and tries to send a form, counted to slow down guessing and floods. How many are too many
is for others to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, func, insert, select

from relasi.store.columns import METADATA, MOMENT, PASSING, TEXT
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_try",
    METADATA,
    Column("folded_name", TEXT, nullable=False, index=True),
    Column("address", TEXT, nullable=False, index=True),
    Column("at", MOMENT, nullable=False, index=True),
    info=PASSING | silent("it goes by itself within the hour"),
)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often it failed lately for one name, from anywhere, and from one address, for any name."""

    by_name: int
    by_address: int


class Tries:
    """The tries inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, address: str, at: datetime) -> None:
        self._connection.execute(
            insert(_TABLE), {"folded_name": name.casefold(), "address": address, "at": at}
        )

    def count(self, name: str, address: str, *, since: datetime, until: datetime) -> Failures:
        """What lies ahead, because the clock was set back, does not count."""
        of_name, of_address = _TABLE.c.folded_name == name.casefold(), _TABLE.c.address == address
        query = select(
            func.count().filter(of_name).label("by_name"), func.count().filter(of_address).label("by_address")
        ).where(of_name | of_address, _TABLE.c.at.between(since, until))
        return Failures(**self._connection.execute(query).one()._mapping)

    def forget(self, *, before: datetime) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.at < before))

    def clear(self, name: str, *, before: datetime) -> None:
        """Forgets those of a name, after it signed in, and all that are older than the window."""
        self._connection.execute(
            delete(_TABLE).where((_TABLE.c.folded_name == name.casefold()) | (_TABLE.c.at < before))
        )
