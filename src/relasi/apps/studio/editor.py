"""A file in the editor: a draft of one's own, or to be read where a lower layer has written it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import streamlit as st

from relasi.apps import components
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.studio.desk import judged, name_of_layer, told, workshop_of
from relasi.apps.studio.diff import show_difference
from relasi.apps.studio.preview import preview
from relasi.apps.studio.routes import DRAFT, WORDS
from relasi.apps.visitor import Visitor
from relasi.config.documents import FOLDERS, Home, home_of
from relasi.config.overlays import EXTEND
from relasi.errors import EditRefused
from relasi.studio.workshop import Checked, Opened, Workshop, is_own, place_of

_TURN = "studio-turn"
"""Counts how often the text of the editor was replaced by something other than typing."""


def editor_part(here: Here, file: str) -> None:
    visitor, workshop = here.visitor, workshop_of(here.visitor)
    checked = workshop.checked()
    home = home_of(PurePosixPath(place_of(file)))
    if home is None:
        raise EditRefused("edit_no_file", file=file)
    if not is_own(file):
        _below(visitor, workshop, checked, file, home)
        return
    opened = workshop.open(file)
    st.markdown(f"**{plain(file)}**")
    with st.container(horizontal=True, vertical_alignment="center", key="studio-file"):
        if home.kind == "entity" and st.button(told(visitor, "preview"), icon=":material/visibility:"):
            preview(here, home.name)
        if opened.is_draft:
            st.button(
                told(visitor, "drop"),
                icon=":material/undo:",
                type="tertiary",
                on_click=lambda: _dropped(workshop, file),
            )
        if st.button(told(visitor, "review"), icon=":material/difference:", type="primary"):
            _review()
            st.rerun()
    if opened.moved:
        _moved(visitor, workshop, opened)
    for draft in opened.others:
        with st.expander(judged(visitor, checked, opened)["notes"][-1], icon=":material/group:"):
            show_difference(visitor, opened.on_disk, draft.text, key=draft.user_id)
    _code(visitor, checked, opened, fixed=False)


def _code(visitor: Visitor, checked: Checked, opened: Opened, *, fixed: bool) -> None:
    file = opened.file
    components.code(
        {
            "file": file,
            "label": file,
            "text": opened.text.replace("\r\n", "\n"),
            "fixed": fixed,
            "seed": f"{file}.{st.session_state.get(_TURN, 0)}",
            "line": _line(),
            "draft": f"{DRAFT}?file={quote(file)}",
            "words_at": f"{WORDS}?file={quote(file)}",
            "words": {name: told(visitor, name) for name in ("typing", "failed", "line")}
            | {"take": told(visitor, "take", word="{word}")},
            **judged(visitor, checked, opened),
        },
        key=f"studio-code.{file}",
        on_review=lambda _file: _review(),
        on_open=lambda found: st.query_params.from_dict({"file": found["file"], "line": str(found["line"])}),
    )


def _below(visitor: Visitor, workshop: Workshop, checked: Checked, file: str, home: Home) -> None:
    """What a lower layer says is read here, and changed in a file of the project that lies over it."""
    data = checked.project.contents.get(file)
    if data is None:
        raise EditRefused("edit_no_file", file=file)
    layer = "relasi" if not file.startswith("relasi:config/templates/") else file.split("/")[2]
    st.markdown(f"**{plain(place_of(file))}**")
    with st.container(horizontal=True, vertical_alignment="center", key="studio-file"):
        st.badge(name_of_layer(visitor, layer), icon=":material/layers:", color="gray")
        if home.kind != "platform" and st.button(
            told(visitor, "overlay_it"), icon=":material/edit_document:", type="primary"
        ):
            st.query_params.from_dict({"file": _begin_overlay(workshop, checked, file, home)})
            st.rerun()
    st.caption(told(visitor, "below_help"))
    text = data.decode("utf-8", errors="replace")
    _code(visitor, checked, Opened(file, text, text, False, False, ()), fixed=True)


def _begin_overlay(workshop: Workshop, checked: Checked, file: str, home: Home) -> str:
    """The project's own file for the document; a new draft where it has none."""
    own = [each for each in checked.project.contents if is_own(each) and home_of(PurePosixPath(each)) == home]
    if own:
        return own[0]
    place = place_of(file)
    name = home.name if home.kind in FOLDERS else home.kind
    if not workshop.open(place).text:
        workshop.keep(place, f"{EXTEND}: {name}\n")
    return place


def _moved(visitor: Visitor, workshop: Workshop, opened: Opened) -> None:
    """The file has become another one under the draft: both are shown, and one of them is taken."""
    file = opened.file
    with st.container(border=True):
        st.warning(told(visitor, "moved_help"), icon=":material/call_split:")
        with st.expander(told(visitor, "theirs_against_mine")):
            show_difference(visitor, opened.on_disk, opened.text, key="mine")
        with st.container(horizontal=True):
            st.button(told(visitor, "mine_on_top"), on_click=lambda: workshop.rebase(file))
            st.button(told(visitor, "take_theirs"), on_click=lambda: _dropped(workshop, file))


def _dropped(workshop: Workshop, file: str) -> None:
    workshop.drop(file)
    replaced()


def replaced() -> None:
    """The editor shows anew what the file says."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _review() -> None:
    st.query_params.from_dict({"part": "changes"})


def _line() -> int:
    written: Any = st.query_params.get("line", "0")  # Any: what an address holds
    return int(written) if str(written).isdecimal() else 0
