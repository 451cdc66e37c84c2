"""What SQL conditions are put together from: parameters, comparisons and numbers as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Numeric,
    Table,
    Text,
    TypeDecorator,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from relasi.platform.sql.ciphers import Cipher, Ciphers
from relasi.platform.sql.functions import Computed, number_text, storage_of
from relasi.platform.sql.templates import ORDER, SORTED
from relasi.platform.sql.values import Stored
from relasi.schema.expressions import ExpressionError, Problem, types
from relasi.schema.expressions.situation import TeamsOfPeople
from relasi.schema.expressions.tree import Changed, Comparison, Read
from relasi.schema.fields.base import Kind

Value = ColumnElement[Any]  # Any: the SQL form of a value of any type
Condition = ColumnElement[bool]

OPERATORS: Mapping[str, Callable[[Any, Any], Condition]] = {  # Any: operators that SQLAlchemy overloads
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}

RANKED: Mapping[str, Callable[[int, int], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
"""The same for places in an order."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Who asks and when: the values of user, now() and today(), and of who is in which team."""

    now: datetime
    zone: ZoneInfo
    user_id: str | None = None
    teams: TeamsOfPeople = dict


class Tables(Protocol):
    """The table of each entity; its columns are called like the fields and are of the type Stored."""

    def table(self, entity: str) -> Table: ...

    def ciphers(self, entity: str) -> Ciphers:
        """Those of the encrypted fields among them."""
        ...


class DecimalText(TypeDecorator[Decimal]):
    """A number in a computation: text on SQLite, which has no exact decimals, NUMERIC elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(
        self, value: Decimal | None, dialect: Dialect
    ) -> Any:  # Any: as the database takes it
        if value is None:
            return None
        return number_text(value) if dialect.name == "sqlite" else Decimal(value)


def parameter(value: Any, type_: types.Type) -> Value:
    """A value of the type, or null."""
    if isinstance(type_, types.Number):
        return literal(value, DecimalText())
    return literal(value, Stored(storage_of(type(type_))))


def never_null(condition: Condition) -> Condition:
    return func.coalesce(condition, false(), type_=Boolean())


def ordered(operator: Comparison, left: Value, right: Value, *, exact: bool) -> Condition:
    """`exact` for numbers as decimal text, which do not sort as numbers do."""
    holds = OPERATORS[operator]
    if isinstance(left.type, Stored) and left.type.storage.kind is Kind.TEXT:
        left = Computed(SORTED, left, type_=left.type)
    return holds(Computed(ORDER, left, right), literal(0)) if exact else holds(left, right)


def one_of(value: Value, candidates: Sequence[Value]) -> Condition:
    if len(candidates) == 1:
        return value == candidates[0]
    return value.in_(candidates) if candidates else false()


def places(column: Value) -> int:
    assert isinstance(column.type, Stored)
    return column.type.storage.places


def stored_number(number: Decimal, column: Value) -> Value:
    assert isinstance(column.type, Stored)
    return literal(int(number) if column.type.storage.kind is Kind.INTEGER else number, column.type)


def followed(tables: Tables, source: Table, read: Read) -> Value:
    """The column of the last field, reached through the keys of the links before it."""
    value: Value = source.c[read.path[0]]
    for entity, field in zip(read.entities[1:], read.path[1:], strict=True):
        linked = tables.table(entity).alias()
        found = select(linked.c[field]).where(linked.c.id == value)
        value = found.correlate_except(linked).scalar_subquery()
    return value


def cipher_of(tables: Tables, read: Read) -> Cipher | None:
    """That of an encrypted field."""
    return tables.ciphers(read.entities[-1]).get(read.path[-1])


def not_as_they_were(node: Read | Changed) -> ExpressionError:
    message = "a search knows records only as they are now, not as they were"
    return ExpressionError([Problem(message, *node.at, help="old and changed() belong into rules")])


def unreadable(cipher: Cipher, read: Read) -> ExpressionError:
    help = "nothing can be asked of it but whether it is empty"
    if cipher.type.searchable:
        help += f', or its whole value: {cipher.field} = "..."'
    return ExpressionError([Problem(f"{cipher.field} is encrypted", *read.at, help=help)])
