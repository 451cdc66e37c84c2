"""In the sidebar: the way to everything by its name at the top, records to have at hand below the menu."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from relasi.apps import components
from relasi.apps.finding import Finder
from relasi.apps.screens.quick import quick_create
from relasi.apps.visitor import Visitor

_NEW = "finder.new"
_SHOWN = 5
"""Records with a star, and as many that were opened last."""

_KEYS = (
    (("Ctrl", "K"), "key_find"),
    (("N",), "key_new"),
    (("Ctrl", "S"), "key_save"),
    (("Ctrl", "Enter"), "key_confirm"),
    (("↑", "↓"), "key_choose"),
    (("Esc",), "key_close"),
    (("F2",), "key_edit_cell"),
    (("Enter",), "key_save_cell"),
    (("Tab",), "key_next_cell"),
    (("Shift", "→"), "key_put"),
    (("M",), "key_columns"),
    (("J", "K", "S"), "key_work"),
    (("?",), "key_keys"),
)


def find(visitor: Visitor, finder: Finder, pages: Mapping[str, st.Page]) -> None:
    """`pages` are Streamlit's, by their addresses."""

    def open_page(chosen: components.Data) -> None:
        if page := pages.get(chosen["path"]):
            st.switch_page(page, query_params=chosen["query"])

    with st.container(key="find"):
        components.finder(
            {
                "words": _words(visitor, may_create=bool(finder.new())),
                "keys": [(pressed, visitor.say(does)) for pressed, does in _KEYS],
            },
            on_open=open_page,
            on_new=lambda entity: st.session_state.update({_NEW: entity}),
        )
    starred, recent = (rows[:_SHOWN] for rows in finder.kept())
    groups = [("favourites", starred), ("recent", recent)]
    with st.container(key="at_hand"):
        components.shelf(
            {"groups": [{"label": visitor.say(key), "rows": rows} for key, rows in groups if rows]},
            on_open=open_page,
        )


def begin_new(visitor: Visitor) -> None:
    """Opens the form for the new record that was asked for at the top of the sidebar."""
    entity = st.session_state.pop(_NEW, None)
    if entity in visitor.crm.model.entities and visitor.rights(entity).create:
        quick_create(visitor, visitor.entity(entity), {})


def _words(visitor: Visitor, *, may_create: bool) -> dict[str, str]:
    keys = ("find", "find_new", "nothing", "keys", "close", "help")
    words = {key: visitor.say(f"finder_{key}") for key in keys}
    new = visitor.say("finder_new") if may_create else ""
    return words | {"search": visitor.say("search"), "key": "Ctrl K", "new": new}
