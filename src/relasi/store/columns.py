"""What the tables of the engine store have in common: their MetaData and the types of their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB

from relasi.platform.sql.naming import CONVENTION
from relasi.platform.sql.values import Stored
from relasi.schema.fields.base import Kind, Storage

METADATA = MetaData(naming_convention=CONVENTION)

TEXT = Stored(Storage(Kind.TEXT))
NUMBER = Stored(Storage(Kind.INTEGER))
FLAG = Stored(Storage(Kind.BOOLEAN))
DAY = Stored(Storage(Kind.DATE))
MOMENT = Stored(Storage(Kind.DATETIME))
DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def row_of(table: Table, value: object) -> dict[str, Any]:
    """The row that keeps a dataclass whose attributes are called like the columns."""
    return {column.name: getattr(value, column.name) for column in table.columns}
