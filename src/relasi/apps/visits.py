"""The records that a visitor has opened lately, and those with a star."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.platform.again import begun_again
from relasi.records import Record

_NOTED = "visited"


def note(visitor: Visitor, record: Record) -> None:
    """Remembers that the record was opened, once for each time that it is. A database that cannot be written
    shows the page as well."""
    place = (record.entity, record.id)
    if st.session_state.get(_NOTED) != place:
        st.session_state[_NOTED] = place
        with suppress(RelasiError):
            _note(visitor, place)


@begun_again
def _note(visitor: Visitor, place: tuple[str, str]) -> None:
    with visitor.crm.store.session() as session:
        session.visits.note(visitor.user.id, place, visitor.crm.clock())


def star_button(visitor: Visitor, record: Record, key: str) -> None:
    place = (record.entity, record.id)
    with visitor.crm.store.session(write=False) as session:
        is_starred = session.visits.is_starred(visitor.user.id, place)
    if st.button(
        f"{'★' if is_starred else '☆'} {visitor.say('favourite')}",
        help=visitor.say("unstar" if is_starred else "star"),
        type="tertiary",
        key=key,
    ):
        _star(visitor, place, wanted=not is_starred)
        st.rerun()


@begun_again
def _star(visitor: Visitor, place: tuple[str, str], *, wanted: bool) -> None:
    with visitor.crm.store.session() as session:
        if wanted:
            session.visits.star(visitor.user.id, place, visitor.crm.clock())
        else:
            session.visits.unstar(visitor.user.id, place)
