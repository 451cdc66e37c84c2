"""The page of one record: what it is, what can be done with it, what belongs to it and what happened to
it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.access import access_button
from relasi.apps.screens.approvals import record_approvals
from relasi.apps.screens.considered import rules_button, runs_in_flight
from relasi.apps.screens.dashboard import panels
from relasi.apps.screens.following import follow_button
from relasi.apps.screens.merging import merge_button
from relasi.apps.screens.moves import move_buttons, tell_closed
from relasi.apps.screens.objections import record_objections
from relasi.apps.screens.privacy import privacy_button
from relasi.apps.screens.quick import quick_create
from relasi.apps.screens.related import related_lists
from relasi.apps.screens.rules import rule_buttons
from relasi.apps.screens.tables import show_table
from relasi.apps.sections import by_tab, facts_data
from relasi.apps.values import Display, link_value
from relasi.apps.visits import note, star_button
from relasi.apps.words.history import timeline_data
from relasi.errors import RelasiError
from relasi.records import FormState, Record
from relasi.records.service import Allowed
from relasi.schema.model.privacy import RESTRICTED

NEWEST = 60


def record_page(here: Here, key: str) -> None:
    visitor = here.visitor
    record = visitor.crm.records.get(visitor.actor, here.entity.name, key)
    note(visitor, record)
    allowed = visitor.crm.records.allowed(visitor.actor, record)
    state = visitor.crm.records.form_state(visitor.actor, record.entity, {}, record=record)
    names = [name for name in record.values if name not in ("id", "version")]
    display = Display.of(here, [record], names)
    _heading(here, record, display)
    _actions(here, record, allowed, can_enter=state.is_open)
    record_objections(here, record)
    record_approvals(here, record)
    runs_in_flight(here, record)
    left, right = st.columns([5, 3], gap="large")
    with left:
        _facts(here, record, display, state)
        panels(here, record)
        related_lists(here, record)
    with right:
        show_history(here, record)


def _facts(here: Here, record: Record, display: Display, state: FormState) -> None:
    data = facts_data(here.visitor, record, display, state)
    told = {section["name"]: section for section in data["sections"]}
    above, tabs = by_tab(here.entity, told)
    _sections(here, record, [told[name] for name in above], "facts")
    labels = [here.visitor.label(tab.label) for tab, _ in tabs]
    for place, (tab, names) in zip(st.tabs(labels) if tabs else (), tabs, strict=True):
        with place:
            _sections(here, record, [told[name] for name in names], f"facts.{tab.name}")


def _sections(
    here: Here,
    record: Record,
    sections: list[dict[str, Any]],  # Any: what JSON can say
    key: str,
) -> None:
    """The sections in their order, the tables of each below its fields."""
    filled: list[dict[str, Any]] = []  # Any: what JSON can say
    for number, section in enumerate(sections):
        filled += [section] if section["lines"] else []
        if filled and (section["tables"] or number == len(sections) - 1):
            components.facts({"sections": filled}, key=here.key(key, filled[0]["name"]), on_open=here.open)
            filled = []
        for name in section["tables"]:
            show_table(here, record, here.entity.tables[name])


def _heading(here: Here, record: Record, display: Display) -> None:
    visitor, entity = here.visitor, here.entity
    st.button(
        visitor.label(entity.plural),
        icon=":material/arrow_back:",
        type="tertiary",
        key=here.key("back"),
        on_click=here.back,
    )
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.header(plain(record.title) or visitor.say("untitled"), width="content")
        process = entity.process
        if process and (state := process.states.get(record.values.get(process.field, ""))):
            color: Any = state.color or "gray"  # Any: one of the colors that Streamlit has
            st.badge(visitor.label(state.label), color=color)
            reason = record.values.get(process.reason) if process.reason else None
            if process.reason and reason:
                st.caption(display.text(entity.fields[process.reason], reason), width="content")
        if record.values.get(RESTRICTED):
            label = visitor.field_label(entity.fields[RESTRICTED])
            st.badge(label, color="red", icon=":material/lock:")
        _clocks(here, record, display)
    person = display.text(entity.fields["created_by"], record.values.get("created_by"))
    made = display.text(entity.fields["created_at"], record.values.get("created_at"))
    sentence = (
        visitor.say("created_by", when=made, who=person) if person else visitor.say("created", when=made)
    )
    with st.container(key="made"):
        st.caption(sentence)


def _clocks(here: Here, record: Record, display: Display) -> None:
    """How the agreed times stand that are not met yet, or were not met in time."""
    for sla in here.entity.slas:
        field = here.entity.fields[sla.field("state")]
        if record.values.get(field.name) not in (None, "met"):
            badge = display.cell(field, record)["badges"][0]
            st.badge(
                f"{here.visitor.label(sla.label)}: {badge['text']}",
                color=badge["color"],
                icon=":material/timer:",
            )


def _actions(here: Here, record: Record, allowed: Allowed, *, can_enter: bool) -> None:
    visitor = here.visitor
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        move_buttons(here, record, allowed)
        rule_buttons(here, record)
        if allowed.update and can_enter:
            st.button(
                visitor.say("edit"),
                icon=":material/edit:",
                key=here.key("edit"),
                on_click=partial(here.go, {"id": record.id, "edit": "1"}),
            )
        with st.container(horizontal=True, key="asides", width="content"):
            _asides(here, record, allowed)
    tell_closed(here, allowed)
    if allowed.update and not can_enter:
        reason = visitor.say("nothing_to_enter")
        st.caption(f":material/block: **{visitor.say('edit')}:** {reason}")


def _asides(here: Here, record: Record, allowed: Allowed) -> None:
    """What is done with a record now and then."""
    visitor = here.visitor
    star_button(visitor, record, here.key("star"))
    follow_button(visitor, record, here.key("follow"))
    rules_button(here, record)
    access_button(here, record)
    privacy_button(here, record)
    merge_button(here, record)
    if allowed.delete and st.button(
        visitor.say("delete"), icon=":material/delete:", key=here.key("delete"), type="tertiary"
    ):
        _confirm_delete(here, record)


def _confirm_delete(here: Here, record: Record) -> None:
    visitor = here.visitor

    @st.dialog(visitor.say("delete_title", title=plain(record.title)), icon=":material/delete:")
    def confirm() -> None:
        st.write(visitor.say("delete_question"))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(visitor.say("cancel"), key="delete.no"):
                st.rerun()
            sure = st.button(visitor.say("delete"), type="primary", key="delete.yes")
        if sure:
            try:
                visitor.crm.records.delete(visitor.actor, record.entity, record.id, record.version)
            except RelasiError as error:
                st.error(plain(error.text(visitor.language)), icon=":material/error:")
                return
            st.toast(visitor.say("deleted", title=plain(record.title)), icon=":material/check:")
            here.back()

    confirm()


def show_history(here: Here, record: Record) -> None:
    """What happened to the record, with buttons to log more."""
    visitor = here.visitor
    with st.container(horizontal=True, vertical_alignment="center", key="history_heading"):
        st.subheader(visitor.say("history"), width="stretch")
        for inbound in visitor.entity(record.entity).inbound:
            entity = visitor.entity(inbound.entity)
            on_timeline = entity.timeline is not None and inbound.field in entity.timeline.on
            if not on_timeline or not visitor.rights(entity.name).create:
                continue
            if st.button(
                visitor.label(entity.label),
                icon=":material/add:",
                key=here.key("log", entity.name, inbound.field),
            ):
                field = entity.fields[inbound.field]
                quick_create(visitor, entity, {field.name: link_value(field, record.entity, record.id)})
    entries = visitor.crm.records.timeline(visitor.actor, record.entity, record.id, NEWEST)
    components.timeline(
        timeline_data(here, entries),
        key=here.key("timeline"),
        on_open=here.open,
    )
