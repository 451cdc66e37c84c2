"""Taking rows away as a file: those that were chosen by hand, and papers, which take their time."""

from __future__ import annotations

from functools import partial

import streamlit as st

from relasi.apps.making import Making
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.errors import RelasiError
from relasi.exporting.export import Wanted, purposes_of
from relasi.exporting.files import Format, formats_of
from relasi.exporting.papers import MOST
from relasi.records import ListRequest

_GLANCE = 0.3
"""Seconds between two looks at what is being made."""


def ask_purpose(here: Here, names: tuple[str, ...], key: str) -> str | None:
    """What people's data are taken away for: one of these; None until it is said."""
    visitor = here.visitor
    known = visitor.crm.model.settings.outside.purposes
    chosen: str | None = st.selectbox(
        visitor.say("export_for"),
        names,
        index=0 if len(names) == 1 else None,
        format_func=lambda name: visitor.label(known[name].label),
        help=visitor.say("export_for_more"),
        placeholder="…",
        key=key,
    )
    return chosen


def ask_format(here: Here, request: ListRequest, key: str) -> None:
    """The records of a request as a file that is made when it is asked for."""
    visitor, entity = here.visitor, here.entity
    names = purposes_of(entity.fields[name] for name in request.fields or ())
    purpose = ask_purpose(here, names, f"{key}.purpose") if names else None
    if names and purpose is None:
        return
    label = visitor.label(entity.plural)
    for format_ in formats_of(entity.fields[name] for name in request.fields or ()):
        if format_ is Format.PDF:
            papers_button(here, request, f"{key}.pdf", purpose=purpose)
            continue
        st.download_button(
            visitor.say(f"export_{format_.value}"),
            partial(_made, here, Wanted(request, format_, visitor.language, purpose)),
            file_name=f"{label}.{format_.value}",
            mime=format_.media_type,
            type="tertiary",
            key=f"{key}.{format_.value}",
            on_click="ignore",
        )


def papers_button(
    here: Here, request: ListRequest, key: str, *, label: str | None = None, purpose: str | None = None
) -> None:
    """The papers of a request as one PDF; where it must be said what for and was not yet, that is asked."""
    label = label or here.visitor.say("export_pdf")
    if st.button(label, type="tertiary", icon=":material/picture_as_pdf:", key=key):
        _bind(here, request, key, label=label, purpose=purpose)


def _bind(here: Here, request: ListRequest, key: str, *, label: str, purpose: str | None) -> None:
    visitor = here.visitor

    @st.dialog(label, icon=":material/picture_as_pdf:")
    def bind() -> None:
        names = purposes_of(here.entity.fields[name] for name in request.fields or ())
        said = ask_purpose(here, names, f"{key}.purpose") if names and purpose is None else purpose
        st.caption(visitor.say("papers_most", most=visitor.number(MOST)))
        if names and said is None:
            return
        wanted, place = Wanted(request, Format.PDF, visitor.language, said), f"{key}.made"
        making: Making | None = st.session_state.get(place)
        if making is not None and making.wanted == wanted:
            _follow(here, making, place)
        elif st.button(visitor.say("papers_begin"), type="primary", key=f"{key}.begin"):
            making = st.session_state[place] = Making(visitor, wanted)
            making.begin()
            st.rerun(scope="fragment")

    bind()


def _follow(here: Here, making: Making, place: str) -> None:
    """How far it is; a click, or going elsewhere, ends the watching and not the making."""
    visitor = here.visitor

    def drop() -> None:
        making.stop()
        del st.session_state[place]

    if not making.wait(0):
        bar = st.progress(0.0)
        st.button(visitor.say("cancel"), icon=":material/stop_circle:", key=f"{place}.stop", on_click=drop)
        while not making.wait(_GLANCE):
            done, total = visitor.number(making.done), visitor.number(making.total)
            bar.progress(
                making.done / max(making.total, 1), visitor.say("papers_running", done=done, total=total)
            )
        st.rerun(scope="fragment")
    if making.failure:
        st.error(plain(making.failure), icon=":material/error:")
        st.button(visitor.say("papers_anew"), key=f"{place}.anew", on_click=drop)
        return
    st.download_button(
        visitor.say("papers_take", count=visitor.number(making.count)),
        making.content,
        file_name=f"{visitor.label(here.entity.plural)}.pdf",
        mime=Format.PDF.media_type,
        type="primary",
        icon=":material/download:",
        key=f"{place}.take",
        on_click="ignore",
    )


def _made(here: Here, wanted: Wanted) -> bytes:
    visitor = here.visitor
    try:
        with visitor.crm.exporter.export(visitor.actor, wanted) as made:
            return made.content.read()
    except RelasiError as failure:
        st.toast(plain(failure.text(visitor.language)), icon=":material/error:")
        raise
