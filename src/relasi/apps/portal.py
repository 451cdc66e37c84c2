"""One run of the script: who is it, where may they go, and the page they are on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from importlib import resources

import streamlit as st

from relasi.apps import components, mishaps
from relasi.apps.icons import icon
from relasi.apps.language import NAMES
from relasi.apps.places import ABSENCE, INBOX, OUTBOX, Here, Place, desks, reachable
from relasi.apps.screens.absence import absence_page
from relasi.apps.screens.entity import entity_page
from relasi.apps.screens.inbox import inbox_page, waiting
from relasi.apps.screens.outbox import outbox_page
from relasi.apps.site import Site
from relasi.apps.visitor import Visitor, arrive, speak
from relasi.texts import say


def run(site: Site) -> None:
    visitor = arrive(site)
    st.set_page_config(
        layout="wide", page_title=site.crm().model.settings.name, page_icon=":material/join_inner:"
    )
    st.html(f"<style>{_STYLE}</style>")
    st.logo(_brand(site.crm().model.settings.name), size="large")
    if visitor is None:
        _signed_out(site)
        return
    pages: dict[Place, st.Page] = {}
    departments = visitor.crm.model.departments
    sections = {
        visitor.label(departments[name].label): [_page(visitor, place, pages) for place in found]
        for name, found in reachable(visitor, site.department).items()
    }
    if not pages:
        _nowhere(visitor)
        return
    own = [_start(visitor, pages), *_desks(visitor, pages)]
    page = st.navigation({"": own, **sections}, expanded=True)
    _sidebar(visitor)
    page.run()


def _page(visitor: Visitor, place: Place, pages: dict[Place, st.Page]) -> st.Page:
    entity = visitor.entity(place.entity)
    page = st.Page(
        partial(entity_page, Here(visitor, place, pages)),
        title=visitor.label(entity.plural),
        icon=icon(entity.icon),
        url_path=place.path,
        visibility="visible" if place.listed else "hidden",
    )
    pages[place] = page
    return page


def _desks(visitor: Visitor, pages: Mapping[Place, st.Page]) -> Iterator[st.Page]:
    """The pages that belong to no department. Their links lead to the departments' pages."""
    here = Here(visitor, next(iter(pages)), pages)
    for path in desks(visitor):
        show, picture = _DESKS[path]
        number = waiting(visitor) if path == INBOX else 0
        title = visitor.say(path) + (f" ({visitor.number(number)})" if number else "")
        yield st.Page(partial(show, here), title=title, icon=icon(picture), url_path=path)


def _start(visitor: Visitor, pages: Mapping[Place, st.Page]) -> st.Page:
    """The page behind "/": it opens the first of the menu, which so keeps an address of its own."""
    first = Here(visitor, next(iter(pages)), pages)
    name = visitor.crm.model.settings.name
    return st.Page(first.go, title=name, url_path="start", default=True, visibility="hidden")


def _sidebar(visitor: Visitor) -> None:
    with st.sidebar, st.container(key="foot"):
        components.keys()
        _language(visitor)
        initials = "".join(word[0] for word in visitor.user.full_name.split()[:2]).upper()
        components.account(
            {
                "name": visitor.user.full_name,
                "role": visitor.roles(),
                "initials": initials,
                "sign_out": visitor.say("sign_out"),
            }
        )


def _language(visitor: Visitor) -> None:
    offered = [each for each in visitor.crm.model.settings.languages if each in NAMES]
    if len(offered) < 2:
        return

    def changed() -> None:
        if chosen := st.session_state["language"]:
            speak(visitor, chosen)

    st.session_state["language"] = visitor.language
    st.segmented_control(
        visitor.say("language"),
        offered,
        format_func=lambda each: NAMES[each],
        key="language",
        label_visibility="collapsed",
        on_change=changed,
        required=True,
    )


def _signed_out(site: Site) -> None:
    language = st.session_state.get(mishaps.LANGUAGE, site.crm().model.settings.languages[0])
    st.navigation([st.Page(lambda: None, title=site.crm().model.settings.name)], position="hidden")
    st.title(say(language, "apps.signed_out"))
    st.write(say(language, "apps.signed_out_more"))
    st.html(f'<a href="/sign-in" target="_self">{say(language, "apps.sign_in")}</a>')


def _nowhere(visitor: Visitor) -> None:
    st.navigation([st.Page(lambda: None, title=visitor.crm.model.settings.name)], position="hidden")
    _sidebar(visitor)
    st.title(visitor.say("nowhere"))
    st.write(visitor.say("nowhere_more"))


def _brand(name: str) -> str:
    """The mark with the name of the company beside it."""
    width = 44 + sum(15 if letter.isupper() else 11 for letter in name)
    return _LOGO.replace("{name}", escape(name)).replace("{width}", str(width))


_DESKS = {
    INBOX: (inbox_page, "inbox"),
    ABSENCE: (absence_page, "event_busy"),
    OUTBOX: (outbox_page, "outbox"),
}
"""By their addresses: what shows them, and their pictures."""
_LOGO = resources.files(__package__).joinpath("logo.svg").read_text(encoding="utf-8")
_STYLE = resources.files(__package__).joinpath("portal.css").read_text(encoding="utf-8")
