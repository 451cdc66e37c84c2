"""The columns of a list and its views, chosen above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from relasi.apps.lists.views import (
    LONGEST,
    audiences,
    drop,
    first_of,
    is_changed,
    made,
    may_change,
    open_with,
    query_of,
    save,
    shared,
    state_of,
    views_of,
)
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.filterbar import seed
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.store.views import Audience, View


def ask_columns(here: Here, listed: Listed, state: ListState) -> None:
    """Which columns there are, and in which order."""
    visitor, shown = here.visitor, listed.columns(state)
    place = st.popover(
        visitor.say("columns"), icon=":material/view_column:", key=here.key("columns.box"), on_change="rerun"
    )
    if not place.open:
        return

    def put(names: Sequence[str]) -> None:
        st.session_state[here.key("columns")] = tuple(names)

    def swap(index: int) -> None:
        names = list(shown)
        names[index - 1], names[index] = names[index], names[index - 1]
        put(names)

    def add() -> None:
        if name := st.session_state[here.key("columns.add")]:
            put([*shown, name])
            st.session_state[here.key("columns.add")] = None

    with place:
        for index, name in enumerate(shown):
            label = visitor.field_label(here.entity.fields[name])
            with st.container(horizontal=True, vertical_alignment="center", key=here.key("columns", name)):
                st.markdown(plain(label), width="stretch")
                st.button(
                    "↑",
                    help=visitor.say("column_up"),
                    type="tertiary",
                    disabled=index == 0,
                    key=here.key("columns", name, "up"),
                    on_click=swap,
                    args=(index,),
                )
                st.button(
                    "✕",
                    help=visitor.say("column_off"),
                    type="tertiary",
                    disabled=len(shown) == 1,
                    key=here.key("columns", name, "off"),
                    on_click=put,
                    args=([each for each in shown if each != name],),
                )
        st.selectbox(
            visitor.say("column_add"),
            [name for name in listed.offered if name not in shown],
            index=None,
            format_func=lambda each: visitor.field_label(here.entity.fields[each]),
            placeholder=visitor.say("column_add"),
            label_visibility="collapsed",
            key=here.key("columns.add"),
            on_change=add,
        )
        if state.columns:
            st.button(
                visitor.say("columns_as_usual"),
                type="tertiary",
                key=here.key("columns.reset"),
                on_click=put,
                args=((),),
            )


def ask_views(here: Here, listed: Listed, state: ListState) -> None:
    """The views that the visitor has of this list, and what can be done with the one that is open."""
    visitor = here.visitor
    views = views_of(visitor, here.entity.name)
    open_now = next((each for each in views if each.id == state.view), None)
    label = visitor.say("views") if open_now is None else open_now.name
    if open_now is not None and is_changed(state, open_now):
        label = visitor.say("view_changed", name=label)
    place = st.popover(plain(label), icon=":material/bookmark:", key=here.key("views"), on_change="rerun")
    if not place.open:
        return
    with place:
        first = first_of(visitor, here.entity.name)
        for view in views:
            _view(here, listed, view, is_open=view == open_now, is_first=view.id == first)
        if open_now is not None:
            _open_view(here, state, open_now, first)
        if views:
            st.divider()
        _new_view(here, state, open_now)


def _view(here: Here, listed: Listed, view: View, *, is_open: bool, is_first: bool) -> None:
    visitor = here.visitor
    marks = (":material/home: " if is_first else "") + ("" if view.audience == "own" else ":material/group: ")
    st.button(
        f"{marks}{plain(view.name)}",
        type="secondary" if is_open else "tertiary",
        icon=":material/check:" if is_open else ":material/bookmark:",
        help=None if view.owner == visitor.user.id else visitor.say("view_of_others"),
        key=here.key("views", view.id),
        on_click=show_view,
        args=(here, listed, view),
    )


def show_view(here: Here, listed: Listed, view: View) -> None:
    """Lets the controls show what the view shows, and says where some of that is not there any more."""
    state, is_less = state_of(listed, view)
    seed(here, state, listed.ways)
    if is_less:
        st.toast(
            here.visitor.say("view_less", name=plain(view.name)), icon=":material/info:", duration="long"
        )


def _open_view(here: Here, state: ListState, view: View, first: str | None) -> None:
    """What can be done with the view that is open."""
    visitor, entity = here.visitor, here.entity.name
    st.divider()
    is_first = st.toggle(visitor.say("view_first"), first == view.id, key=here.key("views", view.id, "first"))
    if is_first != (first == view.id):
        open_with(visitor, entity, view.id if is_first else None)
    if not may_change(visitor, view):
        return
    name, audience = _name(here, view.id, view)
    with st.container(horizontal=True):
        after = shared(visitor, replace(view, name=name, query=query_of(state)), audience)
        if st.button(visitor.say("view_save"), key=here.key("views", view.id, "save"), disabled=not name):
            save(visitor, after)
            st.rerun()
        if st.button(visitor.say("delete"), type="tertiary", key=here.key("views", view.id, "drop")):
            drop(visitor, view)
            st.session_state[here.key("view")] = ""
            st.rerun()


def _new_view(here: Here, state: ListState, open_now: View | None) -> None:
    visitor = here.visitor
    count = str(st.session_state.get(here.key("views.made"), 0))
    with st.expander(visitor.say("view_new"), expanded=open_now is None):
        name, audience = _name(here, f"new{count}", None)
        if st.button(visitor.say("view_make"), type="primary", key=here.key("views.make"), disabled=not name):
            view = made(visitor, here.entity.name, name, audience, state)
            save(visitor, view)
            st.session_state[here.key("view")] = view.id
            st.session_state[here.key("views.made")] = int(count) + 1
            st.rerun()


def _name(here: Here, key: str, view: View | None) -> tuple[str, Audience]:
    visitor, offered = here.visitor, audiences(here.visitor)
    typed = st.text_input(
        visitor.say("view_name"),
        view.name if view else "",
        max_chars=LONGEST,
        key=here.key("views", key, "name"),
        live=True,
    )
    if len(offered) == 1:
        return (typed or "").strip(), "own"
    audience = st.radio(
        visitor.say("view_for"),
        offered,
        index=offered.index(view.audience) if view and view.audience in offered else 0,
        format_func=lambda each: visitor.say(f"view_for_{each}"),
        key=here.key("views", key, "for"),
        horizontal=True,
    )
    return (typed or "").strip(), audience
