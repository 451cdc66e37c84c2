"""Number series: consecutive numbers without gaps, however many take them at once."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Table, text

from relasi.store.columns import METADATA, NUMBER, TEXT
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_series",
    METADATA,
    Column("counter", TEXT, primary_key=True),
    Column("last", NUMBER, nullable=False),
    info=silent("it counts"),
)

_TAKE = text(
    "INSERT INTO relasi_series (counter, last) VALUES (:counter, :count) "
    "ON CONFLICT (counter) DO UPDATE SET last = relasi_series.last + :count RETURNING last"
)

_REACH = text(
    "INSERT INTO relasi_series (counter, last) VALUES (:counter, :n) "
    "ON CONFLICT (counter) DO UPDATE SET last = excluded.last WHERE relasi_series.last < excluded.last"
)

_RENAME = text(
    "UPDATE relasi_series SET counter = :new || substr(counter, length(:prefix) + 1) "
    "WHERE substr(counter, 1, length(:prefix)) = :prefix"
)


class Series:
    """The counters inside one transaction, which holds the counter's row until it ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, counter: str, count: int = 1) -> int:
        """The first of `count` consecutive numbers; a counter starts at 1. A rollback gives them back."""
        last: int = self._connection.execute(_TAKE, {"counter": counter, "count": count}).scalar_one()
        return last - count + 1

    def reach(self, counter: str, n: int) -> None:
        """Counts on behind `n`, a number that was given elsewhere."""
        self._connection.execute(_REACH, {"counter": counter, "n": n})

    def rename(self, prefix: str, new: str) -> None:
        """Follows a rename: counters that begin with `prefix` go on under another name."""
        self._connection.execute(_RENAME, {"prefix": prefix, "new": new})
