"""A list that is worked through: one record at a time, with what is needed to deal with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import streamlit as st

from relasi.apps import components
from relasi.apps.components import Data
from relasi.apps.lists.working import MOST, RENEWED, Queue, claim
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.moves import move_buttons, tell_closed
from relasi.apps.screens.record import show_history
from relasi.apps.screens.rules import rule_buttons
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.errors import NotFound
from relasi.records import Record
from relasi.records.links import reference_of
from relasi.records.service import Allowed
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.schema.model.layout import Work

ON = "on"


def working_page(here: Here) -> None:
    """The list stands in the address as on its own page, and with it the record that is shown."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    listed = Listed.of(here.visitor, here.entity, here.place.lists)
    state = listed.state(query)
    work = listed.saved[state.saved].work
    if work is None:
        raise NotFound("not_found")
    queue = _queue(here, listed, state)
    record = queue.arrive(here.visitor)
    _heading(here, listed, state, queue)
    if record is None:
        _end(here, queue)
        return
    st.query_params[ON] = record.id
    _turning(here, queue)
    _hold(here, record)
    left, right = st.columns([5, 3], gap="large")
    with left:
        _record(here, work, record)
    with right:
        show_history(here, record)


def _queue(here: Here, listed: Listed, state: ListState) -> Queue:
    """That of this list, made when somebody begins or comes back to it."""
    asked, key = replace(state, layout="", at=""), here.key("queue")
    kept: tuple[ListState, Queue] | None = st.session_state.get(key)
    if kept is None or kept[0] != asked or ON not in st.query_params:
        first = st.query_params.get(ON, "")
        kept = (asked, Queue.of(here.visitor, listed.request(asked), first))
        st.session_state[key] = kept
    return kept[1]


def _heading(here: Here, listed: Listed, state: ListState, queue: Queue) -> None:
    visitor = here.visitor
    label = visitor.label(listed.saved[state.saved].label)
    if st.button(label, icon=":material/arrow_back:", type="tertiary", key=here.key("back")):
        queue.leave(visitor)
        del st.session_state[here.key("queue")]
        here.back()
    if queue.is_cut:
        st.caption(visitor.say("work_cut", n=visitor.number(MOST)))


def _turning(here: Here, queue: Queue) -> None:
    """The position, and the ways to other records."""
    visitor = here.visitor

    def button(name: str, key: str, turn: Callable[[Visitor], None], *, is_main: bool = False) -> None:
        st.button(
            visitor.say(name),
            shortcut=key,
            type="primary" if is_main else "secondary",
            key=here.key(name),
            on_click=partial(turn, visitor),
        )

    with st.container(horizontal=True, vertical_alignment="center", key=here.key("turning")):
        number, total = visitor.number(queue.place + 1), visitor.number(len(queue.ids))
        st.markdown(f"**{visitor.say('work_position', n=number, total=total)}**", width="content")
        st.space("stretch")
        button("previous", "K", partial(Queue.turn, queue, step=-1))
        button("work_later", "S", queue.put_off)
        button("next", "J", partial(Queue.turn, queue, step=1), is_main=True)


@st.fragment(run_every=RENEWED)
def _hold(here: Here, record: Record) -> None:
    """As long as the page is open, the record stays with the visitor; after a sleep it may be another's."""
    visitor = here.visitor
    if not claim(visitor, record.entity, record.id):
        st.warning(visitor.say("work_taken"), icon=":material/group:")


def _record(here: Here, work: Work, record: Record) -> None:
    visitor, entity = here.visitor, here.entity
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.header(plain(record.title) or visitor.say("untitled"), width="content")
        if entity.process and (
            state := entity.process.states.get(record.values.get(entity.process.field, ""))
        ):
            st.badge(visitor.label(state.label), color=state.color or "gray")  # type: ignore[arg-type]  # one of Streamlit's
        st.space("stretch")
        if st.button(
            visitor.say("work_open"), type="tertiary", icon=":material/open_in_new:", key=here.key("open")
        ):
            here.go({"id": record.id})
    facts = [{"label": label, "value": value, "long": False} for label, value in _facts(here, work, record)]
    section = {"name": "work", "label": "", "lines": [facts[at : at + 2] for at in range(0, len(facts), 2)]}
    components.facts({"sections": [section]}, key=here.key("work.facts"), on_open=here.open)
    allowed = _offered(work, visitor.crm.records.allowed(visitor.actor, record))
    with st.container(horizontal=True, key=here.key("work_actions")):
        move_buttons(here, record, allowed)
        rule_buttons(here, record, work.actions)
    tell_closed(here, allowed)


def _offered(work: Work, allowed: Allowed) -> Allowed:
    """The moves that the list offers, in its order."""
    if work.actions is None:
        return allowed
    places = {name: place for place, name in enumerate(work.actions)}
    moves = sorted(
        (move for move in allowed.moves if move.name in places), key=lambda move: places[move.name]
    )
    closed = tuple(each for each in allowed.closed if each.move.name in places)
    return replace(allowed, moves=tuple(moves), closed=closed)


def _facts(here: Here, work: Work, record: Record) -> Iterator[tuple[str, Data]]:
    """What is filled in of what is to be shown."""
    visitor = here.visitor
    names = [name for name in work.show if "." not in name and name in record.values]
    display = Display.of(here, [record], names)
    for path in work.show:
        link, _, name = path.rpartition(".")
        if link:
            yield from _linked(here, record, link, name)
        elif record.values.get(name) is not None:
            yield (
                visitor.field_label(here.entity.fields[name]),
                display.cell(here.entity.fields[name], record),
            )


def _linked(here: Here, record: Record, link: str, name: str) -> Iterator[tuple[str, Data]]:
    """A field of the record that the link leads to, where the visitor may see it."""
    visitor = here.visitor
    reference = reference_of(here.entity.fields[link], record.values.get(link))
    if reference is None:
        return
    try:
        other = visitor.crm.records.get(visitor.actor, *reference)
    except NotFound:
        return
    field = visitor.entity(other.entity).fields.get(name)
    if field and other.values.get(name) is not None:
        yield visitor.field_label(field), Display.of(here, [other], [name]).cell(field, other)


def _end(here: Here, queue: Queue) -> None:
    """Nothing is left of the list."""
    visitor = here.visitor
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown("# :gray[:material/task_alt:]", width="content")
        st.markdown(f"**{visitor.say('work_over')}**", width="content")
        st.markdown(f":gray[{visitor.say('work_over_more')}]", width="content")
        if queue.ids:
            st.button(
                visitor.say("previous"),
                icon=":material/chevron_left:",
                key=here.key("previous"),
                on_click=partial(queue.turn, visitor, -1),
            )
