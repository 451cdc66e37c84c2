"""What was published by whom, file by file; the last of it can be taken back, older versions opened again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.site import here as site_here
from relasi.apps.studio.desk import people, told, workshop_of
from relasi.apps.studio.diff import show_difference
from relasi.apps.studio.editor import replaced
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import ago
from relasi.errors import ProjectInvalid, RelasiError
from relasi.store.authoring import Published
from relasi.studio.publishing import take_back
from relasi.studio.workshop import Workshop

_SHOWN = 60
_ASKED = "studio-take-back"


def history_part(here: Here) -> None:
    visitor, workshop = here.visitor, workshop_of(here.visitor)
    with visitor.crm.store.session(write=False) as session:
        found = session.authoring.history(limit=_SHOWN)
        last = session.authoring.last()
    if not found:
        st.markdown(f":gray[{told(visitor, 'no_history')}]")
        return
    newest = last[0].deployment_id if last else None
    for key, group in groupby(found, lambda each: each.deployment_id):
        _publication(visitor, workshop, key, list(group), is_last=key == newest)


def _publication(
    visitor: Visitor, workshop: Workshop, key: str, files: Sequence[Published], *, is_last: bool
) -> None:
    first, names = files[0], people(visitor)
    with st.container(border=True, key=f"publication-{key}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            when = ago(first.at, visitor.crm.clock(), visitor.showing())
            who = plain(names.get(first.user_id, first.user_id))
            st.markdown(f"**{who}** :gray[{when}]", width="content")
            if first.taken_back_at:
                by = plain(names.get(first.taken_back_by or "", ""))
                st.markdown(f":gray-badge[{told(visitor, 'taken_back_by', person=by)}]", width="content")
            st.space("stretch")
            if is_last:
                _ask(visitor, workshop, key)
        for each in files:
            with st.expander(each.file, icon=":material/description:"):
                show_difference(visitor, each.before, each.after, key=f"{key}.{each.file}")
                if each.before is not None:
                    st.button(
                        told(visitor, "open_before"),
                        key=f"before-{key}-{each.file}",
                        icon=":material/history:",
                        on_click=lambda each=each: _reopen(workshop, each),
                    )


def _reopen(workshop: Workshop, published: Published) -> None:
    workshop.keep(published.file, published.before or "")
    replaced()
    st.query_params.from_dict({"file": published.file})


def _ask(visitor: Visitor, workshop: Workshop, key: str) -> None:
    with st.popover(told(visitor, "take_back"), icon=":material/undo:"):
        st.markdown(told(visitor, "take_back_help"))
        if st.button(told(visitor, "take_back_sure"), type="primary", key=_ASKED):
            _take_back(visitor, workshop, key)


def _take_back(visitor: Visitor, workshop: Workshop, key: str) -> None:
    try:
        take_back(workshop, key)
    except ProjectInvalid as invalid:
        for each in list(invalid.diagnostics)[:5]:
            st.error(plain(f"{each.span.file}:{each.span.line} {each.message}"), icon=":material/error:")
        return
    except RelasiError as failure:
        st.error(plain(failure.text(visitor.language)), icon=":material/error:")
        return
    site_here().project.look_again()
    replaced()
    st.toast(told(visitor, "taken_back"), icon=":material/check:")
    st.rerun()
