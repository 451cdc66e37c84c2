"""The legal moves of a record's process as buttons. A move that needs something asks for it first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from relasi.apps.draft import Draft, open_draft
from relasi.apps.form import draw_row, state_of
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.saving import missing, tell
from relasi.apps.visitor import Visitor
from relasi.errors import Invalid, RelasiError
from relasi.records import FormState, Record
from relasi.schema.fields.base import Value
from relasi.schema.model import Move


def move_buttons(here: Here, record: Record, moves: Sequence[Move]) -> None:
    """The first move, as the author ordered them, is the one that stands out."""
    visitor = here.visitor
    for index, move in enumerate(moves):
        kind: Literal["primary", "secondary"] = "primary" if index == 0 else "secondary"
        if not st.button(visitor.label(move.label), type=kind, key=here.key("move", move.name)):
            continue
        asked = _asked(visitor, record, move)
        if asked:
            _ask(visitor, record, move, asked)
        else:
            _go_on(visitor, record, move)


def _asked(visitor: Visitor, record: Record, move: Move) -> list[str]:
    """The fields that the move needs, and those that the state it leads to requires and that are empty."""
    entity = visitor.entity(record.entity)
    state = _state_after(visitor, record, move, {})
    empty = [name for name in state.required if record.values.get(name) is None]
    return [
        name for name in entity.fields if name in {*move.needs, *empty} and name not in visitor.hidden(entity)
    ]


def _state_after(visitor: Visitor, record: Record, move: Move, values: dict[str, Value]) -> FormState:
    process = visitor.entity(record.entity).process
    moved = {process.field: move.target} if process else {}
    return visitor.crm.records.form_state(visitor.actor, record.entity, {**values, **moved}, record=record)


def _go_on(visitor: Visitor, record: Record, move: Move) -> None:
    try:
        visitor.crm.records.move(visitor.actor, record.entity, record.id, record.version, move=move.name)
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")
        return
    st.rerun()


def _ask(visitor: Visitor, record: Record, move: Move, asked: list[str]) -> None:
    entity = visitor.entity(record.entity)
    key = f"move.{record.id}.{move.name}"

    @st.dialog(visitor.label(move.label), width="medium")
    def ask() -> None:
        draft = open_draft(visitor, key, entity, record)
        for issue in draft.issues.get(None, ()):
            st.error(plain(issue), icon=":material/error:")
        usual = state_of(visitor, draft)
        names = [
            name for name in entity.fields if name in {*asked, *draft.issues} and name not in usual.read_only
        ]
        state = FormState(usual.visible, usual.required | set(names), usual.read_only)
        for name in names:
            draw_row(visitor, draft, [name], state)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(visitor.say("cancel"), key=f"{key}.no"):
                draft.close()
                st.rerun()
            sure = st.button(
                visitor.label(move.label), type="primary", key=f"{key}.yes", shortcut="Ctrl+Enter"
            )
        if sure:
            _made(visitor, record, move, draft, names)

    ask()


def _made(visitor: Visitor, record: Record, move: Move, draft: Draft, names: list[str]) -> None:
    """Makes the move with what was entered; else the draft says what is wrong, and the dialog stays."""
    values, wrong = draft.values(visitor, names)
    draft.issues = {}
    needed = FormState(frozenset(names), frozenset(names), frozenset())
    wrong = wrong | missing(visitor, needed, values)
    if wrong:
        draft.issues = {name: [text] for name, text in wrong.items()}
        st.rerun(scope="fragment")
    try:
        visitor.crm.records.move(
            visitor.actor, record.entity, record.id, record.version, move=move.name, values=values
        )
    except Invalid as error:
        tell(visitor, draft, error)
        st.rerun(scope="fragment")
    except RelasiError as error:
        draft.issues[None] = [error.text(visitor.language)]
        st.rerun(scope="fragment")
    draft.close()
    st.rerun()
