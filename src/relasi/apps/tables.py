"""The tables on a form: rows that are typed into, added and taken away, and saved with the record."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import streamlit as st

from relasi.apps.draft import Draft, RowDraft, TableDraft
from relasi.apps.formfields import draw_field
from relasi.apps.icons import icon
from relasi.apps.markdown import plain
from relasi.apps.opening import add_row
from relasi.apps.visitor import Visitor
from relasi.records import FormState, RowEdit
from relasi.records.tables import MOST_ROWS
from relasi.schema.fields.base import Widget
from relasi.schema.model import Entity, RowTable

Written = dict[str, list[tuple[RowDraft | None, RowEdit]]]
"""By table: what is to be written, and the row on the form that it comes from."""

_NARROW = {Widget.NUMBER, Widget.CHECKBOX, Widget.DATE, Widget.TIME, Widget.DURATION}


def draw_table(visitor: Visitor, draft: Draft, opened: TableDraft, *, is_open: bool) -> None:
    """The rows, each with its own fields and what is wrong with them; to read only where it is not open."""
    table, entity = opened.table, visitor.entity(opened.table.entity)
    columns = [name for name in table.columns if name not in visitor.hidden(entity)]
    with st.container(gap="small", key=f"{draft.key}.{table.name}.table"):
        st.markdown(f"**{plain(visitor.label(table.label))}**")
        if table.help:
            st.caption(plain(visitor.label(table.help)))
        for index, row in enumerate(opened.rows):
            _row(visitor, opened, row, columns, is_first=index == 0, is_open=is_open)
        if not opened.rows:
            st.caption(visitor.say("no_rows"))
        if opened.more:
            st.caption(visitor.say("more_rows", count=visitor.number(MOST_ROWS)))
        if is_open and opened.may_create:
            st.button(
                visitor.of("add_row", named(visitor, table)),
                icon=":material/add:",
                key=f"{draft.key}.{table.name}.add",
                on_click=add_row,
                args=(visitor, draft, opened),
            )


def named(visitor: Visitor, table: RowTable) -> Entity:
    """What people call a row: of pairs, the other side."""
    entity = visitor.entity(table.entity)
    return visitor.entity(entity.fields[table.other].links_to[0]) if table.other else entity


def open_row(visitor: Visitor, row: RowDraft, columns: Collection[str], *, is_open: bool) -> FormState:
    """Which fields are shown for what is in the row now; the row notes those that can be typed into."""
    draft = row.draft
    values, _ = draft.values(visitor, [field.name for field in draft.entity.own_fields])
    state = visitor.crm.records.form_state(visitor.actor, draft.entity.name, values, record=draft.record)
    if not (is_open and row.may_update):
        row.open_fields = frozenset()
        return state.locked()
    row.open_fields = (state.visible - state.read_only).intersection(columns)
    return state


def _row(
    visitor: Visitor, opened: TableDraft, row: RowDraft, columns: list[str], *, is_first: bool, is_open: bool
) -> None:
    draft = row.draft
    draft.catch_keystrokes()
    state = open_row(visitor, row, columns, is_open=is_open)
    with st.container(key=f"row.{'first' if is_first else 'later'}.{draft.key}"):
        for issue in _of_row(visitor, draft, columns):
            st.markdown(f":red[:small[:material/error: {plain(issue)}]]")
        widths = [_width(draft.entity, name) for name in columns]
        places = st.columns([*widths, 1], vertical_alignment="top" if draft.issues else "bottom", gap="small")
        for place, name in zip(places, columns, strict=False):
            with place:
                if name in state.visible:
                    draw_field(visitor, draft, draft.entity.fields[name], state)
        if is_open and row.may_delete:
            places[-1].button(
                visitor.say("remove_row"),
                icon=icon("delete"),
                type="tertiary",
                key=f"{draft.key}.remove",
                on_click=opened.remove,
                args=(row,),
            )


def _width(entity: Entity, name: str) -> float:
    type_ = entity.fields[name].type
    return 2 if type_.widget in _NARROW or type_.right_aligned else 3


def _of_row(visitor: Visitor, draft: Draft, columns: Iterable[str]) -> list[str]:
    """What is wrong with the row and stands beside none of its fields."""
    found = list(draft.issues.get(None, ()))
    for name, texts in draft.issues.items():
        if name is not None and name not in columns:
            field = draft.entity.fields.get(name)
            label = (
                f"{visitor.field_label(field)}: "
                if field and name not in visitor.hidden(draft.entity)
                else ""
            )
            found += [f"{label}{text}" for text in texts]
    return found


def edits(visitor: Visitor, draft: Draft) -> tuple[Written, bool]:
    """What is to be written, and whether something cannot be read; that is noted beside it. New rows into
    which nothing was typed are left out."""
    found: Written = {}
    wrong = False
    for name, opened in draft.tables.items():
        written: list[tuple[RowDraft | None, RowEdit]] = [
            (None, RowEdit(id=record.id, version=record.version, is_deleted=True)) for record in opened.gone
        ]
        for row in opened.rows:
            edit, problems = edit_of(visitor, row)
            row.draft.issues = {key: [text] for key, text in problems.items()}
            wrong |= bool(problems)
            if edit is not None:
                written.append((row, edit))
        if written:
            found[name] = written
    return found, wrong


def edit_of(visitor: Visitor, row: RowDraft) -> tuple[RowEdit | None, dict[str, str]]:
    """What is to be written of the row, None where nothing is, and what cannot be read of it."""
    draft = row.draft
    touched = [name for name in draft.raw if draft.touched(name)]
    if not touched:
        return None, {}
    names = row.open_fields if draft.record is None else row.open_fields.intersection(touched)
    values, wrong = draft.values(visitor, sorted(names))
    if draft.record is None:
        return RowEdit(values), wrong
    return RowEdit(values, draft.record.id, draft.record.version), wrong
