"""A new record beside the page: a form in a drawer, for what belongs to the record on the page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from relasi.apps.icons import icon
from relasi.apps.markdown import plain
from relasi.apps.opening import open_draft
from relasi.apps.screens.edit import run_form
from relasi.apps.visitor import Visitor
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity


def quick_create(visitor: Visitor, entity: Entity, given: Mapping[str, Value]) -> None:
    """Opens the drawer; when it is saved, the page is drawn again."""
    key = f"quick.{entity.name}.{sorted(given.items())}"

    @st.dialog(
        visitor.of("new", entity),
        position="right",
        width="medium",
        icon=icon(entity.icon),
    )
    def drawer() -> None:
        draft = open_draft(visitor, key, entity, None, given)
        if record := run_form(visitor, draft, st.rerun):
            st.toast(visitor.say("saved", title=plain(record.title)), icon=":material/check:")
            st.rerun()

    drawer()
