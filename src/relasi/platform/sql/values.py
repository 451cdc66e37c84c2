"""How values are kept: a column type for each kind of storage. What a value means is the field type's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Interval, Numeric, String, Text, Time, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine, UserDefinedType

from relasi.schema.fields.base import Kind, Storage

Convert = Callable[[Any], Any]  # Any: a Python value on one side, what SQLite holds on the other

_DIGITS = 18
"""What fits a 64-bit integer, on PostgreSQL too so that both accept the same numbers."""


def _same(value: Any) -> Any:
    return value


def _moment_text(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"a datetime without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _scaled(places: int) -> Convert:
    def encode(value: Decimal) -> int:
        scaled = Decimal(value).scaleb(places)
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(f"{value} has more than {places} decimal places")
        return whole

    return encode


_ENCODE: dict[Kind, Convert] = {
    Kind.BOOLEAN: int,
    Kind.DATE: date.isoformat,
    Kind.DATETIME: _moment_text,
    Kind.TIME: lambda value: value.isoformat("seconds"),
    Kind.DURATION: lambda value: value // timedelta(microseconds=1),
    Kind.TEXT_LIST: lambda value: json.dumps(list(value), ensure_ascii=False),
}

_DECODE: dict[Kind, Convert] = {
    Kind.BOOLEAN: bool,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: lambda text: datetime.fromisoformat(text + "+00:00"),
    Kind.TIME: time.fromisoformat,
    Kind.DURATION: lambda count: timedelta(microseconds=count),
    Kind.TEXT_LIST: lambda text: tuple(json.loads(text)),
}


def encoder(storage: Storage) -> Convert:
    """From a Python value that is not None to what SQLite holds, which is plain JSON too."""
    return _scaled(storage.places) if storage.kind is Kind.DECIMAL else _ENCODE.get(storage.kind, _same)


def decoder(storage: Storage) -> Convert:
    """Back again."""
    if storage.kind is Kind.DECIMAL:
        return lambda count: Decimal(count).scaleb(-storage.places)
    return _DECODE.get(storage.kind, _same)


class Declared(UserDefinedType[Any]):
    """A column type of SQLite by its name alone; the name decides the affinity and tells people what the
    column holds."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


def _on_sqlite(storage: Storage) -> TypeEngine[Any]:
    names = {
        Kind.TEXT: "TEXT",
        Kind.INTEGER: "INTEGER",
        Kind.DECIMAL: f"SCALED_INTEGER({storage.places})",
        Kind.BOOLEAN: "BOOLEAN",
        Kind.DATE: "DATE_TEXT",
        Kind.DATETIME: "DATETIME_TEXT",
        Kind.TIME: "TIME_TEXT",
        Kind.DURATION: "MICROSECONDS_INTEGER",
        Kind.TEXT_LIST: "JSON_TEXT",
        Kind.ENCRYPTED: "ENCRYPTED_TEXT",
    }
    return Declared(names[storage.kind])


def _on_postgresql(storage: Storage) -> TypeEngine[Any]:
    types: dict[Kind, TypeEngine[Any]] = {
        Kind.TEXT: Text(collation="C"),
        Kind.INTEGER: BigInteger(),
        Kind.DECIMAL: Numeric(_DIGITS, storage.places),
        Kind.BOOLEAN: Boolean(),
        Kind.DATE: Date(),
        Kind.DATETIME: TIMESTAMP(timezone=True),
        Kind.TIME: Time(),
        Kind.DURATION: Interval(),
        Kind.TEXT_LIST: ARRAY(Text(collation="C"), as_tuple=True),
        Kind.ENCRYPTED: String(collation="C"),
    }
    return types[storage.kind]


class Stored(TypeDecorator[Any]):
    """The type of a column that keeps values of one storage: native on PostgreSQL, encoded on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, storage: Storage) -> None:
        super().__init__()
        self.storage = storage

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native = dialect.name == "postgresql"
        return _on_postgresql(self.storage) if native else _on_sqlite(self.storage)

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        if dialect.name == "postgresql":
            return self.impl_instance.bind_processor(dialect)
        return _unless_none(encoder(self.storage))

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        if dialect.name != "postgresql":
            return _unless_none(decoder(self.storage))
        return self.impl_instance.result_processor(dialect, coltype)


def _unless_none(convert: Convert) -> Convert | None:
    """None, which SQLAlchemy takes for "nothing to do", where values are kept as they are."""
    if convert is _same:
        return None
    return lambda value: None if value is None else convert(value)
