"""A condition that people write: its text, a builder beside it, and whom it finds now."""

from __future__ import annotations

from typing import Any

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.screens.filterbar import CONTROLS
from relasi.apps.visitor import Visitor
from relasi.errors import Invalid
from relasi.records import ListRequest
from relasi.reports.filters import condition
from relasi.reports.listed import Listed, in_words
from relasi.schema.fields.expression import ExpressionField
from relasi.schema.model import Entity, Field

_COUNTED = 1_000_000
_SHOWN = 5
"""Records of which the name is shown."""


def ask_condition(field: Field, label: str, usual: dict[str, Any], visitor: Visitor) -> str:
    """`usual` are parameters that all controls take; the text is under its key."""
    assert isinstance(field.type, ExpressionField)
    entity = visitor.entity(field.type.of)
    text = st.text_area(label, **usual | {"on_change": "rerun"}, height=90)
    with st.popover(visitor.say("condition_build"), icon=":material/tune:", width="content"):
        _builder(entity, str(usual["key"]), visitor)
    if text and text.strip():
        st.markdown(_found(entity, text, visitor))
    return text or ""


def _builder(entity: Entity, key: str, visitor: Visitor) -> None:
    """What a list is filtered by makes a condition, too, which goes behind what is there."""
    listed = Listed.of(visitor, entity)
    name = st.selectbox(
        visitor.say("filter_by"),
        list(listed.ways),
        index=None,
        format_func=lambda each: visitor.field_label(listed.fields[each]),
        placeholder=visitor.say("choose_fields"),
        key=f"{key}.by",
    )
    if name is None:
        return
    values = CONTROLS[listed.ways[name]](visitor, listed.fields[name], f"{key}.by.{name}", ())
    built = condition(listed.fields[name], listed.ways[name], values) if any(values) else None

    def add() -> None:
        before = (st.session_state.get(key) or "").strip()
        st.session_state[key] = f"({before}) and ({built})" if before else built

    st.button(visitor.say("condition_add"), key=f"{key}.add", disabled=built is None, on_click=add)


def _found(entity: Entity, text: str, visitor: Visitor) -> str:
    """The condition in words, how many records meet it now, and the first of them; or what is wrong."""
    records = visitor.crm.records
    try:
        found = records.condition(visitor.actor, entity.name, text.strip())
    except Invalid as invalid:
        return " ".join(f":red[{plain(issue.text(visitor.language))}]" for issue in invalid.issues)
    request = ListRequest(entity.name, where=(found,), fields=(), limit=_SHOWN)
    names = ", ".join(record.title for record in records.list(visitor.actor, request).records)
    number = _number(visitor, entity, request)
    words = plain(in_words(visitor, entity.name, text.strip()))
    return f":gray[:small[{words}]]  \n**{plain(number)}**" + (f" :small[{plain(names)}]" if names else "")


def finds(visitor: Visitor, entity: Entity, text: str) -> str:
    """How many records meet the condition now; nothing where the visitor may not ask."""
    try:
        found = visitor.crm.records.condition(visitor.actor, entity.name, text)
    except Invalid:
        return ""
    return _number(visitor, entity, ListRequest(entity.name, where=(found,), fields=()))


def _number(visitor: Visitor, entity: Entity, request: ListRequest) -> str:
    count = visitor.crm.records.count(visitor.actor, request, _COUNTED).number
    return visitor.of("condition_finds", entity, count=visitor.number(count))
