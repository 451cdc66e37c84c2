"""Whose turn it is, where work goes round among people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Table, select, text

from relasi.store.columns import METADATA, TEXT

_TABLE = Table(
    "relasi_turn",
    METADATA,
    Column("key", TEXT, primary_key=True),
    Column("user_id", TEXT, nullable=False),
)

_LAST = select(_TABLE.c.user_id).with_for_update()
_PASS = text(
    "INSERT INTO relasi_turn (key, user_id) VALUES (:key, :user_id) "
    "ON CONFLICT (key) DO UPDATE SET user_id = excluded.user_id"
)


class Turns:
    """The turns inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, key: str, user_ids: Sequence[str]) -> str:
        """The user after the one who had the last turn of `key`, in the order of `user_ids`; the first where
        nobody had one, or where that one is no longer among them."""
        last = self._connection.scalars(_LAST.where(_TABLE.c.key == key)).one_or_none()
        position = user_ids.index(last) + 1 if last in user_ids else 0
        chosen = user_ids[position % len(user_ids)]
        self._connection.execute(_PASS, {"key": key, "user_id": chosen})
        return chosen
