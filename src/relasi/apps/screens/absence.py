"""Absence: when the visitor is away and who stands in; for those who lead others, theirs too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.schema.fields.date import DateField
from relasi.store.absences import Absence
from relasi.store.users import User
from relasi.texts import say

_DAY = DateField(type="date")


def absence_page(here: Here) -> None:
    visitor = here.visitor
    presence = visitor.crm.presence
    covered = presence.covered(visitor.actor)
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('absence')}", width="content")
    st.caption(_say(visitor, "what"))
    coming = presence.coming(visitor.actor)
    names = {user.id: user.full_name for user in visitor.people}
    for absence in coming:
        _absence(visitor, absence, names, may_end=any(user.id == absence.user_id for user in covered))
    if not coming:
        st.markdown(f":gray[:material/event_available: {_say(visitor, 'none')}]")
    _entry(visitor, covered)


def _absence(visitor: Visitor, absence: Absence, names: Mapping[str, str], *, may_end: bool) -> None:
    with st.container(border=True, key=f"absence-{absence.id}", gap="xsmall"):
        person = plain(names.get(absence.user_id, "–"))
        is_now = absence.first <= visitor.crm.presence.today
        badge = f":orange-badge[{_say(visitor, 'now')}]" if is_now else ""
        st.markdown(f"**{person}** · {_days(visitor, absence)} {badge}")
        delegate = names.get(absence.delegate_id or "")
        words = _say(visitor, "stands_in", person=delegate) if delegate else _say(visitor, "no_stand_in")
        by = names.get(absence.entered_by or "") if absence.entered_by != absence.user_id else None
        entered = f" · {_say(visitor, 'entered_by', person=by)}" if by else ""
        st.caption(plain(words + entered))
        if may_end:
            st.button(
                _say(visitor, "end"),
                icon=":material/undo:",
                type="tertiary",
                key=f"absence-end-{absence.id}",
                on_click=_end,
                args=(visitor, absence),
            )


def _days(visitor: Visitor, absence: Absence) -> str:
    first, last = (_DAY.show(day, visitor.showing()) for day in (absence.first, absence.last))
    return first if first == last else f"{first} – {last}"


def _entry(visitor: Visitor, covered: tuple[User, ...]) -> None:
    today = visitor.crm.presence.today
    by_id = {user.id: user.full_name for user in covered}
    own = list(by_id).index(visitor.user.id) if visitor.user.id in by_id else 0
    with st.form("absence", border=True):
        st.markdown(f"**{_say(visitor, 'new')}**")
        person = visitor.user.id
        if len(by_id) > 1:
            person = st.selectbox(_say(visitor, "person"), list(by_id), own, format_func=by_id.__getitem__)
        left, right = st.columns(2)
        first = left.date_input(_say(visitor, "first"), today, format="DD/MM/YYYY", key="absence-first")
        last = right.date_input(_say(visitor, "last"), today, format="DD/MM/YYYY", key="absence-last")
        people = {user.id: user.full_name for user in visitor.people if user.id != visitor.user.id}
        delegate = st.selectbox(
            _say(visitor, "delegate"),
            list(people),
            index=None,
            format_func=lambda key: people[key],
            placeholder=_say(visitor, "nobody"),
        )
        sure = st.form_submit_button(_say(visitor, "enter"), type="primary", icon=":material/event_busy:")
    if sure:
        _enter(visitor, person, first, last, delegate)


def _enter(visitor: Visitor, person: str, first: date, last: date, delegate: str | None) -> None:
    try:
        visitor.crm.presence.enter(visitor.actor, person, first, last, delegate)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, "entered"), icon=":material/check:")
    st.rerun()


def _end(visitor: Visitor, absence: Absence) -> None:
    try:
        visitor.crm.presence.end(visitor.actor, absence.id)
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, "ended"), icon=":material/check:")


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"absence.{key}", **params)
