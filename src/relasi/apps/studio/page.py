"""The page of Studio: one of its parts, which the address names, below a bar that leads to the others."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import AUTOMATION, PEOPLE, Here
from relasi.apps.studio.changes import changes_part
from relasi.apps.studio.desk import told, workshop_of
from relasi.apps.studio.editor import editor_part
from relasi.apps.studio.history import history_part
from relasi.apps.studio.small import small_part
from relasi.apps.studio.tree import tree_part
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError

_PARTS: dict[str, Callable[[Here], None]] = {
    "files": tree_part,
    "small": small_part,
    "changes": changes_part,
    "history": history_part,
}


def drafts_waiting(visitor: Visitor) -> int:
    """How many drafts the visitor has, as the menu says."""
    return len(workshop_of(visitor).drafts())


def studio_page(here: Here) -> None:
    visitor = here.visitor
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown("## Studio", width="content")
        st.space("stretch")
        for desk in (AUTOMATION, PEOPLE):
            st.page_link(here.desks[desk], label=visitor.say(desk))
    file = st.query_params.get("file")
    part = st.query_params.get("part", "files")
    _bar(here, part if part in _PARTS else "files")
    try:
        if file:
            editor_part(here, file)
        else:
            _PARTS.get(part, tree_part)(here)
    except RelasiError as failure:
        st.error(plain(failure.text(visitor.language)), icon=":material/error:")


def _bar(here: Here, part: str) -> None:
    visitor = here.visitor
    number = drafts_waiting(visitor)

    def label(each: str) -> str:
        count = f" {visitor.number(number)}" if each == "changes" and number else ""
        return told(visitor, f"part_{each}") + count

    def go() -> None:
        if chosen := st.session_state["studio-part"]:
            st.query_params.from_dict({"part": chosen})

    st.session_state["studio-part"] = part
    st.segmented_control(
        "Studio",
        list(_PARTS),
        format_func=label,
        key="studio-part",
        label_visibility="collapsed",
        on_change=go,
        required=True,
    )
