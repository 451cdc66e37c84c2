"""Comparisons with a constant, turned so that a stored column stands alone and an index can answer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from relasi.schema.expressions.operations import (
    EARLIER,
    EARLIER_DAY,
    ELAPSED,
    ELAPSED_DAYS,
    LATER,
    LATER_DAY,
    whole_days,
)
from relasi.schema.expressions.tree import Call, Comparison, Node
from relasi.schema.expressions.types import Date, DateTime

MIRRORED: dict[Comparison, Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_LARGEST = 2**63 - 1
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bound:
    """`node operator value`, where the value is known and not null."""

    operator: Comparison
    node: Node
    value: Any  # Any: a value of the node's type


Known = Callable[[Node], Any]  # Any: the value of a node that depends on no record, None for all others


def isolated(bound: Bound, known: Known) -> tuple[Bound, ...]:
    """Bounds on parts of the node which all hold exactly where the given one does. Not for !=."""
    try:
        steps = _step(bound, known)
    except OverflowError:
        return (bound,)
    if steps is None:
        return (bound,)
    return tuple(each for step in steps for each in isolated(step, known))


def _step(bound: Bound, known: Known) -> tuple[Bound, ...] | None:
    """The same with one operation less around the node, None where there is none that can go."""
    node = bound.node
    if not isinstance(node, Call) or len(node.arguments) != 2:
        return None
    left, right = node.arguments
    if node.operation is ELAPSED or (node.operation is ELAPSED_DAYS and not bound.value % _DAY):
        if (later := known(left)) is not None:
            return (Bound(MIRRORED[bound.operator], right, later - bound.value),)
        earlier = known(right)
        return None if earlier is None else (Bound(bound.operator, left, earlier + bound.value),)
    if node.operation in (LATER, LATER_DAY, EARLIER, EARLIER_DAY) and (duration := known(right)) is not None:
        return _shifted(bound, left, -duration if node.operation in (EARLIER, EARLIER_DAY) else duration)
    return None


def _shifted(bound: Bound, node: Node, shift: timedelta) -> tuple[Bound, ...]:
    """`node + shift operator value` as a bound on the node.

    Where node + shift would leave the calendar it is null and no comparison holds; a second bound sees to it.
    """
    first, last = _calendar(node)
    if isinstance(first, date) and not isinstance(first, datetime):
        shift = whole_days(shift)
    moved = Bound(bound.operator, node, bound.value - shift)
    if shift > timedelta() and bound.operator in (">", ">="):
        return moved, Bound("<=", node, last - shift)
    if shift < timedelta() and bound.operator in ("<", "<="):
        return moved, Bound(">=", node, first - shift)
    return (moved,)


def _calendar(node: Node) -> tuple[Any, Any]:  # Any: date or datetime, as the node
    assert isinstance(node.type, (Date, DateTime))
    return (date.min, date.max) if isinstance(node.type, Date) else (_FIRST, _LAST)


def scaled(operator: Comparison, value: Decimal, places: int) -> tuple[Comparison, Decimal] | None:
    """The same comparison for numbers that are kept with so many places in 64 bits; not for !=.

    `x > 1.005` is `x > 1.00` where x has two places. None where no such number meets the comparison.
    """
    unit = Decimal(1).scaleb(-places)
    limit = _LARGEST * unit
    if abs(value) > limit:
        return _beyond(operator, limit if value > 0 else -limit)
    below, above = (value.quantize(unit, rounding=way) for way in (ROUND_FLOOR, ROUND_CEILING))
    if operator == "=":
        return ("=", below) if below == above else None
    return operator, below if operator in ("<=", ">") else above


def _beyond(operator: Comparison, limit: Decimal) -> tuple[Comparison, Decimal] | None:
    """Every kept number lies on one side of the value: all of them meet the comparison, or none."""
    if limit > 0:
        return ("<=", limit) if operator in ("<", "<=") else None
    return (">=", limit) if operator in (">", ">=") else None
