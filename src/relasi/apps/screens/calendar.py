"""A list as a calendar. A record that is put on another day gets that date; a click on a day begins a new
one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from relasi.apps import components
from relasi.apps.components import Data
from relasi.apps.lists.calendars import (
    MOST,
    Reach,
    Shown,
    calendar_data,
    entries_on,
    first_weekday,
    moved,
    new_at,
)
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.edit import SET
from relasi.errors import RelasiError
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.schema.expressions.operations import today
from relasi.schema.model.layout import Calendar


def calendar(here: Here, listed: Listed, state: ListState) -> None:
    visitor, layout, hold = here.visitor, here.entity.calendar, st.session_state
    assert layout is not None
    now = today(visitor.crm.clock(), visitor.crm.model.settings.zone)
    shown = Shown.read(state.at, now)
    days = shown.days(first_weekday(visitor))
    _turning(here, shown, now, shown.called(visitor, days))
    if dropped := hold.pop(here.key("dropped"), None):
        hold[here.key("drawn")] = hold.get(here.key("drawn"), 0) + 1
        _put(here, layout, dropped)
    entries, more = entries_on(here, layout, listed.request(state), days)
    if more:
        st.caption(visitor.say("calendar_cut", n=visitor.number(MOST)))
    components.calendar(
        {**calendar_data(here, layout, shown, days, entries), "drawn": hold.get(here.key("drawn"), 0)},
        key=here.key("calendar"),
        on_open=here.open,
        on_drop=lambda event: hold.update({here.key("dropped"): event}),
        on_new=partial(_begin, here, layout),
        on_look=lambda day: _show(here, Shown(Reach.WEEK, date.fromisoformat(day))),
    )


def _show(here: Here, shown: Shown) -> None:
    """On the run that follows."""
    st.session_state[here.key("at")] = str(shown)


def _turning(here: Here, shown: Shown, now: date, label: str) -> None:
    """The way to other days, and to more or fewer of them."""
    visitor, key = here.visitor, here.key("reach")
    with st.container(horizontal=True, vertical_alignment="center", key=here.key("turning")):
        for name, icon, other in (
            ("calendar_before", "chevron_left", shown.turned(-1)),
            ("calendar_after", "chevron_right", shown.turned(1)),
        ):
            st.button(
                "",
                icon=f":material/{icon}:",
                help=visitor.say(name),
                key=here.key(name),
                on_click=partial(_show, here, other),
            )
        st.button(
            visitor.say("calendar_today"),
            key=here.key("calendar_today"),
            on_click=partial(_show, here, replace(shown, day=now)),
        )
        st.markdown(f"**{plain(label)}**", width="content")
        st.space("stretch")
        st.session_state[key] = shown.reach.value
        st.segmented_control(
            visitor.say("calendar_reach"),
            [each.value for each in Reach],
            format_func=lambda each: visitor.say(f"calendar_{each}"),
            key=key,
            label_visibility="collapsed",
            required=True,
            on_change=lambda: _show(here, replace(shown, reach=Reach(st.session_state[key]))),
        )


def _begin(here: Here, layout: Calendar, day: str) -> None:
    """A new record on the day. Ends the run."""
    given = new_at(here, layout, date.fromisoformat(day))
    here.go({"new": "1", **({f"{SET}{layout.start}": given} if given else {})})


def _put(here: Here, layout: Calendar, dropped: Data) -> None:
    """On another day; of the record as whoever dropped it saw it. What cannot be done is told."""
    visitor, entity, records = here.visitor, here.entity.name, here.visitor.crm.records
    by = date.fromisoformat(dropped["to"]) - date.fromisoformat(dropped["from"])
    try:
        record = records.get(visitor.actor, entity, str(dropped["id"]))
        values = moved(here, layout, record, by)
        records.update(visitor.actor, entity, record.id, int(dropped["version"]), values)
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")
