"""The lists of an entity: saved lists, search, filters, order, a page of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from relasi.apps import components
from relasi.apps.icons import icon
from relasi.apps.importing.page import import_button
from relasi.apps.lists.cells import add_editors, save_cell
from relasi.apps.lists.rows import table_data
from relasi.apps.lists.views import opening, subscribed
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.routes.exports import address_of
from relasi.apps.screens.board import board
from relasi.apps.screens.bulk import add_choice, bulk_bar, choose_rows
from relasi.apps.screens.calendar import calendar
from relasi.apps.screens.exporting import ask_purpose, papers_button
from relasi.apps.screens.filterbar import ask, seed, show_sort
from relasi.apps.screens.subscribing import ask_subscription
from relasi.apps.screens.views import ask_columns, ask_views, show_view
from relasi.apps.subscribing import Wish
from relasi.apps.words.clocks import with_due
from relasi.exporting.export import purposes_of
from relasi.exporting.files import Format, formats_of
from relasi.records import ListRequest, RecordPage
from relasi.reports.listed import Listed
from relasi.reports.liststate import BOARD, CALENDAR, VIEW, ListState

ROWS = 50
COUNTED = 1000


def list_page(here: Here) -> None:
    visitor, entity = here.visitor, here.entity
    listed = Listed.of(visitor, entity, here.place.lists)
    _follow_address(here, listed)
    heading = st.container(key="heading", horizontal=True, vertical_alignment="center")
    state, bar = ask(here, listed.saved, listed.ways, listed.fields)
    with bar:
        if state.layout not in _LAYOUTS:
            ask_columns(here, listed, state)
        ask_views(here, listed, state)
    _note_address(here, state, listed)
    if state.layout in _LAYOUTS:
        with heading:
            _heading(here, listed, state, _counted(here, listed.request(state)))
        _told_behind(here, listed, state)
        _LAYOUTS[state.layout](here, listed, state)
        return
    asked = listed.request(state)
    request = replace(asked, fields=with_due(entity, asked.fields or ()), limit=ROWS)
    trail = _trail(here, state)
    page = visitor.crm.records.list(visitor.actor, replace(request, after=trail[-1]))
    with heading:
        _heading(here, listed, state, _number(here, request, page, trail))
    _told_behind(here, listed, state)
    bulk_bar(here, listed, state)
    if page.records:
        _table(here, listed, state, page)
        _pager(here, trail, page)
    else:
        _empty(here, state)


def _follow_address(here: Here, listed: Listed) -> None:
    """Puts what the address says into the controls, unless these controls wrote it."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    if st.session_state.get(here.key("address")) != query or here.key("list") not in st.session_state:
        state = listed.state(query)
        view = opening(here.visitor, here.entity.name, state.view) if query.keys() <= {VIEW} else None
        if view is None:
            seed(here, state, listed.ways)
        else:
            show_view(here, listed, view)


def forget(here: Here) -> None:
    """What the controls held. Whoever comes back before a run has ended would find them empty, although
    Streamlit still remembers their values; so they are filled in from the address again."""
    st.session_state.pop(here.key("list"), None)


def _note_address(here: Here, state: ListState, listed: Listed) -> None:
    address = state.query(next(iter(listed.saved)))
    st.session_state[here.key("address")] = address
    if {key: st.query_params.get_all(key) for key in st.query_params} != address:
        st.query_params.from_dict(address)


def _number(here: Here, request: ListRequest, page: RecordPage, trail: Sequence[object]) -> str:
    """How many there are; where one page holds them all, no query counts them again."""
    if page.next is None and len(trail) == 1:
        return here.visitor.number(len(page.records))
    return _counted(here, request)


def _counted(here: Here, request: ListRequest) -> str:
    visitor = here.visitor
    count = visitor.crm.records.count(visitor.actor, request, COUNTED)
    return visitor.number(count.number) + ("+" if count.more else "")


def _heading(here: Here, listed: Listed, state: ListState, number: str) -> None:
    visitor, entity = here.visitor, here.entity
    rights = visitor.rights(entity.name)
    st.markdown(f"## {visitor.label(entity.plural)} :gray[{number}]", width="content")
    st.space("stretch")
    _layouts(here, listed)
    if listed.saved[state.saved].work and st.button(
        visitor.say("work_through"), type="tertiary", icon=":material/play_arrow:", key=here.key("work")
    ):
        here.go({**state.query(next(iter(listed.saved))), "work": "1"})
    if rights.export is not False:
        with st.popover(visitor.say("export"), icon=":material/download:", type="tertiary"):
            _export(here, listed, state)
    import_button(here)
    if rights.create:
        with st.container(key="new", width="content"):
            _new_button(here, "new")


def _new_button(here: Here, key: str) -> None:
    label, begin = here.visitor.of("new", here.entity), partial(here.go, {"new": "1"})
    st.button(label, type="primary", icon=":material/add:", key=here.key(key), on_click=begin)


def _layouts(here: Here, listed: Listed) -> None:
    """The choice among the ways of showing, where there are several."""
    if not listed.layouts:
        return
    st.segmented_control(
        here.visitor.say("layout"),
        ["", *listed.layouts],
        format_func=lambda each: f"{_PICTURES[each]} {here.visitor.say(_WORDS[each])}",
        key=here.key("layout"),
        label_visibility="collapsed",
        required=True,
        on_change=lambda: st.session_state.update({here.key("at"): ""}),
    )


