"""Whether a condition can be true at all, found by trying the values that it asks for.

Only what equality tells is used: options, true and false, states and their kinds, texts and numbers that are
named. Whatever else stands in a condition may be true and may be false, so "no" is certain and "yes" is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
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
_MOST_KEPT = 20_000
_OTHER = object()
"""Some value that the condition does not name."""
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a part of a condition can turn out to be."""

    true: bool
    false: bool


_EITHER = _Answer(true=True, false=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Condition:
    """Equal to itself alone: comparing whole trees would take longer than trying the values.

    An expression that is checked again keeps its tree, and so its answers.
    """

    root: Node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Condition) and self.root is other.root

    def __hash__(self) -> int:
        return id(self.root)


def may_be_true(
    condition: Node, *, known: Mapping[tuple[str, ...], Any] | None = None, allowed: Allowed = lambda _: None
) -> bool:
    """False only where no record can meet the condition. `known` are values of the record's own fields."""
    held = _Condition(condition)
    reads = _reads(held)
    fixed = {(path, False): value for path, value in (known or {}).items() if (path, False) in reads}
    domains = {
        atom: _domain(read, values, allowed)
        for atom, (read, values) in _named(held).items()
        if atom not in fixed
    }
    return _tried(held, tuple(fixed.items()), tuple(domains.items()))


@lru_cache(_MOST_KEPT)
def _tried(
    condition: _Condition,
    fixed: tuple[tuple[Atom, Any], ...],
    domains: tuple[tuple[Atom, tuple[Any, ...]], ...],
) -> bool:
    if prod(len(domain) for _, domain in domains) > _MOST_TRIED:
        return True
    asked = [atom for atom, _ in domains]
    return any(
        _answer(condition.root, {**dict(fixed), **dict(zip(asked, values, strict=True))}).true
        for values in product(*(domain for _, domain in domains))
    )


@lru_cache(_MOST_KEPT)
def _reads(condition: _Condition) -> frozenset[Atom]:
    return frozenset(_atom(node) for node in walk(condition.root) if isinstance(node, Read))


@lru_cache(_MOST_KEPT)
def _named(condition: _Condition) -> Mapping[Atom, tuple[Read, tuple[Any, ...]]]:
    """The fields that the condition asks for by name, with the values that it names."""
    named: dict[Atom, tuple[Read, tuple[Any, ...]]] = {}
    for read, values in _questions(condition.root):
        _, before = named.get(_atom(read), (read, ()))
        named[_atom(read)] = read, (*before, *(each for each in values if each not in before))
    return named


def _domain(read: Read, values: tuple[Any, ...], allowed: Allowed) -> tuple[Any, ...]:
    """The values to try."""
    match read.type:
        case Boolean():
            return (True, False, None)
        case Choice(options=options):
            occurring = allowed(read)
            return (*(each for each in options if occurring is None or each in occurring), None)
    return (*(value for value in values if value is not None), _OTHER, None)


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
