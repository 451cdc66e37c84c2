"""Which page of an entity the address asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from relasi.apps.importing.page import import_page
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
    `?import` the way in for a file; everything else the lists."""
    if st.query_params.keys() & {"new", "id", "work", "import"}:
        forget(here)
    try:
        _draw(here)
    except Merged as merged:
        here.go({"id": merged.survivor})
    except NotFound as error:
        _nothing(here, error)
    except RelasiError as error:
        st.error(plain(error.text(here.visitor.language)), icon=":material/error:")


def _draw(here: Here) -> None:
    query = st.query_params
    if "id" in query and "new" not in query:
        draw = next((page for name, page in _OF_ONE.items() if name in query), record_page)
        draw(here, query["id"])
    else:
        next((page for name, page in _OTHERS.items() if name in query), list_page)(here)


def _nothing(here: Here, error: NotFound) -> None:
    """Says what is not there, and leads on."""
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown("# :gray[:material/search_off:]", width="content")
        st.markdown(f"**{plain(error.text(here.visitor.language))}**", width="content")
        label = here.visitor.label(here.entity.plural)
        if st.button(label, icon=":material/arrow_back:", key=here.key("lost")):
            here.go()


_OF_ONE: Mapping[str, Callable[[Here, str], None]] = {
    "edit": edit_page,
    "access": access_page,
    "merge": merge_page,
    "privacy": privacy_page,
}
_OTHERS: Mapping[str, Callable[[Here], None]] = {
    "new": new_page,
    "work": working_page,
    "import": import_page,
}
