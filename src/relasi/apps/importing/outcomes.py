"""What became of rows, or would, in words and colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from relasi.apps.importing.words import told, unlinked
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.importing.report import Action, Reason, RowOutcome
from relasi.schema.model import Entity

COLORS = {
    Action.CREATED: "green",
    Action.UPDATED: "blue",
    Action.UNCHANGED: "gray",
    Action.SKIPPED: "gray",
    Action.MERGED: "gray",
    Action.REFUSED: "red",
}
_TOLD = 20


def badges(visitor: Visitor, counts: Mapping[str, int]) -> str:
    """How many rows there are of each kind, as Markdown."""
    found = [(action, counts[action.value]) for action in Action if counts.get(action.value)]
    return " ".join(
        f":{COLORS[action]}-badge[{plain(told(visitor, action.value))}: {visitor.number(count)}]"
        for action, count in found
    )


def show_refused(here: Here, outcomes: Sequence[RowOutcome]) -> None:
    """The first of them with their lines and reasons."""
    visitor = here.visitor
    if not outcomes:
        return
    line = plain(told(visitor, "line"))
    lines = [
        f"- **{line} {each.line}**: {unlinked(reasons(visitor, here.entity, each.reasons))}"
        for each in outcomes[:_TOLD]
    ]
    st.markdown("\n".join(lines))
    if len(outcomes) > _TOLD:
        st.caption(told(visitor, "refused_more", count=visitor.number(len(outcomes) - _TOLD)))


def reasons(visitor: Visitor, entity: Entity, why: Iterable[Reason]) -> str:
    """With the names of the fields that the visitor sees."""
    hidden = visitor.hidden(entity)
    seen = (replace(each, field=None) if each.field in hidden else each for each in why)
    return "; ".join(each.text(entity, visitor.language) for each in seen)
