"""Whose turn it is, where work goes round among people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Table, bindparam, select, update

from relasi.store.columns import METADATA, TEXT, adding
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_turn",
    METADATA,
    Column("key", TEXT, primary_key=True),
    Column("user_id", TEXT, nullable=False),
    info=silent("it names people who work here"),
)

_FIRST = adding(_TABLE)
_LAST = select(_TABLE.c.user_id).with_for_update()
_PASS = update(_TABLE).where(_TABLE.c.key == bindparam("of_key"))


class Turns:
    """The turns inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, key: str, user_ids: Sequence[str]) -> str:
        """The user after the one who had the last turn of `key`, in the order of `user_ids`; the first where
        nobody had one, or where that one is no longer among them."""
        self._connection.execute(_FIRST, {"key": key, "user_id": ""})  # so that there is a row to hold
        last = self._connection.scalars(_LAST.where(_TABLE.c.key == key)).one()
        position = user_ids.index(last) + 1 if last in user_ids else 0
        chosen = user_ids[position % len(user_ids)]
        self._connection.execute(_PASS, {"of_key": key, "user_id": chosen})
        return chosen
