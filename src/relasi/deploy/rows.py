"""The records of a table, read as they were written, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, column, select, table
from sqlalchemy.sql.expression import ColumnClause

from relasi.platform.sql.ciphers import Cipher
from relasi.platform.sql.database import keyring_of
from relasi.platform.sql.tables import KEY
from relasi.platform.sql.values import Stored
from relasi.schema.fields.base import FieldType, Value

BATCH = 1_000

key_column: ColumnClause[str] = column(KEY)

Columns = Mapping[str, tuple[str, FieldType]]
"""The name that a value gets -> the column that has it, and the type by which it was written."""

Rows = list[tuple[str, dict[str, Value]]]
"""Records with their ids."""


def read_rows(connection: Connection, name: str, columns: Columns) -> Iterator[Rows]:
    """By id. What is written to rows that were read disturbs nothing."""
    query = select(*_picked(columns)).select_from(table(name)).order_by(key_column).limit(BATCH)
    found = connection.execute(query).all()
    while found:
        yield [(row[0], _values(connection, name, columns, row)) for row in found]
        if len(found) < BATCH:
            return
        found = connection.execute(query.where(key_column > found[-1][0])).all()


def read_row(connection: Connection, name: str, columns: Columns, record_id: str) -> dict[str, Value] | None:
    query = select(*_picked(columns)).select_from(table(name)).where(key_column == record_id)
    found = connection.execute(query).one_or_none()
    return None if found is None else _values(connection, name, columns, found)


def cipher_of(connection: Connection, name: str, field: str, type_: FieldType) -> Cipher | None:
    """That of a column, if its values are encrypted."""
    return Cipher(keyring_of(connection), name, field, type_) if type_.is_encrypted else None


def _picked(columns: Columns) -> list[Any]:  # Any: columns
    return [key_column, *(column(source, Stored(type_.kept_as)) for source, type_ in columns.values())]


def _values(connection: Connection, name: str, columns: Columns, row: Sequence[Any]) -> dict[str, Value]:
    values = dict(zip(columns, row[1:], strict=True))
    for key, (source, type_) in columns.items():
        if cipher := cipher_of(connection, name, source, type_):
            values[key] = cipher.decrypted(row[0], values[key])
    return values
