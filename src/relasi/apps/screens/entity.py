"""Which page of an entity the address asks for."""

from __future__ import annotations

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.access import access_page
from relasi.apps.screens.edit import edit_page, new_page
from relasi.apps.screens.list import forget, list_page
from relasi.apps.screens.merging import merge_page
from relasi.apps.screens.privacy import privacy_page
from relasi.apps.screens.record import record_page
from relasi.apps.screens.working import working_page
from relasi.errors import Merged, NotFound, RelasiError


def entity_page(here: Here) -> None:
    """`?id=` is a record, with `&edit` its form, with `&access` who sees it, with `&merge` what it may be one
    with, with `&privacy` what its person agreed to; `?new` an empty form; `?work` a list record by record;
    everything else the lists."""
    query = st.query_params
    if query.keys() & {"new", "id", "work"}:
        forget(here)
    try:
        if "new" in query:
            new_page(here)
        elif "id" in query and "edit" in query:
            edit_page(here, query["id"])
        elif "id" in query and "access" in query:
            access_page(here, query["id"])
        elif "id" in query and "merge" in query:
            merge_page(here, query["id"])
        elif "id" in query and "privacy" in query:
            privacy_page(here, query["id"])
        elif "id" in query:
            record_page(here, query["id"])
        elif "work" in query:
            working_page(here)
        else:
            list_page(here)
    except Merged as merged:
        here.go({"id": merged.survivor})
    except NotFound as error:
        _nothing(here, error)
    except RelasiError as error:
        st.error(plain(error.text(here.visitor.language)), icon=":material/error:")


def _nothing(here: Here, error: NotFound) -> None:
    """Says what is not there, and leads on."""
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown("# :gray[:material/search_off:]", width="content")
        st.markdown(f"**{plain(error.text(here.visitor.language))}**", width="content")
        label = here.visitor.label(here.entity.plural)
        if st.button(label, icon=":material/arrow_back:", key=here.key("lost")):
            here.go()
