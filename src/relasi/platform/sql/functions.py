"""The operations of the expression language inside a database.

SQLite calls the very functions that evaluate expressions in Python; `register` makes them known to it.
Numbers are decimal text for them, so that they stay exact. PostgreSQL has operators of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, literal
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import Function
from sqlalchemy.types import NullType

from relasi.platform.sql.templates import (
    DECIMAL,
    FOUND_ON_SQLITE,
    LIKE_ON_SQLITE,
    ON_POSTGRESQL,
    ON_SQLITE,
    ORDER,
    WITHIN,
)
from relasi.platform.sql.values import decoder, encoder
from relasi.schema.expressions import operations
from relasi.schema.expressions.operations import EXACT, Operation
from relasi.schema.expressions.types import (
    Boolean,
    Date,
    DateTime,
    Duration,
    Files,
    MultiChoice,
    Number,
    Time,
    Type,
)
from relasi.schema.fields.base import Kind, Storage

SMALL_OF_OTHERS = frozenset("ik")
"""The ASCII letters that are also small letters of others: of I with a dot, and of the sign for kelvin."""

Convert = Callable[[Any], Any]  # Any: a Python value on one side, what SQLite holds on the other

PREFIX = "relasi_"
"""Every function registered here begins with it, save the two that replace SQLite's own."""

_STORAGES: dict[type[Type], Storage] = {
    Boolean: Storage(Kind.BOOLEAN),
    Date: Storage(Kind.DATE),
    DateTime: Storage(Kind.DATETIME),
    Time: Storage(Kind.TIME),
    Duration: Storage(Kind.DURATION),
    MultiChoice: Storage(Kind.TEXT_LIST),
    Files: Storage(Kind.TEXT_LIST),
}


class Computed(Function[Any]):
    """An operation by its name, on values as `number_text` and the platform's column types keep them."""

    inherit_cache = True


@compiles(Computed)
def _computed_on_sqlite(element: Computed, compiler: SQLCompiler, **options: Any) -> str:
    return _filled(
        ON_SQLITE.get(element.name, f"{PREFIX}{element.name}({{all}})"), element, compiler, options
    )


@compiles(Computed, "postgresql")
def _computed_on_postgresql(element: Computed, compiler: SQLCompiler, **options: Any) -> str:
    return _filled(ON_POSTGRESQL[element.name], element, compiler, options)


def folded(text: ColumnElement[str]) -> ColumnElement[str]:
    """In small letters of every alphabet, as `str.lower` makes them."""
    return Computed(operations.LOWER.name, text, type_=text.type)


class Found(Function[Any]):
    """(pattern in small letters, column...) -> whether one of the columns is LIKE it in small letters.

    It has no type: a boolean is compared with 1 on SQLite, which then works out all of it for every row.
    """

    inherit_cache = True


class FoundAsWritten(Found):
    """The same of a word whose letters are the small letters of ASCII letters alone."""

    inherit_cache = True


@compiles(Found)
def _found_on_sqlite(element: Found, compiler: SQLCompiler, **options: Any) -> str:
    return _in_any(FOUND_ON_SQLITE, element, compiler, options)


@compiles(FoundAsWritten)
def _found_as_written_on_sqlite(element: FoundAsWritten, compiler: SQLCompiler, **options: Any) -> str:
    return _in_any(LIKE_ON_SQLITE, element, compiler, options)


def _in_any(template: str, element: Found, compiler: SQLCompiler, options: dict[str, Any]) -> str:
    pattern, *columns = (compiler.process(each, **options) for each in element.clauses)
    return f"({' OR '.join(template.format(each, pattern) for each in columns)})"


@compiles(Found, "postgresql")
@compiles(FoundAsWritten, "postgresql")
def _found_on_postgresql(element: Found, compiler: SQLCompiler, **options: Any) -> str:
    pattern, *columns = (compiler.process(each, **options) for each in element.clauses)
    return f"({searched(columns)} LIKE {pattern} ESCAPE '/')"


def found_in(columns: Sequence[ColumnElement[str]], word: str) -> ColumnElement[bool]:
    """Where one of the columns contains a word without spaces, whatever the case of either."""
    small = word.lower()
    escaped = re.sub("([/%_])", r"/\1", small)
    found = FoundAsWritten if small.isascii() and SMALL_OF_OTHERS.isdisjoint(small) else Found
    return found("found", literal(f"%{escaped}%", Text()), *columns, type_=NullType())


def searched(columns: Sequence[str]) -> str:
    """What PostgreSQL looks for words in, and what its index for that is made of: a line for each column."""
    lines = " || E'\\n' || ".join(f"coalesce({each}, '')" for each in columns)
    return ON_POSTGRESQL[operations.LOWER.name].format(f"({lines})")


def _filled(template: str, element: Computed, compiler: SQLCompiler, options: dict[str, Any]) -> str:
    arguments = [compiler.process(each, **options) for each in element.clauses]
    return template.format(*arguments, all=", ".join(arguments), rest=", ".join(arguments[1:]))


def storage_of(type_: type[Type]) -> Storage:
    """How values of the type are kept; numbers excepted, whose places differ from field to field."""
    return _STORAGES.get(type_, Storage(Kind.TEXT))


def number_text(number: int | Decimal) -> str:
    """One text for each number, so that equal numbers are equal texts: 1.50 is "1.5"."""
    return str(EXACT.normalize(Decimal(number))) if number else "0"


def register(connection: DBAPIConnection) -> None:
    """Makes every operation known to a SQLite connection, and lets lower() and upper() know all alphabets."""
    for operation in operations.ALL:
        connection.create_function(PREFIX + operation.name, -1, _on_stored(operation), deterministic=True)
    connection.create_function(PREFIX + DECIMAL, 2, _decimal, deterministic=True)
    connection.create_function(PREFIX + ORDER, 2, _order, deterministic=True)
    connection.create_function(PREFIX + WITHIN, -1, _within, deterministic=True)
    for name, change in (("lower", str.lower), ("upper", str.upper)):
        connection.create_function(name, 1, _on_text(change), deterministic=True)


def _on_stored(operation: Operation) -> Convert:
    """The operation on what SQLite holds."""
    decode = [_decoder(parameter) for parameter in operation.parameters]
    decode += [ZoneInfo] if operation.zoned else []
    encode, run = _encoder(operation.result), operation.run

    def on_stored(*stored: Any) -> Any:  # Any: what SQLite holds
        if None in stored:
            return None
        result = run(*(decode[min(index, len(decode) - 1)](value) for index, value in enumerate(stored)))
        return None if result is None else encode(result)

    return on_stored


def _decoder(type_: type[Type]) -> Convert:
    return Decimal if type_ is Number else decoder(storage_of(type_))


def _encoder(type_: Type) -> Convert:
    return number_text if isinstance(type_, Number) else encoder(storage_of(type(type_)))


def _decimal(count: int | None, places: int) -> str | None:
    return None if count is None else number_text(Decimal(count).scaleb(-places))


def _order(left: str | None, right: str | None) -> int | None:
    if left is None or right is None:
        return None
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)


def _within(value: Any, *items: Any) -> bool:  # Any: what SQLite holds
    return value in items


def _on_text(change: Callable[[str], str]) -> Convert:
    def on_text(value: Any) -> Any:  # Any: SQLite's functions take every type and leave what is no text
        return change(value) if isinstance(value, str) else value

    return on_text