def _export(here: Here, listed: Listed, state: ListState) -> None:
    """The list as a file; with people's data, once it is said what for."""
    visitor, entity = here.visitor, here.entity
    st.caption(visitor.of("export_what", entity))
    names = purposes_of(entity.fields[name] for name in listed.columns(state))
    purpose = ask_purpose(here, names, here.key("purpose")) if names else None
    if names and purpose is None:
        return
    for format_ in formats_of(entity.fields[name] for name in listed.columns(state)):
        if format_ is Format.PDF:
            papers_button(here, listed.request(state), here.key("papers"), purpose=purpose)
            continue
        address = address_of(entity.name, format_, state.query(""), purpose)
        st.link_button(visitor.say(f"export_{format_.value}"), address, type="tertiary")
    _ask_mail(here, state, purpose)


def _ask_mail(here: Here, state: ListState, purpose: str | None) -> None:
    visitor, entity, key = here.visitor, here.entity.name, here.key("mail")
    place = st.expander(visitor.say("send_me"), icon=":material/schedule_send:", key=key, on_change="rerun")
    if place.open:
        query = subscribed(visitor, entity, state)
        with place:
            wish = Wish("list", entity, here.place.department, query, purpose=purpose)
            ask_subscription(visitor, wish, key)


def _told_behind(here: Here, listed: Listed, state: ListState) -> None:
    """Which records these are, where a figure led here."""
    visitor, condition = here.visitor, listed.behind(state)
    if condition is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/filter_alt: {plain(listed.told(condition))}", width="content")
        st.button(
            visitor.say("clear_filters"),
            type="tertiary",
            icon=":material/close:",
            key=here.key("behind"),
            on_click=lambda: seed(here, replace(state, where=""), ()),
        )


def _table(here: Here, listed: Listed, state: ListState, page: RecordPage) -> None:
    columns, order = listed.columns(state), state.order(listed.saved[state.saved])
    data = table_data(here, page.records, columns, order[0] if order else None)
    add_editors(here.visitor, here.entity, data, page.records)
    add_choice(here, state, data)
    data["failed"] = st.session_state.get(here.key("refused"))
    components.table(
        data,
        key=here.key("table"),
        on_open=here.open,
        on_sort=lambda name: show_sort(here, name, order),
        on_choose=lambda ticks: choose_rows(here, state, ticks),
        on_save=lambda said: _save_typed(here, said),
    )


def _save_typed(here: Here, said: components.Data) -> None:
    """What was typed into a cell; what is refused is said there."""
    visitor, key, name = here.visitor, said["id"], said["name"]
    refused = save_cell(visitor, here.entity, key, said["version"], name=name, typed=said["typed"])
    st.session_state[here.key("refused")] = refused and {
        "place": f"{key}.{name}",
        "mark": visitor.crm.new_id(),
        "typed": refused.typed,
        "message": refused.message,
        "version": refused.version,
    }


def _trail(here: Here, state: ListState) -> list[str | None]:
    """The cursors of the pages up to this one; another question begins again at the first page."""
    kept: tuple[ListState, list[str | None]] | None = st.session_state.get(here.key("trail"))
    if kept is None or kept[0] != state:
        kept = (state, [None])
        st.session_state[here.key("trail")] = kept
    return kept[1]


def _pager(here: Here, trail: list[str | None], page: RecordPage) -> None:
    visitor = here.visitor
    if page.next is None and len(trail) == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=here.key("pager")):
        st.button(
            visitor.say("previous"),
            icon=":material/chevron_left:",
            disabled=len(trail) == 1,
            on_click=lambda: trail.__delitem__(-1),
            key=here.key("previous"),
        )
        first = (len(trail) - 1) * ROWS + 1
        st.markdown(
            f":gray[{visitor.number(first)} – {visitor.number(first + len(page.records) - 1)}]",
            width="content",
        )
        st.button(
            visitor.say("next"),
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page.next is None,
            on_click=trail.append,
            args=(page.next,),
            key=here.key("next"),
        )


def _empty(here: Here, state: ListState) -> None:
    """Says why there is nothing and what to do about it."""
    visitor, entity = here.visitor, here.entity
    narrowed = bool(state.search or state.filters)
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"# :gray[{icon('search_off' if narrowed else entity.icon)}]", width="content")
        st.markdown(
            f"**{visitor.of('nothing_found' if narrowed else 'nothing_yet', entity)}**", width="content"
        )
        may_begin = visitor.rights(entity.name).create
        advice = "widen" if narrowed else "other_list" if len(entity.lists) > 1 else "first_one"
        if advice != "first_one" or may_begin:
            st.markdown(f":gray[{visitor.say(advice)}]", width="content")
        if not narrowed and may_begin:
            _new_button(here, "first")
        if narrowed:
            st.button(
                visitor.say("clear_filters"),
                key=here.key("clear"),
                on_click=lambda: seed(here, ListState(state.saved), state.filters),
            )


_LAYOUTS: Mapping[str, Callable[[Here, Listed, ListState], None]] = {BOARD: board, CALENDAR: calendar}
_WORDS = {"": "layout_rows", BOARD: "layout_board", CALENDAR: "layout_calendar"}
_PICTURES = {
    "": ":material/table_rows:",
    BOARD: ":material/view_kanban:",
    CALENDAR: ":material/calendar_month:",
}
