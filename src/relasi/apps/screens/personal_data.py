"""People's data as a whole, for whoever may erase any: what is due, and the register of processing."""

from __future__ import annotations

import streamlit as st
from babel.dates import format_date

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.erasing import show_proofs
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.privacy.register_text import end_of, rendered, written
from relasi.privacy.retention import MOST, Due
from relasi.texts import say

_SHOWN = 20


def personal_data_page(here: Here) -> None:
    visitor = here.visitor
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('personal_data')}", width="content")
    due, register, proofs = st.tabs(
        [_say(visitor, "due"), _say(visitor, "register_tab"), _say(visitor, "proofs_tab")]
    )
    with due:
        _due_list(here)
    with register:
        _register(visitor)
    with proofs:
        found = visitor.crm.privacy.proofs(visitor.actor)
        st.markdown(f":gray[{_say(visitor, 'proofs_lead' if found else 'proofs_none')}]")
        show_proofs(visitor, found)


def _due_list(here: Here) -> None:
    visitor = here.visitor
    found = visitor.crm.retentions.due(visitor.actor, shown=MOST)
    if not found:
        st.markdown(f":gray[:material/event_available: {_say(visitor, 'due_none')}]")
        return
    st.markdown(f":gray[{_say(visitor, 'due_lead')}]")
    for each in found:
        _due(here, each)


def _due(here: Here, due: Due) -> None:
    visitor, rule = here.visitor, due.rule
    ends = end_of(visitor.crm.model, rule.keep, visitor.language)
    params = {"records": visitor.label(rule.entity.plural), "ends": ends}
    if rule.field is not None:
        params["field"] = visitor.field_label(rule.entity.fields[rule.field])
    with st.container(border=True, key=f"due-{rule.name.replace('.', '-')}", gap="xsmall"):
        count = visitor.number(due.count) + ("+" if due.more else "")
        title = _say(visitor, "due_field" if rule.field else "due_rule", **params)
        st.markdown(f":orange-badge[{count}] **{plain(title)}**")
        if due.goes_at is not None:
            zone = visitor.crm.model.settings.zone
            day = format_date(due.goes_at.astimezone(zone), "long", locale=visitor.showing().locale)
            st.caption(_say(visitor, "due_goes", day=day))
        there = here.at(rule.entity.name)
        shown = due.records[:_SHOWN]
        st.markdown("\n".join(f"- {_link(here, there, key, title)}" for key, title in shown))
        if due.count > len(shown):
            st.caption(_say(visitor, "due_more", count=visitor.number(due.count - len(shown))))
        label = _say(visitor, "due_take", count=visitor.number(len(due.records)))
        with st.popover(label, icon=":material/delete_forever:"):
            st.markdown(_say(visitor, "due_confirm"))
            if st.button(label, type="primary", key=f"due-sure-{rule.name}"):
                _take_away(visitor, due)


def _link(here: Here, there: Here | None, key: str, title: str) -> str:
    name = plain(title) or here.visitor.say("untitled")
    return f"[{name}]({there.address(id=key)})" if there else name


def _take_away(visitor: Visitor, due: Due) -> None:
    """Exactly those that were listed, as far as they are still due."""
    keys, reason = [key for key, _ in due.records], due.rule.reason(visitor.language)
    try:
        count = visitor.crm.retentions.carry_out(visitor.actor, due.rule.name, keys, reason)
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(_say(visitor, "due_done", count=visitor.number(count)), icon=":material/check:")
    st.rerun()


def _register(visitor: Visitor) -> None:
    model = visitor.crm.model
    found = written(model, visitor.language)
    st.markdown(f":gray[{plain(found.lead)}]")
    st.download_button(
        _say(visitor, "register_save"),
        rendered(model, visitor.language, "html"),
        file_name="register.html",
        mime="text/html",
        icon=":material/download:",
    )
    for part in found.parts:
        st.subheader(plain(part.heading))
        st.markdown("\n".join(f"- {plain(term)}: {plain(fact)}" for term, fact in part.facts))
        if part.rows:
            rows = [found.columns, ["---"] * len(found.columns), *(map(plain, row) for row in part.rows)]
            st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
    if found.missing:
        st.warning(plain(found.missing), icon=":material/help:")


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"privacy.{key}", **params)
