"""Typed tree -> a Python function of a situation. Built once; each call is a few closures deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import ge, gt, le, lt
from typing import Any, assert_never

from relasi.schema.expressions.operations import today
from relasi.schema.expressions.situation import Situation, Values
from relasi.schema.expressions.tree import (
    Call,
    Changed,
    Compare,
    Constant,
    CurrentUser,
    Empty,
    FirstFilled,
    Given,
    If,
    KindOf,
    Logic,
    Node,
    Not,
    Now,
    Read,
    TeamOf,
    ThisRecord,
    Today,
    Under,
    UnderTeam,
    WeightOf,
    Within,
)
from relasi.schema.expressions.types import Rows

Evaluator = Callable[[Situation], Any]  # Any: the value that belongs to the node's type

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def evaluator(node: Node) -> Evaluator:
    """The function that evaluates the node. It never raises and has no effect."""
    match node:
        case Read(type=type_):
            return _rows(node, type_) if isinstance(type_, Rows) else _read(node)
        case KindOf(field=field, kinds=kinds):
            state = _read(field)
            return lambda situation: kinds.get(state(situation))
        case WeightOf(field=field, weights=weights):
            option = _read(field)
            return lambda situation: weights.get(option(situation))
        case TeamOf(user=user):
            asked = evaluator(user)
            return lambda situation: situation.teams().get(asked(situation))
        case Given(field=field):
            given = evaluator(field)
            return lambda situation: None if situation.outer is None else given(situation.outer)
        case Changed(field=field):
            return _changed(field.path[0])
        case Constant() | ThisRecord() | CurrentUser() | Now() | Today():
            return _given(node)
        case Call():
            return _call(node)
        case If(condition=condition, then=then, otherwise=otherwise):
            asked, yes, no = evaluator(condition), evaluator(then), evaluator(otherwise)
            return lambda situation: yes(situation) if asked(situation) else no(situation)
        case FirstFilled(arguments=arguments):
            return _first_filled(tuple(map(evaluator, arguments)))
    return _condition(node)


def _given(node: Constant | ThisRecord | CurrentUser | Now | Today) -> Evaluator:
    match node:
        case Constant(value=value):
            return lambda _: value
        case ThisRecord():
            return lambda situation: situation.record_id
        case CurrentUser():
            return lambda situation: situation.user
        case Now():
            return lambda situation: situation.now
        case Today():
            return lambda situation: today(situation.now, situation.zone)
    assert_never(node)


def _condition(node: Compare | Within | Under | UnderTeam | Empty | Logic | Not) -> Evaluator:
    match node:
        case UnderTeam(operand=operand, above=above, branches=branches):
            team, top = evaluator(operand), evaluator(above)
            return lambda situation: team(situation) in branches.get(top(situation), ())
        case Under():
            return _under(node)
        case Compare():
            return _compare(node)
        case Within(operand=operand, items=items, negated=negated):
            return _within(evaluator(operand), items, negated)
        case Empty(operand=operand, negated=negated):
            asked = evaluator(operand)
            if negated:
                return lambda situation: asked(situation) not in (None, "", ())
            return lambda situation: asked(situation) in (None, "", ())
        case Logic(operator=operator, operands=operands):
            return _logic(operator, [evaluator(each) for each in operands])
        case Not(operand=operand):
            asked = evaluator(operand)
            return lambda situation: not asked(situation)
    assert_never(node)


def _rows(node: Read, type_: Rows) -> Evaluator:
    """The record whose table it is is the one at hand, or what the links before it lead to."""
    owner = _read(replace(node, path=node.path[:-1], entities=node.entities[:-1])) if node.path[1:] else None

    def rows(situation: Situation) -> tuple[str, ...]:
        key = owner(situation) if owner else situation.record_id
        return (
            () if key is None else situation.rows(type_.entity, type_.link, type_.prefix + key, type_.column)
        )

    return rows


def _read(node: Read) -> Evaluator:
    *links, name = node.path
    if not links and not node.old:
        return lambda situation: situation.record.get(name)
    hops = tuple(zip(links, node.entities[1:], strict=True))
    old = node.old

    def read(situation: Situation) -> Any:  # Any: a field's value
        values: Values | None = situation.old if old else situation.record
        for link, entity in hops:
            key = None if values is None else values.get(link)
            values = None if key is None else situation.follow(entity, key)
        return None if values is None else values.get(name)

    return read


def _changed(name: str) -> Evaluator:
    def changed(situation: Situation) -> bool:
        before = None if situation.old is None else situation.old.get(name)
        return bool(situation.record.get(name) != before)

    return changed


def _compare(node: Compare) -> Evaluator:
    left, right = evaluator(node.left), evaluator(node.right)
    if node.operator in ("=", "!="):
        same = _same(left, node.right, right)
        return same if node.operator == "=" else lambda situation: not same(situation)
    holds = _ORDERINGS[node.operator]
    if node.ranks is not None:
        left, right = _ranked(left, node.ranks), _ranked(right, node.ranks)

    def ordered(situation: Situation) -> bool:
        one, other = left(situation), right(situation)
        return one is not None and other is not None and holds(one, other)

    return ordered


def _ranked(option: Evaluator, ranks: Mapping[str, int]) -> Evaluator:
    return lambda situation: ranks.get(option(situation))


def _same(left: Evaluator, right_node: Node, right: Evaluator) -> Evaluator:
    if isinstance(right_node, Constant):
        value = right_node.value
        return lambda situation: left(situation) == value
    return lambda situation: left(situation) == right(situation)


def _within(operand: Evaluator, items: tuple[Node, ...], negated: bool) -> Evaluator:
    if all(isinstance(item, Constant) for item in items):
        values = frozenset(item.value for item in items if isinstance(item, Constant))
        if negated:
            return lambda situation: operand(situation) not in values
        return lambda situation: operand(situation) in values
    evaluators = tuple(map(evaluator, items))

    def within(situation: Situation) -> bool:
        value = operand(situation)
        return any(value == item(situation) for item in evaluators) is not negated

    return within


def _under(node: Under) -> Evaluator:
    operand, above = evaluator(node.operand), evaluator(node.above)
    entity, tree, is_itself = node.entity, node.tree, isinstance(node.operand, ThisRecord)

    def under(situation: Situation) -> bool:
        key, top = operand(situation), above(situation)
        if top is None or (is_itself and key == top):
            return top is not None
        if is_itself:  # where it is about to stand, which need not be written yet
            key = situation.record.get(tree)
        seen: set[str] = set()
        while key is not None and key not in seen:
            if key == top:
                return True
            seen.add(key)
            values = situation.follow(entity, key)
            key = None if values is None else values.get(tree)
        return False

    return under


def _logic(operator: str, operands: list[Evaluator]) -> Evaluator:
    if len(operands) == 2:
        first, second = operands
        if operator == "and":
            return lambda situation: bool(first(situation) and second(situation))
        return lambda situation: bool(first(situation) or second(situation))
    if operator == "and":
        return lambda situation: all(operand(situation) for operand in operands)
    return lambda situation: any(operand(situation) for operand in operands)


def _call(node: Call) -> Evaluator:
    run, absent = node.operation.run, node.operation.absent
    arguments = tuple(map(evaluator, node.arguments))
    if node.operation.zoned:
        (only,) = arguments

        def zoned(situation: Situation) -> Any:  # Any: the operation's result
            value = only(situation)
            return absent if value is None else run(value, situation.zone)

        return zoned

    def call(situation: Situation) -> Any:  # Any: the operation's result
        values = [argument(situation) for argument in arguments]
        return absent if None in values else run(*values)

    return call


def _first_filled(arguments: tuple[Evaluator, ...]) -> Evaluator:
    def first_filled(situation: Situation) -> Any:  # Any: a value of the arguments' type
        for argument in arguments:
            value = argument(situation)
            if value is not None:
                return value
        return None

    return first_filled
