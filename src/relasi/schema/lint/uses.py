"""Which fields something shows or reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from relasi.schema.derivations import Rollup
from relasi.schema.expressions import Expression, Template
from relasi.schema.model import Entity, Model, UpdateRecord

Used = frozenset[tuple[str, str]]
"""Pairs of entity and field."""


def used_fields(model: Model) -> Used:
    """Every field that a form, list, title, search, timeline, condition, rule or other field depends on.

    A link shows by itself: its records are listed on the page of what they link to.
    """
    found = {pair for expression in _expressions(model) for pair in expression.reads}
    for entity in model.entities.values():
        found |= {(entity.name, name) for name in _named(entity)}
        for field in entity.own_fields:
            if isinstance(field.derivation, Rollup):
                names = (field.derivation.link, field.derivation.field, field.derivation.by)
                found |= {(field.derivation.entity, name) for name in names if name}
    for workflow in model.workflows.values():
        names_read = [name for trigger in workflow.triggers for name in trigger.fields]
        names_read += [step.link for step in workflow.steps if isinstance(step, UpdateRecord)]
        found |= {(workflow.entity, name) for name in names_read}
    return frozenset(found)


def _named(entity: Entity) -> Iterator[str]:
    for section in entity.form:
        for row in section.rows:
            yield from row
    for saved in entity.lists.values():
        yield from saved.columns
        yield from (sort.field for sort in saved.sort)
    yield from entity.search
    for group in entity.unique_together:
        yield from group
    if entity.timeline:
        yield from (*entity.timeline.on, entity.timeline.at)
    if entity.process:
        yield entity.process.field
        for move in entity.process.moves.values():
            yield from move.needs
    yield from (field.name for field in entity.own_fields if field.links_to or field.type.unique)


def _expressions(part: object) -> Iterator[Expression]:
    """Every expression in a part of the Model, wherever it stands."""
    match part:
        case Expression():
            yield part
        case Template():
            yield from part.expressions
        case str() | Enum():
            return
        case Mapping():
            yield from _in_each(part.values())
        case tuple() | list() | frozenset():
            yield from _in_each(part)
        case _ if is_dataclass(part):
            yield from _in_each(getattr(part, field.name) for field in fields(part))


def _in_each(parts: Iterable[object]) -> Iterator[Expression]:
    for part in parts:
        yield from _expressions(part)
