"""The third step: what the rows would become. Everything is done as in earnest, and taken back."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import streamlit as st

from relasi.apps import components
from relasi.apps.importing.assignment import IDENTITY
from relasi.apps.importing.fields import shortened
from relasi.apps.importing.outcomes import COLORS, badges, reasons, show_refused
from relasi.apps.importing.wizard import LOOKED_AT, Look, Stage, Wizard
from relasi.apps.importing.words import moment, told
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.values import Cell, Display
from relasi.errors import RelasiError
from relasi.importing.cells import as_text
from relasi.importing.preview import Previewed, preview
from relasi.importing.report import Action, RowOutcome
from relasi.importing.run import Importer, Watch
from relasi.importing.tables import Row, Table
from relasi.records.links import references_of
from relasi.schema.model import Field
from relasi.texts import say

SHOWN = 20
_AT_ONCE = 100
"""Rows that are tried together: while they are, nobody else writes."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows of a table."""

    table: Table
    first: int

    @property
    def columns(self) -> tuple[str, ...]:
        return self.table.columns

    @property
    def format(self) -> str:
        return self.table.format

    def rows(self) -> Iterator[Row]:
        return islice(self.table.rows(), self.first, min(self.first + _AT_ONCE, LOOKED_AT))


def preview_step(here: Here, wizard: Wizard) -> None:
    visitor = here.visitor

    def back() -> None:
        wizard.stage, wizard.look = Stage.COLUMNS, None

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/draft: **{plain(wizard.file.file.name)}**", width="content")
        label = told(visitor, "back")
        key = here.key("import_columns")
        st.button(label, type="tertiary", icon=":material/arrow_back:", key=key, on_click=back)
    if wizard.look is None:
        try:
            wizard.look = _looked(here, wizard)
        except RelasiError as failure:
            st.error(plain(failure.text(visitor.language)), icon=":material/error:")
            return
        st.rerun()
    _show(here, wizard, wizard.look)
    _ask(here, wizard, wizard.look)


def _looked(here: Here, wizard: Wizard) -> Look:
    """Raises RelasiError."""
    visitor, records = here.visitor, here.visitor.crm.records
    wanted, actor = wizard.prepare(visitor), wizard.actor(visitor)
    bar = st.progress(0.0, told(visitor, "looking", done=0, count="…"))
    look = Look(preview(records, actor, wanted, SHOWN), sum(1 for _ in wanted.table.rows()))
    importer = Importer(records, actor, visitor.crm.clock)
    count = visitor.number(look.tried)
    for first in range(0, look.tried, _AT_ONCE):
        part = replace(wanted, table=_Part(wanted.table, first))
        look.counts += importer.run(part, dry_run=True, again=True, watch=Watch(look.note)).counts
        done = min(first + _AT_ONCE, look.tried)
        bar.progress(done / look.tried, told(visitor, "looking", done=visitor.number(done), count=count))
    bar.empty()
    return look


def _show(here: Here, wizard: Wizard, look: Look) -> None:
    visitor = here.visitor
    sentence = "looked_part" if look.tried < look.total else "looked_all"
    total, tried = visitor.number(look.total), visitor.number(look.tried)
    st.markdown(told(visitor, sentence, count=tried, total=total))
    alike = f" :orange-badge[{plain(told(visitor, 'alike_count'))}: {visitor.number(look.alike)}]"
    st.markdown(badges(visitor, look.counts) + (alike if look.alike else ""))
    components.table(preview_data(here, wizard, look.rows), key=here.key("import_rows"), on_open=here.open)
    seen = {each.row.line for each in look.rows}
    if further := [each for each in look.refused if each.line not in seen]:
        st.markdown(f"**{told(visitor, 'shown_refused')}**")
        show_refused(here, further)


def _ask(here: Here, wizard: Wizard, look: Look) -> None:
    """What is to be done, once it is known whether it was begun or done before."""
    visitor, job = here.visitor, wizard.job(here.visitor)
    label, again = told(visitor, "do"), False
    if job is not None and job.taken_back is None and job.finished is not None:
        st.warning(
            told(visitor, "done_before", when=moment(visitor, job.finished)), icon=":material/history:"
        )
        label, again = told(visitor, "do_again"), True
    elif job is not None and job.taken_back is None and job.next_row:
        done, count = visitor.number(job.next_row), visitor.number(job.total)
        st.info(told(visitor, "going_on", done=done, count=count), icon=":material/resume:")
        label = told(visitor, "go_on")
    st.button(
        label,
        type="primary",
        icon=":material/upload:",
        key=here.key("import_do"),
        disabled=look.tried == look.total == look.counts[Action.REFUSED.value],
        on_click=lambda: wizard.begin(again=again),
    )


def preview_data(here: Here, wizard: Wizard, rows: Sequence[Previewed]) -> components.Data:
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
