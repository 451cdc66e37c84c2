"""The web forms, for administrators: where they are, how they get into other sites, and what came by them."""

from __future__ import annotations

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.apps.webforms.pages import embedding
from relasi.apps.words.moments import ago
from relasi.messages.incoming import KEPT
from relasi.messages.webforms import PATH
from relasi.schema.model.webform import WebForm


def webforms_page(here: Here) -> None:
    visitor = here.visitor
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('forms')}", width="content")
    st.markdown(f":gray[{visitor.say('forms_lead')}]")
    for form in visitor.crm.model.webforms.values():
        _form(here, form)


def _form(here: Here, form: WebForm) -> None:
    visitor = here.visitor
    outside = visitor.crm.model.settings.outside.address
    address = f"{outside}{PATH}/{form.name}"
    with st.container(border=True, key=f"form-{form.name}", gap="xsmall"):
        badge = ":green-badge" if form.is_open else ":gray-badge"
        word = visitor.say("forms_open" if form.is_open else "forms_closed")
        st.markdown(f"{badge}[{word}] **{plain(visitor.label(form.label))}**")
        st.markdown(f":gray[{_came(visitor, form)}]")
        if form.fills:
            st.markdown(visitor.say("forms_by_link"))
            return
        with st.container(horizontal=True):
            open_it = visitor.say("forms_look")
            st.link_button(open_it, f"{PATH}/{form.name}", icon=":material/open_in_new:", type="tertiary")
            with st.popover(visitor.say("forms_link"), icon=":material/link:", type="tertiary"):
                st.code(address, language=None, wrap_lines=True)
            with st.popover(visitor.say("forms_embed"), icon=":material/code:", type="tertiary"):
                _embedding(visitor, form, outside)
            _records(here, form)


def _came(visitor: Visitor, form: WebForm) -> str:
    now = visitor.crm.clock()
    with visitor.crm.store.session(write=False) as session:
        came = session.correspondence.came(form.way_in, since=now - KEPT)
    if came.latest is None:
        return visitor.say("forms_none", days=KEPT.days)
    latest = ago(came.latest, now, visitor.showing())
    return visitor.say("forms_came", count=visitor.number(came.count), days=KEPT.days, latest=latest)


def _embedding(visitor: Visitor, form: WebForm, outside: str) -> None:
    """Code that no site may use would only disappoint."""
    if form.origins:
        st.markdown(visitor.say("forms_sites", sites=", ".join(map(plain, form.origins))))
        st.code(embedding(outside, form), language="html", wrap_lines=True)
    else:
        st.markdown(visitor.say("forms_no_sites", file=f"config/forms/{form.name}.yaml"))


def _records(here: Here, form: WebForm) -> None:
    there = here.at(form.entity)
    if there is not None:
        label = here.visitor.label(here.visitor.entity(form.entity).plural)
        if st.button(label, icon=":material/arrow_forward:", key=f"form-open-{form.name}", type="tertiary"):
            there.go()
