"""Literals: what they are, and what a text becomes opposite a date, a time, an option or an id."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from relasi.diagnostics import nearest
from relasi.schema.expressions import operations
from relasi.schema.expressions.problems import Problem
from relasi.schema.expressions.tree import Call, Constant, Node
from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Link,
    MultiChoice,
    Null,
    Number,
    Text,
    Time,
    Type,
    User,
    type_name,
)

_EXAMPLES: dict[type[Type], str] = {Date: "2025-12-31", DateTime: "2025-12-31 14:30", Time: "14:30"}


def type_of(value: object) -> Type:
    """Of what is written as a number, a text, true or false, a duration, or null."""
    match value:
        case None:
            return Null()
        case bool():
            return Boolean()
        case int() | Decimal():
            return Number()
        case timedelta():
            return Duration()
    return Text()


def option(word: str, wanted: Choice | MultiChoice, at: tuple[int, int]) -> Constant | Problem:
    """One option of a choice."""
    if word in wanted.options:
        return Constant(value=word, at=at, type=Choice(wanted.options, wanted.owner))
    field = wanted.owner.rpartition(".")[2] or "the choice"
    help = "it is one of: " + ", ".join(wanted.options) if len(wanted.options) <= 12 else ""
    return Problem(f'"{word}" is not an option of {field}', *at, nearest(word, wanted.options), help)


def fitted(literal: Constant, wanted: Type) -> Node | Problem:
    """The text literal as a value of the wanted type; unchanged where a text is what is wanted."""
    text, at = literal.value, literal.at
    if isinstance(wanted, (Choice, MultiChoice)):
        return option(text, wanted, at)
    if isinstance(wanted, (User, Link)):
        return Constant(value=text, at=at, type=wanted)
    if not isinstance(wanted, (Date, DateTime, Time)):
        return literal
    value = _read(text, wanted)
    if value is None:
        kind, example = type_name(wanted), _EXAMPLES[type(wanted)]
        return Problem(f'"{text}" is not a {kind}', *at, help=f'write it as "{example}"')
    if isinstance(wanted, DateTime):
        return Call(operation=operations.MOMENT, arguments=(literal,), at=at, type=wanted)
    return Constant(value=value, at=at, type=wanted)


def _read(
    text: str, wanted: Date | DateTime | Time
) -> Any:  # Any: date, datetime or time, None where unreadable
    try:
        if isinstance(wanted, Date):
            return date.fromisoformat(text)
        if isinstance(wanted, Time):
            value = time.fromisoformat(text)
            return value if value.tzinfo is None and not value.microsecond else None
        moment = datetime.fromisoformat(text) if len(text) > len("2025-12-31") else None
        return moment if moment and moment.tzinfo is None else None
    except ValueError:
        return None


def is_text(node: Node) -> bool:
    return isinstance(node, Constant) and isinstance(node.type, Text)
