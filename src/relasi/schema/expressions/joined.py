"""Conditions joined to one. True and False stand for a condition that every record meets, or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from relasi.schema.expressions.expression import Expression
from relasi.schema.expressions.tree import Constant, Logic, Not, ThisRecord, Within
from relasi.schema.expressions.types import Link

Truth = Expression | bool


def any_of(conditions: Iterable[Truth]) -> Truth:
    """What is true where any of them is; False of none."""
    return _joined("or", conditions, decides=True)


def all_of(conditions: Iterable[Truth]) -> Truth:
    """What is true where all of them are; True of none."""
    return _joined("and", conditions, decides=False)


def opposite(condition: Truth) -> Truth:
    """What is true where the condition is false or empty."""
    if isinstance(condition, bool):
        return not condition
    text = f"not ({condition.text})"
    return Expression.of(text, condition.entity, Not(operand=condition.root, at=(0, len(text))))


def one_of(entity: str, keys: Iterable[str]) -> Truth:
    """What is true of the records of the entity with these ids."""
    link, ids = Link((entity,)), sorted(keys)
    if not ids:
        return False
    text = f"record in [{', '.join(ids)}]"
    at = (0, len(text))
    items = tuple(Constant(value=key, at=at, type=link) for key in ids)
    root = Within(operand=ThisRecord(at=at, type=link), items=items, negated=False, at=at)
    return Expression.of(text, entity, root)


def _joined(operator: Literal["and", "or"], conditions: Iterable[Truth], *, decides: bool) -> Truth:
    """One that `decides` settles it; what is said twice counts once."""
    parts: dict[str, Expression] = {}
    for each in conditions:
        if isinstance(each, Expression):
            parts[each.text] = each
        elif each is decides:
            return decides
    if not parts:
        return not decides
    first, *others = parts.values()
    if not others:
        return first
    text = f" {operator} ".join(f"({each})" for each in parts)
    operands = tuple(each.root for each in parts.values())
    return Expression.of(text, first.entity, Logic(operator=operator, operands=operands, at=(0, len(text))))
