"""A list as a board. A card that is put into another column makes the move that leads there, or gets the
value of that column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from relasi.apps import components
from relasi.apps.components import Data
from relasi.apps.lists.boards import CARDS, board_data, columns_of, needed
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.moves import start_move
from relasi.errors import Forbidden, RelasiError
from relasi.records import Record
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.schema.model import Move
from relasi.schema.model.layout import Board


def board(here: Here, listed: Listed, state: ListState) -> None:
    layout, hold = here.entity.board, st.session_state
    assert layout is not None
    dropped: Data | None = hold.pop(here.key("dropped"), None)
    if dropped:
        hold[here.key("drawn")] = hold.get(here.key("drawn"), 0) + 1
        _put(here, layout, dropped)
    request = replace(listed.request(state), fields=needed(here, layout))
    sizes: dict[str, int] = hold.setdefault(here.key("sizes"), {})
    columns = columns_of(here, layout, request, sizes)
    components.board(
        board_data(here, layout, columns, hold.get(here.key("drawn"), 0)),
        key=here.key("board"),
        on_open=here.open,
        on_drop=lambda event: hold.update({here.key("dropped"): event}),
        on_more=lambda key: sizes.update({key: sizes.get(key, CARDS) + CARDS}),
    )


def _put(here: Here, layout: Board, dropped: Data) -> None:
    """What cannot be done is told; the card goes back to where it was."""
    visitor = here.visitor
    try:
        _carry_out(here, layout, dropped)
    except RelasiError as error:
        st.toast(plain(error.text(visitor.language)), icon=":material/error:", duration="long")


def _carry_out(here: Here, layout: Board, dropped: Data) -> None:
    """Of the record as whoever dropped it saw it, so that nothing is undone that others did since. Raises
    RelasiError."""
    visitor, entity, records = here.visitor, here.entity, here.visitor.crm.records
    key, version, to = str(dropped["id"]), int(dropped["version"]), str(dropped["to"])
    record = replace(records.get(visitor.actor, entity.name, key), version=version)
    placing = records.placings(visitor.actor, entity.name, layout.by, [key])[key]
    if to not in placing.open:
        raise placing.closed.get(to, Forbidden("may_not_move"))
    moves = [move for move in placing.open[to] if move.name == dropped.get("move", move.name)]
    if not moves:
        records.update(visitor.actor, entity.name, key, version, {layout.by: to})
    elif len(moves) == 1:
        start_move(visitor, record, moves[0])
    else:
        _ask_which(here, record, moves, dropped)


def _ask_which(here: Here, record: Record, moves: Sequence[Move], dropped: Data) -> None:
    """Several moves lead there, and each does something else."""
    visitor = here.visitor

    @st.dialog(plain(record.title) or visitor.say("untitled"))
    def dialog() -> None:
        st.write(visitor.say("board_which"))
        for move in moves:
            if st.button(visitor.label(move.label), key=here.key("which", move.name), width="stretch"):
                st.session_state[here.key("dropped")] = {**dropped, "move": move.name}
                st.rerun()

    dialog()
