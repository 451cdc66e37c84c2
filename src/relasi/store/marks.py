"""Tables of what one person keeps about one record, as that it has a star. Which, and why, is for others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Index, Table, and_, update

from relasi.store.columns import METADATA, TEXT
from relasi.store.telling import telling

Place = tuple[str, str]
"""A record: its entity and its id."""


def marks(name: str, *more: Column[Any] | Index) -> Table:
    """A table with one row for each person and record, and `more` in it."""
    return Table(
        name,
        METADATA,
        Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
        Column("entity", TEXT, primary_key=True),
        Column("record_id", TEXT, primary_key=True),
        *more,
        Index(None, "record_id"),
        info=telling("record_id"),
    )


def at(table: Table, user_id: str, place: Place) -> ColumnElement[bool]:
    entity, key = place
    return and_(table.c.user_id == user_id, table.c.entity == entity, table.c.record_id == key)


def rename(connection: Connection, table: Table, entity: str, new: str) -> None:
    """Follows the rename of an entity."""
    connection.execute(update(table).where(table.c.entity == entity).values(entity=new))
