"""The lists of an entity: saved lists, search, filters, order, a page of rows at a time."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from relasi.apps import components
from relasi.apps.filters import Way, filterable
from relasi.apps.liststate import ListState
from relasi.apps.pages.filterbar import ask, seed, show_sort
from relasi.apps.places import Map, Place, go
from relasi.apps.rows import table_data
from relasi.apps.visitor import Visitor
from relasi.records import ListRequest, RecordPage
from relasi.schema.model import Entity, SavedList

ROWS = 50
COUNTED = 1000


def list_page(visitor: Visitor, places: Map, place: Place) -> None:
    entity = visitor.entity(place.entity)
    saved = {name: each for name, each in entity.lists.items() if not place.lists or name in place.lists}
    hidden = visitor.hidden(entity)
    ways = filterable(entity, hidden)
    _follow_address(place, saved, ways)
    heading = st.container(key="heading", horizontal=True, vertical_alignment="center")
    state = ask(visitor, places, place, saved, ways)
    _note_address(place, state, saved)
    request = ListRequest(
        entity.name,
        where=(*filter(None, [saved[state.saved].where]), *state.conditions(entity)),
        search=state.search,
        sort=state.order(saved[state.saved]),
        fields=tuple(name for name in saved[state.saved].columns if name not in hidden),
        limit=ROWS,
    )
    with heading:
        _heading(visitor, places, place, request)
    trail = _trail(place, state)
    page = visitor.crm.records.list(visitor.actor, replace(request, after=trail[-1]))
    if page.records:
        _table(visitor, places, place, state, page)
        _pager(visitor, place, trail, page)
    else:
        _empty(visitor, places, place, state)


def _follow_address(place: Place, saved: dict[str, SavedList], ways: dict[str, Way]) -> None:
    """Puts what the address says into the controls, unless these controls wrote it."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    if st.session_state.get(f"{place.key}.address") != query or f"{place.key}.list" not in st.session_state:
        seed(place, ListState.read(query, saved, ways), ways)


def _note_address(place: Place, state: ListState, saved: dict[str, SavedList]) -> None:
    address = state.query(next(iter(saved)))
    st.session_state[f"{place.key}.address"] = address
    if {key: st.query_params.get_all(key) for key in st.query_params} != address:
        st.query_params.from_dict(address)


def _heading(visitor: Visitor, places: Map, place: Place, request: ListRequest) -> None:
    entity = visitor.entity(place.entity)
    count = visitor.crm.records.count(visitor.actor, request, COUNTED)
    number = visitor.number(count.number) + ("+" if count.more else "")
    st.markdown(f"## {visitor.label(entity.plural)} :gray[{number}]", width="content")
    st.space("stretch")
    if visitor.rights(entity.name).create:
        label = visitor.say("new", entity=visitor.label(entity.label))
        if st.button(label, type="primary", icon=":material/add:", key=f"{place.key}.new"):
            go(places, place, {"new": "1"})


def _table(visitor: Visitor, places: Map, place: Place, state: ListState, page: RecordPage) -> None:
    entity = visitor.entity(place.entity)
    columns = [name for name in entity.lists[state.saved].columns if name not in visitor.hidden(entity)]
    order = state.order(entity.lists[state.saved])
    components.table(
        table_data(visitor, places, place, page.records, columns, order[0] if order else None),
        key=f"{place.key}.table",
        on_open=lambda reference: go(places, place, {"id": reference["id"]}),
        on_sort=lambda name: show_sort(place, name, order),
    )


def _trail(place: Place, state: ListState) -> list[str | None]:
    """The cursors of the pages up to this one; another question begins again at the first page."""
    kept = st.session_state.get(f"{place.key}.trail")
    if kept is None or kept[0] != state:
        kept = (state, [None])
        st.session_state[f"{place.key}.trail"] = kept
    cursors: list[str | None] = kept[1]
    return cursors


def _pager(visitor: Visitor, place: Place, trail: list[str | None], page: RecordPage) -> None:
    if page.next is None and len(trail) == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{place.key}.pager"):
        st.button(
            visitor.say("previous"),
            icon=":material/chevron_left:",
            disabled=len(trail) == 1,
            on_click=trail.pop,
            key=f"{place.key}.previous",
        )
        first = (len(trail) - 1) * ROWS + 1
        st.markdown(f":gray[{visitor.number(first)} – {visitor.number(first + len(page.records) - 1)}]", width="content")
        st.button(
            visitor.say("next"),
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page.next is None,
            on_click=trail.append,
            args=(page.next,),
            key=f"{place.key}.next",
        )


def _empty(visitor: Visitor, places: Map, place: Place, state: ListState) -> None:
    """Says why there is nothing and what to do about it."""
    entity = visitor.entity(place.entity)
    plural = visitor.label(entity.plural)
    narrowed = bool(state.search or state.filters)
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"# :gray[:material/{'search_off' if narrowed else entity.icon}:]", width="content")
        st.markdown(f"**{visitor.say('nothing_found' if narrowed else 'nothing_yet', entities=plural)}**", width="content")
        advice = "widen" if narrowed else "other_list" if len(entity.lists) > 1 else "first_one"
        st.markdown(f":gray[{visitor.say(advice)}]", width="content")
        if narrowed:
            st.button(
                visitor.say("clear_filters"),
                key=f"{place.key}.clear",
                on_click=lambda: seed(place, ListState(state.saved), {name: Way.WORDS for name in state.filters}),
            )
