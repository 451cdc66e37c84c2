"""Rows of a file as a table: what they will be, or as they stand there with what is wrong beside the cell."""

from __future__ import annotations

from collections.abc import Container, Sequence

from relasi.apps import components
from relasi.apps.importing.assignment import IDENTITY
from relasi.apps.importing.fields import shortened
from relasi.apps.importing.wizard import Wizard
from relasi.apps.importing.words import COLORS, reasons, told
from relasi.apps.places import Here
from relasi.apps.values import Cell, Display
from relasi.importing.cells import as_text
from relasi.importing.preview import Previewed
from relasi.importing.report import Action, RowOutcome
from relasi.records.links import references_of
from relasi.schema.model import Field
from relasi.texts import say


def rows_data(here: Here, wizard: Wizard, rows: Sequence[Previewed]) -> components.Data:
    """Each value as pages show it; what was refused as it stands in the file, with the reason beside it."""
    visitor, entity = here.visitor, here.entity
    columns = wizard.wanted.table.columns if wizard.wanted else ()
    shown: dict[str, list[int]] = {}
    for column, target in wizard.assignment.targets.items():
        if target != IDENTITY and column in columns:
            shown.setdefault(target.partition("/")[0], []).append(columns.index(column))
    shown = dict(sorted(shown.items(), key=lambda each: min(each[1])))
    display = Display.of(here, [each.record for each in rows if each.record is not None], shown)
    fields = [entity.fields[name] for name in shown]
    heads = [("line", told(visitor, "line"), False), ("outcome", told(visitor, "outcome"), False)]
    heads += [(field.name, visitor.field_label(field), field.type.right_aligned) for field in fields]
    return {
        "label": told(visitor, "step_preview"),
        "untitled": "",
        "columns": [
            {"name": name, "label": label, "right": right, "short": place < 2, "leading": place < 2}
            for place, (name, label, right) in enumerate(heads)
        ],
        "rows": [
            {
                "id": str(each.row.line),
                "link": None,
                "cells": [
                    {"text": f"{told(visitor, 'line')} {each.row.line}"},
                    _becomes(here, each.outcome, shown),
                    *(_cell(display, each, field, shown[field.name]) for field in fields),
                ],
            }
            for each in rows
        ],
        "totals": None,
    }


def _becomes(here: Here, outcome: RowOutcome, shown: Container[str]) -> Cell:
    """With the reasons that belong to no cell."""
    text = told(here.visitor, outcome.action.value)
    found: Cell = {"text": text, "badges": [{"text": text, "color": COLORS[outcome.action]}]}
    rest = tuple(each for each in outcome.reasons if each.field not in shown)
    if rest:
        found["message"] = reasons(here.visitor, here.entity, rest)
        found["mild"] = outcome.action is not Action.REFUSED
    return found


def _cell(display: Display, each: Previewed, field: Field, positions: Sequence[int]) -> Cell:
    visitor, cells = display.here.visitor, each.row.cells
    raw = " ".join(as_text(cells[position]) for position in positions if position < len(cells)).strip()
    wrong = [reason for reason in each.outcome.reasons if reason.field == field.name]
    if wrong:
        said = " ".join(say(visitor.language, reason.sentence, **reason.params) for reason in wrong)
        is_mild = each.outcome.action is not Action.REFUSED
        return {"text": shortened(raw), "soft": True, "message": said, "mild": is_mild}
    if each.record is None or any(
        reference not in display.titles
        for reference in references_of(field, each.record.values.get(field.name))
    ):
        return {"text": shortened(raw), "soft": True}
    return {**display.cell(field, each.record, short=True), "link": None}
