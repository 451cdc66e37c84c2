"""The fields of an entity: first their types, so that all names are known, then their conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import lookup
from relasi.diagnostics import nearest
from relasi.schema.clocks import Sla
from relasi.schema.compiler.draft import Draft, EntityDraft, ProjectScope
from relasi.schema.compiler.entity.groups import open_group
from relasi.schema.compiler.entity.privacy import (
    compile_field_fate,
    compile_field_keep,
    inherited,
    type_restriction,
)
from relasi.schema.compiler.entity.sla import PARTS, type_clocks
from relasi.schema.compiler.entity.states import type_states
from relasi.schema.compiler.entity.system import SYSTEM_LABELS, SYSTEM_TYPES
from relasi.schema.compiler.labels import check_labels
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.settings.values import surroundings
from relasi.schema.compiler.shapes import salvaged
from relasi.schema.derivations import Clock
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.parse import RESERVED
from relasi.schema.expressions.types import Text
from relasi.schema.fields.base import FieldSpec, FieldType, has_holes
from relasi.schema.fields.link import LinkField
from relasi.schema.fields.registry import TYPES
from relasi.schema.fields.tables import TableSpec
from relasi.schema.labels import LabelSpec, from_key, label_of
from relasi.schema.model import Field
from relasi.schema.spec.entity import EntitySpec
from relasi.schema.spec.process import STATE_FIELD

_CONDITIONS = ("required_when", "visible_when", "read_only_when")
_ELSEWHERE = {
    "string": "text",
    "varchar": "text",
    "textarea": "long_text",
    "integer": "number",
    "int": "number",
    "float": "decimal",
    "currency": "money",
    "bool": "boolean",
    "checkbox": "boolean",
    "timestamp": "datetime",
    "select": "choice",
    "dropdown": "choice",
    "enum": "choice",
    "multiselect": "multi_choice",
    "relation": "link",
    "reference": "link",
    "lookup": "link",
}
"""What other products call our types."""


def type_fields(draft: Draft, entity: EntityDraft) -> None:
    """Fills `entity.types`; a broken field stays known by name, so that one mistake is not reported twice."""
    for name, written in entity.spec.fields.items():
        if name in SYSTEM_TYPES or name in RESERVED:
            _refuse_name(entity, name, written)
            draft.lost.words.add(name)
            continue
        found = _spec_of(entity.page, ("fields", name), written)
        if found is not None:
            check_labels(found, entity.page, ("fields", name), draft.languages)
            if found.access:
                entity.guards[name] = found.access
        group = found and open_group(draft, entity, name, found)
        if isinstance(found, TableSpec):
            entity.tables[name] = found
        elif found is None or not group or name in group.fields:
            _type_field(draft, entity, name, found)
        for part, keys in group.fields.items() if group else ():
            if part != name:
                keys = {**inherited(found), **keys} if found else keys
                _type_field(draft, entity, part, _spec_of(entity.page, entity.place(part), dict(keys)))
    type_clocks(draft, entity)
    type_restriction(draft, entity)
    if entity.spec.process:
        type_states(draft, entity, entity.spec.process)
    elif any(nearest(key, EntitySpec.model_fields) == "process" for key in entity.page.document.root.entries):
        # it is there, but was not understood, or is misspelt
        entity.types |= dict.fromkeys((STATE_FIELD, f"{STATE_FIELD}_since", f"{STATE_FIELD}_reason"))
    entity.types.update(SYSTEM_TYPES)


def _refuse_name(entity: EntityDraft, name: str, written: object) -> None:
    if name in SYSTEM_TYPES:
        message, near = f'"{name}" is kept by Relasi in every record', None
        help = "take the field away: it is there; or give it another name"
    else:
        type_ = written.get("type") if isinstance(written, dict) else written
        ending = {"date": "_on", "datetime": "_at", "time": "_at"}.get(str(type_))
        message, near = (
            f'"{name}" is a word of conditions',
            f"{name}{ending}" if ending else f"{entity.name}_{name}",
        )
        help = f"people read the label, which may stay: label: {from_key(name)}"
    span = entity.page.span(("fields", name), at_key=True)
    entity.page.diagnostics.error("reserved-name", message, span, help=help, suggestion=near)


def _type_field(draft: Draft, entity: EntityDraft, name: str, spec: FieldSpec | None) -> None:
    """A derived field has no type until all is known that it is made of."""
    type_ = None
    if isinstance(spec, FieldType):
        around, is_sound = surroundings(draft, entity.page, entity.place(name), entity.name)
        resolved = spec.resolve(around)
        type_ = resolved if is_sound() else None
    elif spec is not None:
        entity.derived[name] = spec
    if type_ is not None and type_.retire:
        entity.retired[name] = type_
    else:
        entity.types[name] = type_


def _spec_of(page: Page, path: Path, written: object) -> FieldSpec | None:
    node, name = lookup(page.document.root, path), str(path[-1])
    if isinstance(written, str):
        written = {"type": written}
    if not isinstance(written, dict) or not isinstance(written.get("type"), str):
        _refuse_typeless(page, name, written)
        return None
    word = written["type"]
    place = (*path, "type") if isinstance(node, MappingNode) else path
    type_class = TYPES.get(word)
    if type_class is None:
        meant = _ELSEWHERE.get(word.lower())
        help = f"here it is called {meant}" if meant else ""
        page.unknown(place, "unknown-type", f'there is no field type "{word}"', word, TYPES, help=help)
        return None
    return salvaged(type_class, page, path, written)


def _refuse_typeless(page: Page, name: str, written: object) -> None:
    path = ("fields", name)
    if name in EntitySpec.model_fields:
        help = f'if the key "{name}" of the entity is meant, indent it less; a field is written {name}: text'
    elif isinstance(written, dict):
        help = f"add its type: {name}: {{type: text}}"
    else:
        help = f"write {name}: text, or {name}: {{type: text}}"
    page.wrong(path, "missing-key", f'"{name}" has no type', help=help, at_key=True)


def compile_fields(draft: Draft, entity: EntityDraft, slas: Iterable[Sla]) -> Iterator[Field]:
    clocks = {sla.field(part): Clock(sla, part) for sla in slas for part in PARTS}
    for name, type_ in entity.types.items():
        if type_ is None:
            continue
        system, mark = name in SYSTEM_TYPES, draft.marks.get((entity.name, name))
        label: LabelSpec | None = SYSTEM_LABELS.get(name) or type_.label
        conditions = {} if system else _conditions(draft, entity, name, type_)
        yield Field(
            name=name,
            label=label_of(label, name, draft.languages),
            type=type_,
            help=label_of(type_.help, name, draft.languages) if type_.help else None,
            system=system,
            derivation=draft.derivations.get((entity.name, name)) or clocks.get(name),
            option_conditions=MappingProxyType(dict(_option_conditions(draft, entity, name, type_))),
            where=_where(draft, entity, name, type_),
            default_from=_default_from(draft, entity, name, type_),
            personal=mark.personal if mark else None,
            purposes=mark.purposes if mark else (),
            keep=compile_field_keep(draft, entity, name, type_),
            on_erase=compile_field_fate(draft, entity, name, type_),
            was_derived=False,
            **conditions,
        )


def _default_from(
    draft: Draft, entity: EntityDraft, name: str, type_: FieldType
) -> Expression | Template | None:
    written, path, page = type_.default_from, (*entity.place(name), "default_from"), entity.page
    if written is None:
        return None
    if type_.default is not None or type_.computed:
        why = "it has a default already" if type_.default is not None else "Relasi gives its values"
        page.wrong(
            path, "contradiction", f"{name} needs no default_from: {why}", help="take one of them away"
        )
        return None
    wanted, scope = type_.expression_type(), draft.scope(entity.name)
    if isinstance(wanted, Text) and has_holes(written):
        return page.template(path, written, scope)
    return page.expression(path, written, scope, wanted)


def _option_conditions(
    draft: Draft, entity: EntityDraft, name: str, type_: FieldType
) -> Iterator[tuple[str, Expression]]:
    for key, option in type_.choices().items():
        path = (*entity.place(name), "options", key, "when")
        if condition := entity.page.condition(path, option.when, draft.scope(entity.name)):
            yield key, condition


def _where(draft: Draft, entity: EntityDraft, name: str, type_: FieldType) -> Expression | None:
    if not isinstance(type_, LinkField) or type_.where is None or len(type_.targets()) != 1:
        return None
    scope = ProjectScope(draft, type_.targets()[0], outer=entity.name)
    return entity.page.condition((*entity.place(name), "where"), type_.where, scope)


def _conditions(
    draft: Draft, entity: EntityDraft, name: str, type_: FieldType
) -> dict[str, Expression | None]:
    scope = draft.scope(entity.name, opens=True)
    return {
        key: entity.page.condition(entity.place_of_key(name, key), getattr(type_, key), scope)
        for key in _CONDITIONS
    }
