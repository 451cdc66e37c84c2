"""The fields that a column may fill, and what stands beside the choice of one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from relasi.apps.importing.assignment import IDENTITY
from relasi.apps.importing.words import told
from relasi.apps.visitor import Visitor
from relasi.exporting.cells import Cells
from relasi.exporting.columns import Column
from relasi.exporting.files import Format, writing
from relasi.importing.cells import as_text
from relasi.importing.maps import may_be_brought, missing_fields
from relasi.importing.matching import folded, names_of
from relasi.importing.references import USER, match_types
from relasi.importing.tables import Table
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Kind
from relasi.schema.model import Entity, Field

SAMPLES = 2
_LOOKED_AT = 200
"""Rows in which samples are looked for."""
_LONGEST = 60


def targets(visitor: Visitor, entity: Entity) -> dict[str, str]:
    """What can be chosen for a column, with its label; a link to several entities once for each of them."""
    found = {IDENTITY: told(visitor, "identity")}
    for field in importable(visitor, entity):
        label = visitor.field_label(field)
        if len(field.links_to) > 1:
            for name in filter(visitor.may_read, field.links_to):
                found[f"{field.name}/{name}"] = f"{label} ({visitor.label(visitor.entity(name).label)})"
        elif all(map(visitor.may_read, field.links_to)):
            found[field.name] = label
    return found


def importable(visitor: Visitor, entity: Entity) -> Iterator[Field]:
    """The fields that the visitor can bring from a file: of numbers, states and what people only read, those
    who are bound by access rules bring none, as in a form."""
    rights, state = visitor.rights(entity.name), entity.process.field if entity.process else None
    for field in entity.own_fields:
        if isinstance(field.type, Attached) or field.name in rights.hidden | rights.locked:
            continue
        is_given = field.computed or field.type.read_only or field.name == state
        if may_be_brought(field) if visitor.actor.unbound else not is_given:
            yield field


def left_out(visitor: Visitor, entity: Entity, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that are called like fields which the visitor sees, but does not fill from a file."""
    offered = {field.name for field in importable(visitor, entity)}
    besides = offered | visitor.hidden(entity)
    taken = {word for name in offered for word in names_of(entity.fields[name])}
    words = {word for field in entity.own_fields if field.name not in besides for word in names_of(field)}
    return tuple(each for each in columns if folded(each) in words - taken)


def looked_up(visitor: Visitor, entity: Entity, target: str) -> str | None:
    """The entity whose records a target names, USER for people; None for what names nothing."""
    name, _, to = target.partition("/")
    field = entity.fields[name]
    if field.links_to:
        return to or field.links_to[0]
    return USER if field.type.name == "user" else None


def matchable(visitor: Visitor, named: str) -> dict[str, str]:
    """The fields by which records of an entity, or people, can be found, with their labels."""
    names = match_types(visitor.crm.model, named)
    if named == USER:
        return {name: told(visitor, f"user_{name}") for name in names}
    entity, found = visitor.entity(named), {IDENTITY: told(visitor, "identity")}
    secret = visitor.secret(entity)
    return found | {name: visitor.field_label(entity.fields[name]) for name in names if name not in secret}


def may_create(visitor: Visitor, named: str, match: str) -> bool:
    """Whether records that are missing can be made of nothing but what they are looked up by."""
    return (
        named != USER and visitor.rights(named).create and not missing_fields(visitor.entity(named), [match])
    )


def joinable(entity: Entity, columns: Iterable[str]) -> frozenset[str]:
    """The fields that these columns may fill together, one behind the other."""
    if any(sign in column for column in columns for sign in "{}"):
        return frozenset()
    return frozenset(field.name for field in entity.own_fields if field.type.name in ("text", "long_text"))


def has_dates(entity: Entity, names: tuple[str, ...]) -> bool:
    kinds = {entity.fields[name].type.storage().kind for name in names if name in entity.fields}
    return bool(kinds & {Kind.DATE, Kind.DATETIME})


def samples(table: Table) -> Mapping[str, tuple[str, ...]]:
    """The first different values of each column."""
    found: dict[str, list[str]] = {name: [] for name in table.columns if name}
    for row in islice(table.rows(), _LOOKED_AT):
        if row.problem is not None:
            continue
        for name, cell in zip(table.columns, row.cells, strict=False):
            text = shortened(as_text(cell).strip())
            if name and text and len(found[name]) < SAMPLES and text not in found[name]:
                found[name].append(text)
    return {name: tuple(values) for name, values in found.items()}


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"


def template(visitor: Visitor, entity: Entity) -> bytes:
    """A workbook with nothing but a header, by which every column is known again."""
    columns = list(_template_columns(visitor, entity))
    made = io.BytesIO()
    with writing(Format.XLSX, made, columns, Cells(visitor.showing(), visitor.reading)):
        pass
    return made.getvalue()


def _template_columns(visitor: Visitor, entity: Entity) -> Iterator[Column]:
    required = set(missing_fields(entity, ()))
    taken: set[str] = set()
    for field in (each for each in importable(visitor, entity) if not each.computed):
        label = visitor.field_label(field)
        heading = field.name if label in taken else label
        taken.add(heading)
        if len(field.links_to) < 2:
            yield Column(f"{heading} *" if field.name in required else heading, (field.name,), field)
