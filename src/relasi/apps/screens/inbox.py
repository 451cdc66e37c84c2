"""The inbox: what waits for one person, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from relasi.apps.places import Here
from relasi.apps.screens import approvals, following, notices, shared
from relasi.apps.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that comes to people: `name` is its sentence, `waiting` how many the visitor has not dealt
    with."""

    name: str
    waiting: Callable[[Visitor], int]
    show: Callable[[Here], None]


KINDS: tuple[Kind, ...] = (
    Kind("approvals", approvals.waiting, approvals.show),
    Kind("notices", notices.unread, notices.show),
    Kind("following", following.waiting, following.show),
    Kind("shared", shared.waiting, shared.show),
)


def waiting(visitor: Visitor) -> int:
    """How much there is altogether."""
    return sum(kind.waiting(visitor) for kind in KINDS)


def inbox_page(here: Here) -> None:
    visitor = here.visitor
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('inbox')} :gray[{visitor.number(waiting(visitor))}]", width="content")
    if len(KINDS) == 1:
        KINDS[0].show(here)
        return
    labels = [_label(visitor, kind) for kind in KINDS]
    first = next((label for label, kind in zip(labels, KINDS, strict=True) if kind.waiting(visitor)), None)
    for tab, kind in zip(st.tabs(labels, default=first, key="inbox-kinds"), KINDS, strict=True):
        with tab:
            kind.show(here)


def _label(visitor: Visitor, kind: Kind) -> str:
    number = kind.waiting(visitor)
    return visitor.say(kind.name) + (f" ({visitor.number(number)})" if number else "")
