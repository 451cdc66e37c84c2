"""Somebody else saved the record while this form was open: both values, and a choice for each."""

from __future__ import annotations

import streamlit as st

from relasi.apps.draft import Draft
from relasi.apps.markdown import plain
from relasi.apps.visitor import Visitor
from relasi.records.links import references_of
from relasi.schema.fields.base import Value
from relasi.schema.model import Field


def draw_conflicts(visitor: Visitor, draft: Draft) -> None:
    """Nothing where both sides changed different fields. A choice takes effect at once; saving is another
    step."""
    if not draft.conflicts:
        return
    with st.container(border=True, key=f"{draft.key}.conflicts"):
        for name, (mine, theirs) in draft.conflicts.items():
            field = draft.entity.fields[name]
            words = {
                "mine": visitor.say("mine", value=plain(shown(visitor, field, mine))),
                "theirs": visitor.say("theirs", value=plain(shown(visitor, field, theirs))),
            }
            chosen = st.radio(
                visitor.field_label(field),
                list(words),
                format_func=words.__getitem__,
                key=f"{draft.key}.conflict.{name}.{draft.record.version if draft.record else 0}",
            )
            if chosen == "theirs" and draft.touched(name):
                draft.mine[name] = draft.raw.get(name)
                draft.yield_to_theirs(name)
            elif chosen == "mine" and name in draft.mine:
                draft.raw[name] = draft.mine.pop(name)
                draft.drawn += 1


def shown(visitor: Visitor, field: Field, value: Value) -> str:
    """The value of one side."""
    if value is None:
        return visitor.say("empty")
    references = references_of(field, value)
    titles = visitor.crm.records.titles(visitor.actor, references) if references else {}
    return field.type.show(value, visitor.showing(titles))
