"""Whether a condition can be true at all, found by trying the values that it asks for.

Only what equality tells is used: options, true and false, states and their kinds, texts and numbers that are
named. Whatever else stands in a condition may be true and may be false, so "no" is certain and "yes" is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from relasi.schema.expressions.tree import (
    Compare,
    Constant,
    Empty,
    KindOf,
    Logic,
    Node,
    Not,
    Read,
    Within,
    walk,
)
from relasi.schema.expressions.types import Boolean, Choice, MultiChoice

Atom = tuple[tuple[str, ...], bool]
"""A field that is read: its path, and whether it is the old record's."""
Values = Mapping[Atom, Any]  # Any: the value of a field
Allowed = Callable[[Read], Collection[str] | None]
"""The options of a choice that occur at all; None for all of them."""

_MOST_TRIED = 20_000
_OTHER = object()
"""Some value that the condition does not name."""
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a part of a condition can turn out to be."""

    true: bool
    false: bool


_EITHER = _Answer(true=True, false=True)


def may_be_true(
    condition: Node, *, known: Mapping[tuple[str, ...], Any] | None = None, allowed: Allowed = lambda _: None
) -> bool:
    """False only where no record can meet the condition. `known` are values of the record's own fields."""
    fixed = {(path, False): value for path, value in (known or {}).items()}
    domains = {atom: domain for atom, domain in _domains(condition, allowed).items() if atom not in fixed}
    if prod(len(domain) for domain in domains.values()) > _MOST_TRIED:
        return True
    return any(
        _answer(condition, {**fixed, **dict(zip(domains, values, strict=True))}).true
        for values in product(*domains.values())
    )


def _domains(condition: Node, allowed: Allowed) -> dict[Atom, tuple[Any, ...]]:
    """The values to try for each field that the condition asks for by name."""
    named: dict[Atom, tuple[Read, list[Any]]] = {}
    for read, values in _questions(condition):
        named.setdefault(_atom(read), (read, []))[1].extend(values)
    return {atom: _domain(read, values, allowed) for atom, (read, values) in named.items()}


def _domain(read: Read, values: list[Any], allowed: Allowed) -> tuple[Any, ...]:
    match read.type:
        case Boolean():
            return (True, False, None)
        case Choice(options=options):
            occurring = allowed(read)
            return (*(each for each in options if occurring is None or each in occurring), None)
    distinct = [value for index, value in enumerate(values) if value not in values[:index]]
    return (*(value for value in distinct if value is not None), _OTHER, None)


def _questions(condition: Node) -> Iterator[tuple[Read, list[Any]]]:
    """The fields that are compared, with what they are compared with."""
    sides: tuple[Node, ...]
    for node in walk(condition):
        match node:
            case Compare(left=left, right=right):
                sides = (left, right)
            case Within(operand=operand, items=items):
                sides = (operand, *items)
            case Empty(operand=operand):
                sides = (operand,)
            case Read(type=Boolean()):
                sides = (node,)
            case _:
                continue
        constants = [side.value for side in sides if isinstance(side, Constant)]
        for side in sides:
            read = side.field if isinstance(side, KindOf) else side
            if isinstance(read, Read) and not isinstance(read.type, MultiChoice):
                yield read, constants


def _atom(read: Read) -> Atom:
    return read.path, read.old


def _answer(node: Node, values: Values) -> _Answer:
    match node:
        case Logic(operator="and", operands=parts):
            answers = [_answer(part, values) for part in parts]
            return _Answer(all(each.true for each in answers), any(each.false for each in answers))
        case Logic(operands=parts):
            answers = [_answer(part, values) for part in parts]
            return _Answer(any(each.true for each in answers), all(each.false for each in answers))
        case Not(operand=operand):
            asked = _answer(operand, values)
            return _Answer(asked.false, asked.true)
        case Compare():
            return _compared(node, values)
        case Within(operand=operand, items=items, negated=negated):
            return _within(operand, items, values, negated=negated)
        case Empty(operand=operand, negated=negated):
            value = _value(operand, values)
            return _EITHER if value is _UNKNOWN else _certain((value in (None, "", ())) != negated)
        case Constant() | Read():
            value = _value(node, values)
            return _EITHER if value is _UNKNOWN else _certain(value is True)
    return _EITHER


def _compared(node: Compare, values: Values) -> _Answer:
    if node.operator not in ("=", "!="):
        is_empty = None in (_value(node.left, values), _value(node.right, values))
        return _certain(False) if is_empty else _EITHER
    same = _same(node.left, node.right, values)
    return _EITHER if same is None else _certain(same == (node.operator == "="))


def _within(operand: Node, items: tuple[Node, ...], values: Values, *, negated: bool) -> _Answer:
    answers = [_same(operand, item, values) for item in items]
    if any(answer is True for answer in answers):
        return _certain(not negated)
    return _EITHER if None in answers else _certain(negated)


def _same(one: Node, other: Node, values: Values) -> bool | None:
    """Whether two values are equal; None where that is not known.

    What no condition names differs from what one names, but two fields may hold the same all the same.
    """
    left, right = _value(one, values), _value(other, values)
    if left is _UNKNOWN or right is _UNKNOWN:
        return None
    if (
        (left is _OTHER or right is _OTHER)
        and not isinstance(one, Constant)
        and not isinstance(other, Constant)
    ):
        return None if left is not None and right is not None else False
    return bool(left == right)


def _certain(answer: bool) -> _Answer:
    return _Answer(answer, not answer)


def _value(node: Node, values: Values) -> Any:
    match node:
        case Constant(value=value):
            return value
        case KindOf(field=field, kinds=kinds):
            state = values.get(_atom(field), _UNKNOWN)
            return _UNKNOWN if state is _UNKNOWN else kinds.get(state)
        case Read():
            return values.get(_atom(node), _UNKNOWN)
    return _UNKNOWN
