"""Rows in the order of their keys, as they are on every database: the same values, the same checksum."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Column, Connection, Select, Table, Text, bindparam, cast, insert, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from relasi.platform.sql.values import Stored, encoder

BATCH = 2_000

Values = Sequence[Any]  # Any: what the columns of a table hold
_DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Unlike the store's own type, it tells a document that says null from one that is not there."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows there are, and what they come to."""

    rows: int
    digest: str


class Summing:
    """Adds up rows that come in the order of their keys."""

    def __init__(self, table: Table) -> None:
        self._plain = [_plain(each) for each in table.columns]
        self._hash = sha256()
        self._rows = 0

    def add(self, rows: Sequence[Values]) -> None:
        for row in rows:
            values = [
                None if value is None else convert(value)
                for convert, value in zip(self._plain, row, strict=True)
            ]
            self._hash.update(json.dumps(values, sort_keys=True).encode() + b"\n")
        self._rows += len(rows)

    @property
    def sum(self) -> Sum:
        return Sum(self._rows, self._hash.hexdigest())


def batches(connection: Connection, table: Table, after: Values | None = None) -> Iterator[list[Values]]:
    """All rows, or those behind a key."""
    keys = tuple_(*table.primary_key.columns)
    places = [list(table.columns).index(each) for each in table.primary_key.columns]
    while True:
        query = selection(table).order_by(*table.primary_key.columns).limit(BATCH)
        if after is not None:
            query = query.where(keys > tuple_(*_bound(table, after)))
        found: list[Values] = [tuple(row) for row in connection.execute(query)]
        if found:
            yield found
        if len(found) < BATCH:
            return
        after = [found[-1][place] for place in places]


def last_key(connection: Connection, table: Table) -> Values | None:
    """The greatest key, None where there is no row."""
    keys = table.primary_key.columns
    found = connection.execute(select(*keys).order_by(*(each.desc() for each in keys)).limit(1)).first()
    return None if found is None else tuple(found)


def summed(connection: Connection, table: Table) -> Sum:
    summing = Summing(table)
    for some in batches(connection, table):
        summing.add(some)
    return summing.sum


def put(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Inserts rows that were read with `batches`."""
    made = [_parsed if is_document(each) else None for each in table.columns]
    names = [f"v{place}" for place in range(len(made))]  # a column may be called like a keyword
    statement = insert(table).values(
        {
            column: bindparam(name, type_=_written(column))
            for name, column in zip(names, table.columns, strict=True)
        }
    )
    given = (
        [
            value if parse is None or value is None else parse(value)
            for parse, value in zip(made, row, strict=True)
        ]
        for row in rows
    )
    connection.execute(statement, [dict(zip(names, row, strict=True)) for row in given])


def selection(table: Table) -> Select[Any]:
    """Documents come as the text that is kept."""
    return select(*(cast(each, Text) if is_document(each) else each for each in table.columns))


def _bound(table: Table, key: Values) -> Iterator[Any]:
    for column, value in zip(table.primary_key.columns, key, strict=True):
        yield bindparam(None, value, type_=column.type)


def is_document(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON)


def _written(column: Column[Any]) -> TypeEngine[Any]:
    return _DOCUMENT if is_document(column) else column.type


def _plain(column: Column[Any]) -> Callable[[Any], Any]:
    """From a value to what it is in JSON, whichever database it comes from."""
    if is_document(column):
        return _canonical
    stored = column.type
    assert isinstance(stored, Stored)
    return encoder(stored.storage)


def _canonical(text: str) -> Any:  # Any: JSON
    return json.loads(text, parse_float=_number)


def _number(text: str) -> float | int:
    """PostgreSQL keeps 1e3 as 1000."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _parsed(text: str) -> Any:  # Any: JSON
    value = json.loads(text)
    return JSON.NULL if value is None else value
