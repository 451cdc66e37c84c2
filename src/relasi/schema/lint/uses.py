"""Which fields something shows or reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from relasi.schema.derivations import Clock, Rollup
from relasi.schema.expressions import Expression, Template
from relasi.schema.model import Entity, Model, Process, walk
from relasi.schema.model.privacy import BECAUSE, RESTRICTED

Used = frozenset[tuple[str, str]]
"""Pairs of entity and field."""


def used_fields(model: Model) -> Used:
    """Every field that a form, list, title, search, timeline, condition, rule or other field depends on.

    A link shows by itself: its records are listed on the page of what they link to.
    """
    found = {pair for expression in _expressions(model) for pair in expression.reads}
    for entity in model.entities.values():
        found |= {(entity.name, name) for name in _named(entity)}
        found |= {pair for path in entity.search for pair in _on_the_way(model, entity, path)}
        for table in entity.tables.values():
            names = (*table.columns, *table.totals, table.order_by)
            found |= {(table.entity, name) for name in names if name}
        for field in entity.own_fields:
            if isinstance(field.derivation, Rollup):
                names = (field.derivation.link, field.derivation.field, field.derivation.by)
                found |= {(field.derivation.entity, name) for name in names if name}
    for workflow in model.workflows.values():
        found |= {(workflow.entity, name) for trigger in workflow.triggers for name in trigger.fields}
        found |= {pair for step in walk(workflow.steps) for pair in step.reads()}
    return frozenset(found)


def _on_the_way(model: Model, entity: Entity, path: str) -> Iterator[tuple[str, str]]:
    *links, name = path.split(".")
    for link in links:
        yield entity.name, link
        entity = model.entities[entity.fields[link].links_to[0]]
    yield entity.name, name


def _named(entity: Entity) -> Iterator[str]:
    for section in entity.form:
        for row in (*section.rows, section.tables):
            yield from row
    for saved in entity.lists.values():
        yield from saved.columns
        yield from (sort.field for sort in saved.sort)
        yield from saved.work.show if saved.work else ()
    for group in entity.unique_together:
        yield from group
    if entity.timeline:
        yield from (*entity.timeline.on, entity.timeline.at)
    if entity.board:
        yield from filter(None, (entity.board.sum, *entity.board.card))
    if entity.calendar:
        yield from filter(None, (entity.calendar.start, entity.calendar.end, entity.calendar.color))
    if entity.process:
        yield from _named_by(entity.process)
    yield from (field.name for field in entity.own_fields if isinstance(field.derivation, Clock))
    if entity.person is not False:
        yield from (RESTRICTED, BECAUSE)
    yield from (name for sla in entity.slas for name in sla.target.reads)
    yield from (field.name for field in entity.own_fields if field.links_to or field.type.unique)


def _named_by(process: Process) -> Iterator[str]:
    yield from filter(None, (process.field, process.since, process.reason))
    for move in process.moves:
        yield from move.needs
        if isinstance(move.four_eyes, str):
            yield move.four_eyes


def _expressions(model: Model) -> Iterator[Expression]:
    """Every expression in the Model, wherever it stands."""
    waiting: list[Any] = [model]  # Any: whatever a Model is made of
    while waiting:
        part = waiting.pop()
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, Template):
            yield from part.expressions
        else:
            waiting += [inner for inner in _inside(part) if type(inner) not in _LEAVES]


def _inside(part: Any) -> Iterable[Any]:  # Any: as above
    kind = type(part)
    if kind in (tuple, frozenset):
        return cast(Iterable[Any], part)
    if kind in (MappingProxyType, dict):
        return cast(Mapping[Any, Any], part).values()
    return (getattr(part, name) for name in _attributes(kind))  # type: ignore[arg-type]  # a class has a hash


@cache
def _attributes(kind: Any) -> tuple[str, ...]:  # Any: a class
    """The attributes of a dataclass that may hold an expression; none for what is no dataclass."""
    return tuple(each.name for each in fields(kind) if each.type not in _PLAIN) if is_dataclass(kind) else ()


_LEAVES = frozenset({str, int, bool, type(None), Decimal, timedelta})
_PLAIN = frozenset(
    {"str", "str | None", "bool", "int", "Label", "Label | None", "FieldType", "frozenset[str]"}
    | {"tuple[str, ...]", "tuple[tuple[str, ...], ...]"}
)
"""Types that hold no expression, as the Model writes them."""
