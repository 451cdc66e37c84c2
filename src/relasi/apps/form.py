"""A form: the controls of a draft in the sections of its entity, with what is wrong beside each of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from relasi.apps.draft import Draft, TableDraft
from relasi.apps.foreseeing import foresee
from relasi.apps.formfields import draw_field
from relasi.apps.sections import by_tab
from relasi.apps.tables import draw_table
from relasi.apps.visitor import Visitor
from relasi.records import FormState
from relasi.schema.derivations import Clock
from relasi.schema.fields.base import Value
from relasi.schema.model import Section, Tab


def draw_form(visitor: Visitor, draft: Draft) -> FormState:
    """Draws the sections, of a record that is there those in which something may change; the draft then holds
    what the controls hold."""
    state = state_of(visitor, draft)
    foresee(visitor, draft, state)
    drawn = {
        section.name: section
        for section in state.sections
        if any(_rows(draft, section, state)) or _tables(draft, section, state)
    }
    if draft.record is not None:
        drawn = {name: each for name, each in drawn.items() if _may_change(draft, each, state)} or drawn
    above, tabs = by_tab(draft.entity, drawn)
    for name in above:
        _section(visitor, draft, drawn[name], state, headed=len(drawn) > 1)
    labels = [_tab_label(visitor, draft, tab, [drawn[name] for name in names]) for tab, names in tabs]
    for place, (_, names) in zip(st.tabs(labels) if tabs else (), tabs, strict=True):
        with place:
            for name in names:
                _section(visitor, draft, drawn[name], state, headed=len(names) > 1)
    return state


def _section(visitor: Visitor, draft: Draft, section: Section, state: FormState, *, headed: bool) -> None:
    """A section of one table alone goes by the name of the table."""
    rows, tables = _rows(draft, section, state), _tables(draft, section, state)
    with st.container(border=True, key=f"{draft.key}.section.{section.name}"):
        if headed and (rows or len(tables) > 1):
            st.markdown(f"##### {visitor.label(section.label)}")
        for row in rows:
            draw_row(visitor, draft, row, state)
        for table in tables:
            draw_table(visitor, draft, table, is_open=state.tables[table.table.name])


def _tables(draft: Draft, section: Section, state: FormState) -> list[TableDraft]:
    names = (name for name in section.tables if name in draft.tables and name in state.tables)
    return [draft.tables[name] for name in names]


def _rows(draft: Draft, section: Section, state: FormState) -> list[list[str]]:
    return [row for names in section.rows if (row := _visible(draft, names, state))]


def _may_change(draft: Draft, section: Section, state: FormState) -> bool:
    """Whether something of it can be entered, follows what is entered, is being decided or is wrong."""
    fields, tables = draft.entity.fields, {each.table.name for each in _tables(draft, section, state)}
    names = {name for row in _rows(draft, section, state) for name in row}
    adds_up = draft.foresees and any(state.tables.values())
    follows = adds_up and any(fields[name].computed for name in names)
    is_open = not names <= state.read_only or any(state.tables[name] for name in tables)
    return is_open or follows or not (names | tables).isdisjoint({*state.awaited, *draft.issues})


def _tab_label(visitor: Visitor, draft: Draft, tab: Tab, sections: Sequence[Section]) -> str:
    """With a sign where something behind the tab must be corrected."""
    names = {name for section in sections for row in section.rows for name in row}
    tables = {name for section in sections for name in section.tables}
    wrong = {*draft.issues, *(name for name, each in draft.tables.items() if each.is_wrong)}
    label = visitor.label(tab.label)
    return label if (names | tables).isdisjoint(wrong) else f":red[:material/error:] {label}"


def draw_row(visitor: Visitor, draft: Draft, names: Sequence[str], state: FormState) -> None:
    """Fields side by side."""
    for column, name in zip(st.columns(len(names)), names, strict=True):
        with column:
            draw_field(visitor, draft, draft.entity.fields[name], state)


def state_of(visitor: Visitor, draft: Draft) -> FormState:
    """Which fields are visible, required and read-only for what is in the form now."""
    values = values_of(visitor, draft)
    return visitor.crm.records.form_state(visitor.actor, draft.entity.name, values, record=draft.record)


def values_of(visitor: Visitor, draft: Draft) -> dict[str, Value]:
    """What is in the form now, without what is no value of its field."""
    draft.catch_keystrokes()
    values, _ = draft.values(visitor, [field.name for field in draft.entity.own_fields])
    return values


def _visible(draft: Draft, row: Sequence[str], state: FormState) -> list[str]:
    """Without the fields that hide, and without those that hold nothing and are not for people to fill in;
    numbers that a new record will get are announced. Agreed times are told by the record's page."""
    fields, record = draft.entity.fields, draft.record
    return [
        name
        for name in row
        if name in state.visible
        and not isinstance(fields[name].derivation, Clock)
        and (
            name not in state.read_only
            or (fields[name].type.computed if record is None else record.values.get(name) is not None)
            or draft.foreseen.get(name) is not None
        )
    ]
