"""Records that may be the one in a form: shown where it is saved, each a link that leaves what was typed."""

from __future__ import annotations

import streamlit as st

from relasi.apps.draft import Draft
from relasi.apps.markdown import plain
from relasi.apps.places import address_of
from relasi.apps.visitor import Visitor
from relasi.records.steps.twins import Twin


def draw_twins(visitor: Visitor, draft: Draft) -> None:
    """Nothing where the form is like no record."""
    if not draft.alike:
        return
    with st.container(border=True, key=f"{draft.key}.twins", gap="small"):
        st.markdown(f":material/content_copy: **{visitor.of('twins_title', draft.entity)}**")
        for issue in draft.alike:
            twins = issue.params.get("twins", ())
            if not isinstance(twins, tuple) or not twins or issue.field:
                st.write(plain(issue.text(visitor.language)))
                continue
            places = [(draft.entity.name, each.id) for each in twins]
            titles = visitor.crm.records.titles(visitor.actor, places)
            for place, twin in zip(places, twins, strict=True):
                _line(visitor, draft, twin, titles.get(place, ""))
        st.caption(visitor.of("twins_hint", draft.entity))


def _line(visitor: Visitor, draft: Draft, twin: Twin, title: str) -> None:
    href = address_of(visitor, draft.entity.name, twin.id)
    name = f"[{plain(title)}]({href})" if href else plain(title)
    st.markdown(f"{name} · {plain(visitor.label(twin.label))} · {visitor.share(twin.likeness)}")
