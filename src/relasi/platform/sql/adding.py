"""Adding rows to a table: by an INSERT, or where PostgreSQL gets many of them, by its COPY, which takes a
quarter of the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table

from relasi.platform.sql.failures import from_server

Row = Mapping[str, Any]  # Any: values of the columns

_MANY = 20
"""Fewer rows gain nothing by it."""


def add_rows(connection: Connection, insert: Insert, rows: Sequence[Row]) -> None:
    """All rows have the same columns. Raises PlatformError."""
    if connection.dialect.name == "postgresql" and len(rows) >= _MANY:
        table = insert.table
        assert isinstance(table, Table)
        _copy(connection, table, rows)
    elif rows:
        connection.execute(insert, rows)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    dialect = connection.dialect
    columns = [table.columns[name] for name in rows[0]]
    convert = [
        (column.name, column.type.dialect_impl(dialect).bind_processor(dialect) or _same)
        for column in columns
    ]
    quote = dialect.identifier_preparer
    names = ", ".join(quote.format_column(each) for each in columns)
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {quote.format_table(table)} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row([process(row[name]) for name, process in convert])
    except dialect.loaded_dbapi.Error as error:
        raise from_server(error, broken=driver.broken, place=connection.engine.url.database or "") from error


def _same(value: object) -> object:
    return value
