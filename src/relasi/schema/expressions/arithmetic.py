"""What + - * / make of two types."""

from __future__ import annotations

from dataclasses import dataclass

from relasi.schema.expressions import operations
from relasi.schema.expressions.operations import Operation
from relasi.schema.expressions.types import (
    Date,
    DateTime,
    Duration,
    Number,
    NumberKind,
    Text,
    Type,
    joined_kind,
    type_name,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The operation behind an operator; `swapped` where it takes the right operand first."""

    operation: Operation
    type: Type
    swapped: bool = False


_MEANINGS: dict[tuple[str, type[Type], type[Type]], tuple[Operation, bool]] = {
    ("+", Number, Number): (operations.ADD, False),
    ("+", DateTime, Duration): (operations.LATER, False),
    ("+", Duration, DateTime): (operations.LATER, True),
    ("+", Date, Duration): (operations.LATER_DAY, False),
    ("+", Duration, Date): (operations.LATER_DAY, True),
    ("+", Duration, Duration): (operations.ADD_DURATIONS, False),
    ("-", Number, Number): (operations.SUBTRACT, False),
    ("-", DateTime, Duration): (operations.EARLIER, False),
    ("-", DateTime, DateTime): (operations.ELAPSED, False),
    ("-", Date, Duration): (operations.EARLIER_DAY, False),
    ("-", Date, Date): (operations.ELAPSED_DAYS, False),
    ("-", Duration, Duration): (operations.SUBTRACT_DURATIONS, False),
    ("*", Number, Number): (operations.MULTIPLY, False),
    ("*", Duration, Number): (operations.SCALE_DURATION, False),
    ("*", Number, Duration): (operations.SCALE_DURATION, True),
    ("/", Number, Number): (operations.DIVIDE, False),
    ("/", Duration, Duration): (operations.RATIO, False),
}
OPERATORS = frozenset("+-*/")

_VERBS = {
    "+": "cannot add {1} to {0}",
    "-": "cannot subtract {1} from {0}",
    "*": "cannot multiply {0} by {1}",
    "/": "cannot divide {0} by {1}",
}


def meaning(operator: str, left: Type, right: Type) -> Meaning | None:
    """What the operator does with the two, None where it does nothing sensible."""
    found = _MEANINGS.get((operator, type(left), type(right)))
    if found is None:
        return None
    operation, swapped = found
    if isinstance(left, Number) and isinstance(right, Number):
        kind = _kind(operator, left.kind, right.kind)
        return kind and Meaning(operation, Number(kind))
    return Meaning(operation, operation.result, swapped)


def _kind(operator: str, left: NumberKind, right: NumberKind) -> NumberKind | None:
    if operator in "+-":
        return joined_kind(left, right)
    if operator == "*":
        if left == right:
            return None if left == "money" else "number"
        return "money" if "money" in (left, right) else "percent"
    return "number" if left == right or left == "number" else left


def refusal(operator: str, left: Type, right: Type) -> tuple[str, str]:
    """What to tell the author, and what to do instead."""
    message = _VERBS[operator].format(type_name(left), type_name(right))
    kinds = {type(left), type(right)}
    if Text in kinds:
        return message, 'to put texts together, use a template: "{first_name} {last_name}"'
    if kinds == {Number}:
        return message, "a percentage of an amount is amount * percent / 100"
    if kinds == {Date, DateTime}:
        return message, "date(x) makes a date of a date and time"
    if Number in kinds and kinds & {Date, DateTime, Duration}:
        return message, "give the number a unit: 3 days, 24 hours"
    return message, ""
