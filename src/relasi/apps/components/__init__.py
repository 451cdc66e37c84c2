"""The parts of a page that Streamlit has none for: each a few lines of JavaScript that draw data made in
Python.

They run in the page itself, under their own styles, and put every value on it as text, never as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import streamlit as st


def _component(
    name: str, *parts: str
) -> Any:  # Any: Streamlit's renderer, called with whatever events the component has
    def source(file: str) -> str:
        return resources.files(__package__).joinpath(file).read_text(encoding="utf-8")

    return st.components.v2.component(
        f"relasi_{name}",
        html='<div class="root"></div>',
        css=f"{source('shared.css')}\n{source(f'{name}.css')}",
        js="\n".join(source(f"{each}.js") for each in ("shared", *parts, name)),
    )


_TABLE = _component("table")
_FACTS = _component("facts")
_FIGURES = _component("figures")
_BOARD = _component("board", "dragging")
_CALENDAR = _component("calendar", "dragging")
_TIMELINE = _component("timeline")
_PICKER = _component("picker")
_MENTIONS = _component("mentions")
_FILES = _component("files")
_SIGNATURE = _component("signature")
_ACCOUNT = _component("account")
_KEYS = _component("keys", "stepping")
_CODE = _component("code")
_DIFFERENCE = _component("difference")
_FINDER = _component("finder")
_SHELF = _component("shelf")

_NO_CLASS = re.compile(r"[^a-zA-Z0-9_-]")
"""What Streamlit leaves out of the class that it makes of a key."""

Data = dict[str, Any]  # Any: what JSON can say
Reference = dict[str, str]
"""What a click on a link tells: {"entity": …, "id": …}."""


def table(
    data: Data,
    *,
    key: str,
    on_open: Callable[[Reference], None],
    on_sort: Callable[[str], None] | None = None,
    on_choose: Callable[[list[tuple[str, bool]]], None] | None = None,
    on_save: Callable[[Data], None] | None = None,
) -> None:
    """Records as rows, as cards on a phone. A click opens one; a click on a heading that is sortable asks
    to sort. Rows that are ticked, or not any more, are told by their ids; a cell that was typed into tells
    {"id", "version", "name", "typed"}."""
    _TABLE(
        data=data,
        key=key,
        on_open_change=_told(key, "open", on_open),
        on_sort_change=_told(key, "sort", on_sort),
        on_choose_change=_told(key, "choose", on_choose),
        on_save_change=_told(key, "save", on_save),
    )


def facts(data: Data, *, key: str, on_open: Callable[[Reference], None]) -> None:
    """Fields with their values, in sections."""
    _FACTS(data=data, key=key, on_open_change=_told(key, "open", on_open))


def figures(data: Data, *, key: str, on_open: Callable[[Reference], None]) -> None:
    """A number, or groups as rows with bars. A click tells the link of what was clicked."""
    _FIGURES(data=data, key=key, on_open_change=_told(key, "open", on_open))


def board(
    data: Data,
    *,
    key: str,
    on_open: Callable[[Reference], None],
    on_drop: Callable[[Data], None],
    on_more: Callable[[str], None],
) -> None:
    """Columns of cards. A card that is put into another column tells {"id", "version", "to"}, "more" the
    column of which more is wanted."""
    _BOARD(
        data=data,
        key=key,
        on_open_change=_told(key, "open", on_open),
        on_drop_change=_told(key, "drop", on_drop),
        on_more_change=_told(key, "more", on_more),
    )


def calendar(
    data: Data,
    *,
    key: str,
    on_open: Callable[[Reference], None],
    on_drop: Callable[[Data], None],
    on_new: Callable[[str], None],
    on_look: Callable[[str], None],
) -> None:
    """Days with entries. An entry that is put on another day tells {"id", "version", "from", "to"}; a click
    on a day tells that day, and one on "more" which day is to be looked at."""
    _CALENDAR(
        data=data,
        key=key,
        on_open_change=_told(key, "open", on_open),
        on_drop_change=_told(key, "drop", on_drop),
        on_new_change=_told(key, "new", on_new),
        on_look_change=_told(key, "look", on_look),
    )


def timeline(data: Data, *, key: str, on_open: Callable[[Reference], None]) -> None:
    """What happened, newest first, with a choice of kinds that the browser makes by itself."""
    _TIMELINE(data=data, key=key, on_open_change=_told(key, "open", on_open))


def mentions(area: str, asks: str, *, key: str) -> None:
    """Colleagues to name with an @ in the text box whose key is `area`; `asks` is what tells who may be."""
    _MENTIONS(data={"area": f"st-key-{_NO_CLASS.sub('-', area)}", "asks": asks}, key=key)


def picker(data: Data, *, key: str, on_create: Callable[[Data], None] | None = None) -> Data | None:
    """A box to find one record by typing; gives {"entity", "id", "title"} or None. Tells {"entity", "typed"}
    where one shall be made."""
    chosen: Data | None = _PICKER(
        data=data,
        key=key,
        default={"value": data["value"]},
        on_value_change=lambda: None,
        on_create_change=_told(key, "create", on_create),
    ).value
    return chosen


def files(data: Data, *, key: str) -> list[Data]:
    """A place to put files, each of which is sent at once; gives those that are there."""
    return _held(_FILES, data, key)


def signature(data: Data, *, key: str) -> list[Data]:
    """A place to sign by hand; gives the one file that it is kept in, or none."""
    return _held(_SIGNATURE, data, key)


def _held(component: Any, data: Data, key: str) -> list[Data]:  # Any: Streamlit's renderer
    held: list[Data] = component(
        data=data, key=key, default={"value": data["value"]}, on_value_change=lambda: None
    ).value
    return held


def account(data: Data) -> None:
    """Who is signed in, and the way out."""
    _ACCOUNT(data=data, key="account")


def code(data: Data, *, key: str, on_review: Callable[[str], None], on_open: Callable[[Data], None]) -> None:
    """A YAML text to be changed, with what is wrong in it. It sends what is typed by itself; Ctrl+S asks to
    review it, a click on a mistake in another file to open that one."""
    _CODE(
        data=data,
        key=key,
        on_review_change=_told(key, "review", on_review),
        on_open_change=_told(key, "open", on_open),
    )


def difference(data: Data, *, key: str) -> None:
    """Lines that went and lines that came."""
    _DIFFERENCE(data=data, key=key)


def keys() -> None:
    """Makes shortcuts save what is still being typed, and the browser's *back* lead to the page before; draws
    nothing."""
    _KEYS(key="keys", height=0)


def finder(data: Data, *, on_open: Callable[[Data], None], on_new: Callable[[str], None]) -> None:
    """The way to everything by its name, and the keys that lead there. Tells the `path` and `query` of what
    was chosen, or the entity of which there is to be a new record."""
    _FINDER(
        data=data,
        key="finder",
        on_open_change=_told("finder", "open", on_open),
        on_new_change=_told("finder", "new", on_new),
    )


def shelf(data: Data, *, on_open: Callable[[Data], None]) -> None:
    """Records to have at hand, in groups."""
    _SHELF(data=data, key="shelf", on_open_change=_told("shelf", "open", on_open))


def _told(
    key: str, event: str, act: Callable[[Any], None] | None
) -> Callable[[], None]:  # Any: the event's value
    def told() -> None:
        value = st.session_state[key].get(event)
        if act is not None and value is not None:
            act(value)

    return told
