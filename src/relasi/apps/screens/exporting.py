"""Taking rows that were chosen by hand away as a file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.errors import RelasiError
from relasi.exporting.export import Wanted, purposes_of
from relasi.exporting.files import formats_of
from relasi.records import ListRequest


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
        st.download_button(
            visitor.say(f"export_{format_.value}"),
            partial(_made, here, Wanted(request, format_, visitor.language, purpose)),
            file_name=f"{label}.{format_.value}",
            mime=format_.media_type,
            type="tertiary",
            key=f"{key}.{format_.value}",
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
