"""In the inbox: the records that others have let the visitor into for a while."""

from __future__ import annotations

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.words.shares import day_of, told


def waiting(visitor: Visitor) -> int:
    """They ask for nothing."""
    return 0


def show(here: Here) -> None:
    visitor, shares = here.visitor, here.visitor.actor.shares
    titles = visitor.crm.records.titles(visitor.actor, [(each.entity, each.record_id) for each in shares])
    names = {user.id: user.full_name for user in visitor.people}
    for share in sorted(shares, key=lambda each: each.last):
        title, there = titles.get((share.entity, share.record_id)), here.at(share.entity)
        if title is None or there is None:
            continue
        with st.container(border=True, key=f"shared-{share.id}", gap="xsmall"):
            label = plain(title or visitor.say("untitled"))
            if st.button(
                label, icon=":material/arrow_forward:", key=f"shared-open-{share.id}", type="tertiary"
            ):
                there.go({"id": share.record_id})
            by = names.get(share.by or "", visitor.crm.model.settings.name)
            until = told(visitor, "until", day=day_of(visitor, share.last))
            st.caption(plain(f"{until} · {told(visitor, 'by', person=by, reason=share.reason)}"))
    if not titles:
        st.markdown(f":gray[{told(visitor, 'with_me_none')}]")
