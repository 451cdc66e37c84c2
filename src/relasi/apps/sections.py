"""The fields of a record in the sections of its form, to read."""

from __future__ import annotations

from typing import Any

from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.records import Record
from relasi.schema.fields.base import Widget
from relasi.schema.model import Entity, Field, Section


def facts_data(
    visitor: Visitor, record: Record, display: Display
) -> dict[str, Any]:  # Any: what JSON can say
    """Fields that are filled in; a section without any is left out. Fields that depend on others are shown
    where a form would show them."""
    entity = visitor.entity(record.entity)
    state = visitor.crm.records.form_state(visitor.actor, entity.name, {}, record=record)

    def fact(field: Field) -> dict[str, Any]:  # Any: what JSON can say
        cell = display.cell(field, record.values.get(field.name))
        value = cell if cell["text"] or cell.get("badges") else {"text": "–", "soft": True}
        return {
            "label": visitor.field_label(field),
            "value": value,
            "long": field.type.widget is Widget.TEXT_AREA,
        }

    sections = []
    for section in form_of(visitor, entity):
        rows = [[entity.fields[name] for name in row if name in state.visible] for row in section.rows]
        filled = [row for row in rows if any(record.values.get(field.name) is not None for field in row)]
        if filled:
            lines = [[fact(field) for field in row] for row in filled]
            sections.append({"label": visitor.label(section.label), "lines": lines})
    return {"sections": sections}


def form_of(visitor: Visitor, entity: Entity) -> tuple[Section, ...]:
    """The sections of the form without the fields that the visitor never sees, and without what gets empty
    by that."""
    hidden = visitor.hidden(entity)
    sections = []
    for section in entity.form:
        rows = (tuple(name for name in row if name not in hidden) for row in section.rows)
        kept = tuple(row for row in rows if row)
        if kept:
            sections.append(Section(section.name, section.label, kept))
    return tuple(sections)
