"""What the tables of the engine store have in common: their MetaData and the types of their columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from relasi.platform.sql.naming import CONVENTION
from relasi.platform.sql.values import Stored
from relasi.schema.fields.base import Kind, Storage

METADATA = MetaData(naming_convention=CONVENTION)

PASSING = {"passing": True}
"""The `info` of a table that matters only where and while it is written: no copy or backup has its rows."""

ELSEWHERE = {"elsewhere": True}
"""The `info` of a table about what this very platform has made in another system: a backup has its rows, a
copy for another platform starts without."""

TEXT = Stored(Storage(Kind.TEXT))
NUMBER = Stored(Storage(Kind.INTEGER))
FLAG = Stored(Storage(Kind.BOOLEAN))
DAY = Stored(Storage(Kind.DATE))
MOMENT = Stored(Storage(Kind.DATETIME))
DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def adding(table: Table) -> Insert:
    """Adds a row unless there is one with its key, which somebody else may be adding at this moment. SQLite
    understands these words of PostgreSQL, too."""
    return insert(table).on_conflict_do_nothing()


def putting(table: Table) -> Insert:
    """Adds a row, or changes the one with its key, which others who wait for it then find changed."""
    statement = insert(table)
    rest = {each.name: statement.excluded[each.name] for each in table.columns if not each.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=rest)


def first_id(moment: datetime) -> str:
    """What the id of whatever was made before that moment is less than: ids are in the order of time."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def row_of(table: Table, value: object) -> dict[str, Any]:
    """The row that keeps a dataclass whose attributes are called like the columns."""
    return {column.name: getattr(value, column.name) for column in table.columns}
