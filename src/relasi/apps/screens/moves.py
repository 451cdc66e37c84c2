"""The moves of a record's process as buttons. A move that needs something asks for it first; one that
cannot be made now says why."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.asking import Question, ask
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError, Stale
from relasi.records import FormState, Record
from relasi.records.service import Allowed
from relasi.records.steps.moves import ClosedMove
from relasi.schema.fields.base import Value
from relasi.schema.model import Move

_OF_OTHERS = frozenset({"move_by_roles", "may_not_move"})
"""Why a move is none of the visitor's business, so that no button is shown for it."""


def move_buttons(here: Here, record: Record, allowed: Allowed) -> None:
    """The first move, as the author ordered them, is the one that stands out; where it cannot be made yet,
    none does."""
    visitor, closed = here.visitor, _closed(allowed)
    process = here.entity.process
    names = {each.name for each in allowed.moves} | {each.move.name for each in closed}
    first = next((each.name for each in process.moves if each.name in names), None) if process else None
    for move in allowed.moves:
        kind: Literal["primary", "secondary"] = "primary" if move.name == first else "secondary"
        if not st.button(visitor.label(move.label), type=kind, key=here.key("move", move.name)):
            continue
        start_move(visitor, record, move)
    for each in closed:
        st.button(
            visitor.label(each.move.label),
            disabled=True,
            help=plain(each.why.text(visitor.language)),
            key=here.key("move", each.move.name),
        )


def start_move(visitor: Visitor, record: Record, move: Move) -> None:
    """Makes the move, after asking for what it needs. Ends the run where it was made."""
    asked = asked_for(visitor, record, move)
    if asked or move.confirm:
        ask(visitor, record, _question(visitor, record, move, asked))
    else:
        _go_on(visitor, record, move)


def tell_closed(here: Here, allowed: Allowed) -> None:
    """In words too: a telephone shows no help of a button."""
    visitor = here.visitor
    for each in _closed(allowed):
        reason = plain(each.why.text(visitor.language))
        st.caption(f":material/block: **{plain(visitor.label(each.move.label))}:** {reason}")


def _closed(allowed: Allowed) -> list[ClosedMove]:
    return [each for each in allowed.closed if each.why.code not in _OF_OTHERS]


def asked_for(visitor: Visitor, record: Record, move: Move) -> list[str]:
    """Of the fields that the move needs or the state it leads to requires, those that are empty; what it asks
    anew; and the reason for that state."""
    entity = visitor.entity(record.entity)
    process = entity.process
    reason = process.reason if process and process.states[move.target].reasons else None
    state = _state_after(visitor, record, move, {})
    empty = [name for name in (*move.needs, *state.required) if record.values.get(name) is None]
    asked = {*empty, *move.asks, reason} - visitor.hidden(entity)
    return [name for name in entity.fields if name in asked]


def _state_after(visitor: Visitor, record: Record, move: Move, values: dict[str, Value]) -> FormState:
    process = visitor.entity(record.entity).process
    moved = {process.field: move.target} if process else {}
    return visitor.crm.records.form_state(visitor.actor, record.entity, {**values, **moved}, record=record)


def make_move(visitor: Visitor, record: Record, move: Move, values: dict[str, Value]) -> None:
    """Raises RelasiError. What rules or other people have changed elsewhere in the record meanwhile is no
    hindrance: whether the move is open is asked anew."""
    moved = partial(visitor.crm.records.move, move=move.name, values=values)
    try:
        moved(visitor.actor, record.entity, record.id, record.version)
    except Stale as stale:
        if stale.conflicts:
            raise
        moved(visitor.actor, record.entity, record.id, stale.current_version)


def _go_on(visitor: Visitor, record: Record, move: Move) -> None:
    try:
        make_move(visitor, record, move, {})
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")
        return
    st.rerun()


def _question(visitor: Visitor, record: Record, move: Move, asked: list[str]) -> Question:
    return Question(
        key=f"move.{record.id}.{move.name}",
        label=visitor.label(move.label),
        warning=visitor.label(move.confirm) if move.confirm else "",
        asked=frozenset(asked),
        needs=frozenset(move.needs),
        state=partial(_state_after, visitor, record, move),
        do=partial(make_move, visitor, record, move),
    )
