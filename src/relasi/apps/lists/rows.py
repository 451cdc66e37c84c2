"""Records as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.records import Record
from relasi.schema.fields.base import Value, Widget
from relasi.schema.model import Field, Sort

_SHORT = {
    Widget.DATE,
    Widget.DATETIME,
    Widget.TIME,
    Widget.NUMBER,
    Widget.CHECKBOX,
    Widget.SELECT,
    Widget.NONE,
}
_UNSORTED = {Widget.FILES, Widget.SIGNATURE}
_LEADING = 2
"""So many columns stand across a card on a phone; the rest stand below in pairs."""


def _has_order(field: Field) -> bool:
    return field.type.widget not in _UNSORTED and not field.type.is_encrypted


def table_data(
    here: Here,
    records: Sequence[Record],
    columns: Sequence[str],
    sorted_by: Sort | None = None,
    *,
    sortable: bool = True,
    totals: Mapping[str, Value] | None = None,
) -> dict[str, Any]:  # Any: what JSON can say
    """What the table component draws; a record opens with a click on its row."""
    visitor, entity = here.visitor, here.entity
    secret = visitor.secret(entity)
    display = Display.of(here, records, columns)
    fields = [entity.fields[name] for name in columns]
    return {
        "label": visitor.label(entity.plural),
        "untitled": visitor.say("untitled"),
        "columns": [
            {
                "name": field.name,
                "label": visitor.field_label(field),
                "right": field.type.right_aligned,
                "short": field.type.widget in _SHORT,
                "leading": index < _LEADING,
                "sortable": sortable and field.name not in secret and _has_order(field),
                "sorted": ("descending" if sorted_by.descending else "ascending")
                if sorted_by and sorted_by.field == field.name
                else None,
            }
            for index, field in enumerate(fields)
        ],
        "rows": [
            {
                "id": record.id,
                "link": here.link(record.entity, record.id),
                "title": record.title,
                "cells": [display.cell(field, record, short=True) for field in fields],
            }
            for record in records
        ],
        "totals": _totals(display, fields, totals or {}),
    }


def _totals(
    display: Display, fields: Sequence[Field], totals: Mapping[str, Value]
) -> dict[str, Any] | None:  # Any: what JSON can say
    """The sums below the columns that have one."""
    if not totals:
        return None
    return {
        "label": display.here.visitor.say("total"),
        "cells": [display.text(field, totals.get(field.name)) for field in fields],
    }
