"""Entities, from their drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.access import compile_access, compile_guards
from relasi.schema.compiler.entity.duplicates import compile_merging, compile_quality, compile_twins
from relasi.schema.compiler.entity.fields import compile_fields
from relasi.schema.compiler.entity.groups import compile_groups
from relasi.schema.compiler.entity.intent import check_intent
from relasi.schema.compiler.entity.privacy import compile_fate, compile_keep, compile_person
from relasi.schema.compiler.entity.processes import compile_process
from relasi.schema.compiler.entity.refusals import compile_refusals
from relasi.schema.compiler.entity.sla import compile_clocks
from relasi.schema.compiler.shown.dashboards import compile_panels
from relasi.schema.compiler.shown.forms import compile_forms, compile_tabs
from relasi.schema.compiler.shown.layouts import compile_board, compile_calendar
from relasi.schema.compiler.shown.tables import compile_tables
from relasi.schema.compiler.shown.views import (
    compile_lists,
    compile_search,
    compile_timeline,
    compile_timeline_of,
    compile_title,
    compile_unique,
)
from relasi.schema.expressions.parse import RESERVED
from relasi.schema.fields.link import LinkField
from relasi.schema.labels import label_of
from relasi.schema.model import Entity, Inbound, OnDelete

_OURS = "relasi_"
"""How the tables of the engine begin."""


def compile_entity(draft: Draft, entity: EntityDraft) -> Entity | None:
    spec = entity.spec
    if spec.entity in RESERVED or spec.entity.startswith(_OURS):
        message = f'"{spec.entity}" cannot be the name of an entity: Relasi has one of its own'
        entity.page.wrong(("entity",), "reserved-name", message, help="choose another name")
    slas = tuple(compile_clocks(draft, entity))
    fields = {field.name: field for field in compile_fields(draft, entity, slas)}
    check_intent(draft, entity)
    title = compile_title(draft, entity)
    label = label_of(spec.label, spec.entity, draft.languages)
    process = compile_process(draft, entity)
    parts = (
        compile_forms(draft, entity),
        compile_lists(draft, entity),
        compile_search(draft, entity, title),
        compile_timeline(entity),
    )
    board, calendar = compile_board(entity, parts[1], title), compile_calendar(draft, entity)
    refusals = tuple(compile_refusals(draft, entity))
    access, unique = compile_access(draft, entity), compile_unique(entity)
    readers, writers = compile_guards(draft, entity)
    person, belongs_to = compile_person(draft, entity)
    keep = compile_keep(draft, entity, ("keep",), spec.keep)
    if title is None:
        return None
    return Entity(
        name=spec.entity,
        label=label,
        plural=label_of(spec.plural, spec.entity, draft.languages) if spec.plural else label,
        icon=spec.icon,
        title=title,
        fields=MappingProxyType(fields),
        process=process,
        forms=parts[0],
        lists=parts[1],
        search=parts[2],
        timeline=parts[3],
        timeline_of=tuple(compile_timeline_of(draft, entity)),
        board=board,
        calendar=calendar,
        access=access,
        readers=readers,
        writers=writers,
        unique_together=unique,
        tables=MappingProxyType({each.name: each for each in compile_tables(draft, entity)}),
        tabs=compile_tabs(draft, entity),
        refusals=refusals,
        twins=tuple(compile_twins(draft, entity)),
        merging=compile_merging(entity),
        quality=compile_quality(entity),
        panels=tuple(compile_panels(draft, entity)),
        slas=slas,
        person=person,
        belongs_to=belongs_to,
        keep=keep,
        on_erase=compile_fate(draft, entity, ("on_erase",), spec.on_erase),
        was=spec.was,
        retired=MappingProxyType(entity.retired),
        groups=tuple(compile_groups(draft, entity)),
    )


def connected(entities: Mapping[str, Entity]) -> Mapping[str, Entity]:
    """Every entity with the links that point to it, and each pair of records once."""
    inbound: dict[str, list[Inbound]] = {name: [] for name in entities}
    for entity in entities.values():
        for field in entity.own_fields:
            if isinstance(field.type, LinkField) and not field.computed:
                for target in field.links_to:
                    inbound[target].append(Inbound(entity.name, field.name, OnDelete(field.type.on_delete)))
    return MappingProxyType(
        {
            name: replace(
                entity,
                inbound=tuple(inbound[name]),
                unique_together=tuple(_unique(entity, entities.values())),
            )
            for name, entity in entities.items()
        }
    )


def _unique(entity: Entity, others: Iterable[Entity]) -> Iterator[tuple[str, ...]]:
    """The groups that the author wrote, and the two ends of a pair."""
    yield from entity.unique_together
    known = {frozenset(group) for group in entity.unique_together}
    for table in (table for each in others for table in each.tables.values()):
        if table.entity == entity.name and table.other and {table.link, table.other} not in known:
            known.add(frozenset((table.link, table.other)))
            yield table.link, table.other
