"""The records of a table, read as they were written, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, column, select, table
from sqlalchemy.sql.expression import ColumnClause

from relasi.platform.sql.tables import KEY
from relasi.platform.sql.values import Stored
from relasi.schema.fields.base import Storage, Value

BATCH = 1_000

key_column: ColumnClause[str] = column(KEY)

Columns = Mapping[str, tuple[str, Storage]]
"""The name that a value gets -> the column that has it, and how it is kept there."""

Rows = list[tuple[str, dict[str, Value]]]
"""Records with their ids."""


def read_rows(connection: Connection, name: str, columns: Columns) -> Iterator[Rows]:
    """By id. What is written to rows that were read disturbs nothing."""
    picked: list[Any] = [key_column]
    picked += [column(source, Stored(storage)) for source, storage in columns.values()]
    query = select(*picked).select_from(table(name)).order_by(key_column).limit(BATCH)
    found = connection.execute(query).all()
    while found:
        yield [(row[0], dict(zip(columns, row[1:], strict=True))) for row in found]
        if len(found) < BATCH:
            return
        found = connection.execute(query.where(key_column > found[-1][0])).all()


def read_row(connection: Connection, name: str, columns: Columns, record_id: str) -> dict[str, Value] | None:
    picked: list[Any] = [column(source, Stored(storage)) for source, storage in columns.values()]
    found = connection.execute(
        select(*picked).select_from(table(name)).where(key_column == record_id)
    ).one_or_none()
    return None if found is None else dict(zip(columns, found, strict=True))
