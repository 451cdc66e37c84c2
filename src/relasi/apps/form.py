"""A form: the controls of a draft in the sections of its entity, with what is wrong beside each of them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from relasi.apps.controls import Look, control_of
from relasi.apps.draft import Draft
from relasi.apps.markdown import plain
from relasi.apps.sections import by_tab
from relasi.apps.visitor import Visitor
from relasi.records import FormState
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity, Field, Section, Tab


def draw_form(visitor: Visitor, draft: Draft) -> FormState:
    """Draws all sections; the draft then holds what the controls hold."""
    state = state_of(visitor, draft)
    drawn = {section.name: section for section in state.sections if any(_rows(draft, section, state))}
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
    with st.container(border=True, key=f"{draft.key}.section.{section.name}"):
        if headed:
            st.markdown(f"##### {visitor.label(section.label)}")
        for row in _rows(draft, section, state):
            draw_row(visitor, draft, row, state)


def _rows(draft: Draft, section: Section, state: FormState) -> list[list[str]]:
    return [row for names in section.rows if (row := _visible(draft, names, state))]


def _tab_label(visitor: Visitor, draft: Draft, tab: Tab, sections: Sequence[Section]) -> str:
    """With a sign where something behind the tab must be corrected."""
    names = {name for section in sections for row in section.rows for name in row}
    label = visitor.label(tab.label)
    return label if names.isdisjoint(draft.issues) else f":red[:material/error:] {label}"


def draw_row(visitor: Visitor, draft: Draft, names: Sequence[str], state: FormState) -> None:
    """Fields side by side."""
    for column, name in zip(st.columns(len(names)), names, strict=True):
        with column:
            _field(visitor, draft, draft.entity.fields[name], state)


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
    numbers that a new record will get are announced."""
    fields, record = draft.entity.fields, draft.record
    return [
        name
        for name in row
        if name in state.visible
        and (
            name not in state.read_only
            or (fields[name].type.computed if record is None else record.values.get(name) is not None)
        )
    ]


def _field(visitor: Visitor, draft: Draft, field: Field, state: FormState) -> None:
    key = draft.widget(field.name)
    with st.container(gap=None, key=f"{key}.box"):
        if field.name in state.read_only:
            _fixed(visitor, draft, field, key)
            return
        look = Look(
            key=key,
            label=visitor.field_label(field),
            required=field.name in state.required,
            driver=field.name in drivers(draft.entity),
            options=state.options.get(field.name),
            suited=_suited(draft.entity, field, state),
        )
        draft.raw[field.name] = control_of(field).draw(field, look, draft.raw.get(field.name), visitor)
        for issue in draft.issues.get(field.name, ()):
            st.markdown(f":red[:small[:material/error: {plain(issue)}]]")


def _suited(entity: Entity, field: Field, state: FormState) -> str:
    given = state.given.get(field.name)
    return urlencode({"field": f"{entity.name}.{field.name}", "record": given}) if given else ""


def _fixed(visitor: Visitor, draft: Draft, field: Field, key: str) -> None:
    """A field that people read here and do not change."""
    value = draft.record.values.get(field.name) if draft.record else None
    reference = control_of(field).raw(field, value, visitor)
    text = reference["title"] if isinstance(reference, dict) else None
    shown = text or ("" if value is None else field.type.show(value, visitor.showing()))
    st.text_input(
        visitor.field_label(field),
        shown,
        key=f"{key}.fixed",
        disabled=True,
        placeholder=visitor.say("given_when_saved") if field.computed else None,
    )


def drivers(entity: Entity) -> frozenset[str]:
    """The fields on which it depends whether others are shown, required or read-only, and what they offer."""
    conditions = [form.when for form in entity.forms]
    for field in entity.own_fields:
        conditions += (field.visible_when, field.required_when, field.read_only_when)
    for section in entity.form:
        conditions += (section.visible_when, section.required_when, section.read_only_when)
    read = {name.partition(".")[0] for each in conditions if each for name in each.fields}
    return frozenset(read).union(*(field.narrowed_by for field in entity.own_fields))
