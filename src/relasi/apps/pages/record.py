"""The page of one record: what it is, what can be done with it, what belongs to it and what happened to it."""

from __future__ import annotations

import streamlit as st

from relasi.apps import components
from relasi.apps.history import timeline_data
from relasi.apps.pages.moves import move_buttons
from relasi.apps.pages.quick import quick_create
from relasi.apps.pages.related import related_lists
from relasi.apps.places import Map, Place, go, open_reference
from relasi.apps.sections import facts_data
from relasi.apps.values import Display, link_value
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.records import Record
from relasi.records.service import Allowed

NEWEST = 60


def record_page(visitor: Visitor, places: Map, place: Place, key: str) -> None:
    record = visitor.crm.records.get(visitor.actor, place.entity, key)
    allowed = visitor.crm.records.allowed(visitor.actor, record)
    names = [name for name in record.values if name not in ("id", "version")]
    display = Display.of(visitor, places, place, [record], names)
    _heading(visitor, places, place, record, display)
    _actions(visitor, places, place, record, allowed)
    left, right = st.columns([5, 3], gap="large")
    with left:
        components.facts(
            facts_data(visitor, record, display),
            key=f"{place.key}.facts",
            on_open=lambda reference: open_reference(places, place, reference),
        )
        related_lists(visitor, places, place, record)
    with right:
        _timeline(visitor, places, place, record)


def _heading(visitor: Visitor, places: Map, place: Place, record: Record, display: Display) -> None:
    entity = visitor.entity(place.entity)
    if st.button(
        visitor.label(entity.plural), icon=":material/arrow_back:", type="tertiary", key=f"{place.key}.back"
    ):
        go(places, place, st.session_state.get(f"{place.key}.address"))
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.header(record.title or visitor.say("untitled"), width="content")
        if entity.process and (state := entity.process.states.get(record.values.get(entity.process.field))):
            st.badge(visitor.label(state.label), color=state.color or "gray")
    person = display.text(entity.fields["created_by"], record.values.get("created_by"))
    made = display.text(entity.fields["created_at"], record.values.get("created_at"))
    sentence = visitor.say("created_by", when=made, who=person) if person else visitor.say("created", when=made)
    st.caption(sentence)


def _actions(visitor: Visitor, places: Map, place: Place, record: Record, allowed: Allowed) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        move_buttons(visitor, place, record, allowed.moves)
        if allowed.update and st.button(
            visitor.say("edit"), icon=":material/edit:", key=f"{place.key}.edit"
        ):
            go(places, place, {"id": record.id, "edit": "1"})
        if allowed.delete and st.button(
            visitor.say("delete"), icon=":material/delete:", key=f"{place.key}.delete", type="tertiary"
        ):
            _confirm_delete(visitor, places, place, record)


def _confirm_delete(visitor: Visitor, places: Map, place: Place, record: Record) -> None:
    @st.dialog(visitor.say("delete_title", title=record.title), icon=":material/delete:")
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
                st.error(error.text(visitor.language), icon=":material/error:")
                return
            st.toast(visitor.say("deleted", title=record.title), icon=":material/check:")
            go(places, place, st.session_state.get(f"{place.key}.address"))

    confirm()


def _timeline(visitor: Visitor, places: Map, place: Place, record: Record) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="history_heading"):
        st.subheader(visitor.say("history"), width="stretch")
        for inbound in visitor.entity(record.entity).inbound:
            entity = visitor.entity(inbound.entity)
            on_timeline = entity.timeline is not None and inbound.field in entity.timeline.on
            if not on_timeline or not visitor.rights(entity.name).create:
                continue
            if st.button(
                visitor.label(entity.label), icon=":material/add:", key=f"{place.key}.log.{entity.name}.{inbound.field}"
            ):
                field = entity.fields[inbound.field]
                quick_create(visitor, entity, {field.name: link_value(field, record.entity, record.id)})
    entries = visitor.crm.records.timeline(visitor.actor, record.entity, record.id, NEWEST)
    components.timeline(
        timeline_data(visitor, places, place, record, entries),
        key=f"{place.key}.timeline",
        on_open=lambda reference: open_reference(places, place, reference),
    )
