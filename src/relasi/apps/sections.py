"""The fields of a record in the sections of its form, to read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from relasi.apps.conditions import finds
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.records import FormState, Record
from relasi.schema.fields.base import Widget
from relasi.schema.fields.expression import ExpressionField
from relasi.schema.model import Entity, Field, FieldGroup, Tab


def facts_data(
    visitor: Visitor, record: Record, display: Display, state: FormState
) -> dict[str, Any]:  # Any: what JSON can say
    """Fields that are filled in, and the names of tables; a section without any is left out. Fields that
    depend on others are shown where a form would show them."""
    entity = visitor.entity(record.entity)

    def fact(field: Field) -> dict[str, Any]:  # Any: what JSON can say
        cell = display.cell(field, record)
        value = cell if cell["text"] or cell.get("badges") else {"text": "–", "soft": True}
        if isinstance(field.type, ExpressionField) and (text := record.values.get(field.name)):
            value = {"text": f"{cell['text']}\n{finds(visitor, visitor.entity(field.type.of), text)}"}
        return {
            "label": visitor.field_label(field),
            "value": value,
            "long": field.type.widget in (Widget.TEXT_AREA, Widget.CONDITION),
        }

    group_of = {name: group for group in entity.groups for name in group.fields}
    told: set[str] = set()

    def facts(row: Sequence[Field]) -> list[dict[str, Any]]:  # Any: what JSON can say
        """The fields of a row; a group is told once, as a whole, where the first of its fields stands."""
        found = []
        for field in row:
            group = group_of.get(field.name)
            if group is None:
                found.append(fact(field))
            elif group.name not in told:
                told.add(group.name)
                found.append(block(group))
        return found

    def block(group: FieldGroup) -> dict[str, Any]:  # Any: what JSON can say
        shown = [entity.fields[name] for name in group.fields if name in state.visible]
        values = {
            field.name: value for field in shown if (value := record.values.get(field.name)) is not None
        }
        texts = {name: display.text(entity.fields[name], value) for name, value in values.items()}
        return {
            "label": visitor.label(group.label),
            "value": {"text": "\n".join(group.lines(values, texts)) or "–"},
            "long": True,
        }

    sections = []
    for section in state.sections:
        rows = [[entity.fields[name] for name in row if name in state.visible] for row in section.rows]
        filled = [row for row in rows if any(record.values.get(field.name) is not None for field in row)]
        tables = [name for name in section.tables if name in state.tables]
        if filled or tables:
            lines = [line for row in filled if (line := facts(row))]
            sections.append(
                {
                    "name": section.name,
                    "label": visitor.label(section.label),
                    "lines": lines,
                    "tables": tables,
                }
            )
    return {"sections": sections}


def by_tab(entity: Entity, names: Collection[str]) -> tuple[list[str], list[tuple[Tab, list[str]]]]:
    """The names of sections that stand above the tabs, and those behind each tab that has any."""
    tabbed = {name for tab in entity.tabs for name in tab.sections}
    behind = ((tab, [name for name in tab.sections if name in names]) for tab in entity.tabs)
    return [name for name in names if name not in tabbed], [each for each in behind if each[1]]
