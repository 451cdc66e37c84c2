"""What a rule writes, and which rules that may trigger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from relasi.schema.derivations import Computed, Derivation, Rollup
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Changed, Constant, Now
from relasi.schema.expressions.tree import walk as tree
from relasi.schema.expressions.types import Boolean, Choice
from relasi.schema.lint.possible import may_be_true
from relasi.schema.model import Entity, Model, On, Trigger, Whose, Workflow, Writing, expressions_of, walk

Pairs = frozenset[tuple[str, str]]
"""Entities with a field of each."""
Known = Mapping[tuple[str, ...], Any]  # Any: the value of a field
"""By the path of a field of the record."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The writing of one step to records of one entity. `known` are the fields whose new value is certain.

    `reads` is all that the values depend on; None where they may differ each time all the same.
    """

    entity: str
    fields: frozenset[str]
    reads: Pairs | None
    creates: bool = False
    moves: frozenset[str] = frozenset()
    known: Known = field(default_factory=dict)

    @property
    def writes(self) -> Pairs:
        return frozenset((self.entity, name) for name in self.fields)


def effects(rule: Workflow, model: Model) -> Iterator[Effect]:
    """What the steps write, and what is derived from that."""
    for effect in _written(rule, model):
        yield from _with_derived(effect, model)


def triggers(effect: Effect, rule: Workflow) -> bool:
    """Whether the rule may run because of it."""
    if rule.entity != effect.entity or not any(_fits(trigger, effect) for trigger in rule.triggers):
        return False
    return rule.condition is None or may_be_true(rule.condition.root, known=effect.known)


def _fits(trigger: Trigger, effect: Effect) -> bool:
    match trigger.on:
        case On.CREATED:
            return effect.creates
        case On.UPDATED:
            return not effect.creates
        case On.CHANGED | On.LEAVES:
            return not effect.creates and not effect.fields.isdisjoint(trigger.fields)
        case On.ENTERS:
            return effect.creates or not effect.fields.isdisjoint(trigger.fields)
        case On.MOVED:
            return not effect.moves.isdisjoint(trigger.moves)
    return False


def _written(rule: Workflow, model: Model) -> Iterator[Effect]:
    for step in walk(rule.steps):
        followed = frozenset(step.reads())
        for writing in step.writes():
            known = _known(writing)
            if writing.whose is Whose.NEW:
                known = {**_starting(model.entities[writing.entity], writing.values), **known}
            reads = _reads(writing)
            yield Effect(
                writing.entity,
                frozenset(writing.values),
                None if reads is None else reads | followed,
                creates=writing.whose is Whose.NEW,
                moves=writing.moves,
                known=known,
            )


def _known(writing: Writing) -> Known:
    return {
        (name,): value.root.value
        for name, value in writing.values.items()
        if isinstance(value, Expression) and isinstance(value.root, Constant)
    }


def _reads(writing: Writing) -> Pairs | None:
    """None for a new record, and where a value depends on the moment, on what was before, or on the run."""
    if writing.whose is Whose.NEW or None in writing.values.values():
        return None
    found: set[tuple[str, str]] = set()
    for expression in expressions_of(writing.values.values()):
        found |= expression.reads
        if expression.uses_old or any(isinstance(node, (Now, Changed)) for node in tree(expression.root)):
            return None
    return frozenset(found)


def _starting(entity: Entity, written: Collection[str]) -> Known:
    """What a new record certainly holds in the fields that nobody fills in."""
    return {
        (field.name,): field.type.default
        for field in entity.own_fields
        if field.name not in written and not field.computed and field.derivation is None
        if field.type.default is None or isinstance(field.type.expression_type(), (Boolean, Choice))
    }


def _with_derived(effect: Effect, model: Model) -> Iterator[Effect]:
    touched = set(effect.writes)
    for entity, name in model.derived:
        derivation = model.entities[entity].fields[name].derivation
        is_counted = isinstance(derivation, Rollup) and derivation.entity == effect.entity and effect.creates
        if is_counted or not touched.isdisjoint(_inputs(entity, derivation)):
            touched.add((entity, name))
    yield replace(effect, fields=_names(effect.entity, touched))
    for entity in sorted({entity for entity, _ in touched} - {effect.entity}):
        yield Effect(entity, _names(entity, touched), effect.reads)


def _names(entity: str, pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(name for each, name in pairs if each == entity)


def _inputs(owner: str, derivation: Derivation | None) -> Pairs:
    """The fields that a derived one of the entity is made of."""
    match derivation:
        case Computed(expressions=expressions):
            return frozenset(pair for each in expressions for pair in each.reads)
        case Rollup(entity=entity, link=link, field=name, by=by, where=where, tree=tree):
            own = {(entity, each) for each in (link, name, by) if each} | ({(owner, tree)} if tree else set())
            return frozenset(own | (where.reads if where else set()))
    return frozenset()
