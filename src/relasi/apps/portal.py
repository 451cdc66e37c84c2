"""One run of the script: who is it, where may they go, and the page they are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from importlib import resources

import streamlit as st

from relasi.apps import components, mishaps
from relasi.apps.finding import Finder
from relasi.apps.icons import icon
from relasi.apps.language import NAMES
from relasi.apps.places import (
    ABSENCE,
    ACCOUNT,
    AUTOMATION,
    DATA_QUALITY,
    FORMS,
    INBOX,
    OUTBOX,
    PEOPLE,
    PERSONAL_DATA,
    STUDIO,
    Here,
    Place,
    beginning,
    desks,
    overviews,
    reachable,
)
from relasi.apps.screens.absence import absence_page
from relasi.apps.screens.account import account_page
from relasi.apps.screens.dashboard import dashboard_page
from relasi.apps.screens.entity import entity_page
from relasi.apps.screens.finder import begin_new, find
from relasi.apps.screens.inbox import inbox_page, waiting
from relasi.apps.screens.outbox import outbox_page, undelivered
from relasi.apps.screens.people import people_page
from relasi.apps.screens.personal_data import personal_data_page
from relasi.apps.screens.quality import quality_page
from relasi.apps.screens.runs import failures, runs_page
from relasi.apps.screens.webforms import webforms_page
from relasi.apps.site import Site
from relasi.apps.studio.page import drafts_waiting, studio_page
from relasi.apps.visitor import Visitor, arrive, speak
from relasi.texts import say


def run(site: Site) -> None:
    visitor = arrive(site)
    st.set_page_config(layout="wide", page_title=site.crm().model.settings.name, page_icon=_MARK)
    st.html(f"<style>{_STYLE}</style>")
    st.logo(_brand(site.crm().model.settings.name), size="large")
    if visitor is None:
        _signed_out(site)
        return
    pages: dict[Place, st.Page] = {}
    ways: dict[str, st.Page] = {}
    departments, found = visitor.crm.model.departments, reachable(visitor, site.department)
    sections = {
        visitor.label(departments[name].label): [
            *_dashboards(visitor, name, pages, ways),
            *(_page(Here(visitor, place, pages, ways), pages) for place in places),
        ]
        for name, places in found.items()
    }
    if not pages:
        _nowhere(visitor)
        return
    ways |= _desks(visitor, pages, ways)
    every = {each.url_path: each for some in (ways.values(), *sections.values()) for each in some}
    start = _start(visitor, every[beginning(visitor, found)])
    page = st.navigation({"": [start, *ways.values()], **sections}, expanded=True)
    finder = Finder.of(visitor, found, page.url_path.partition("-")[0])
    _sidebar(visitor, partial(find, visitor, finder, every))
    begin_new(visitor)
    page.run()


def _page(here: Here, pages: dict[Place, st.Page]) -> st.Page:
    visitor, place, entity = here.visitor, here.place, here.entity
    page = st.Page(
        partial(entity_page, here),
        title=visitor.label(entity.plural),
        icon=icon(entity.icon),
        url_path=place.path,
        visibility="visible" if place.listed else "hidden",
    )
    pages[place] = page
    return page


def _dashboards(
    visitor: Visitor, department: str, pages: dict[Place, st.Page], ways: Mapping[str, st.Page]
) -> Iterator[st.Page]:
    """Those of a department. What they count is opened in the same department."""
    for path, each in overviews(visitor, department).items():
        here = Here(visitor, Place(department, each.tiles[0].entity), pages, ways)
        title = visitor.label(each.label)
        yield st.Page(partial(dashboard_page, here, each), title=title, icon=icon(each.icon), url_path=path)


def _desks(
    visitor: Visitor, pages: Mapping[Place, st.Page], ways: Mapping[str, st.Page]
) -> dict[str, st.Page]:
    """The pages that belong to no department. Their links lead to the departments' pages."""
    here = Here(visitor, next(iter(pages)), pages, ways)
    found = {}
    for path in desks(visitor):
        desk = _DESKS[path]
        number = desk.waiting(visitor)
        title = visitor.say(path) + (f" ({visitor.number(number)})" if number else "")
        found[path] = st.Page(partial(desk.show, here), title=title, icon=icon(desk.picture), url_path=path)
    return found


def _start(visitor: Visitor, first: st.Page) -> st.Page:
    """The page behind "/": it opens what the day begins with, which so keeps an address of its own."""
    name = visitor.crm.model.settings.name
    return st.Page(
        partial(st.switch_page, first), title=name, url_path="start", default=True, visibility="hidden"
    )


def _sidebar(visitor: Visitor, above: Callable[[], None] = lambda: None) -> None:
    with st.sidebar:
        above()
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
    """What there is for somebody whose roles open no department."""

    def start() -> None:
        st.title(visitor.say("nowhere"))
        st.write(visitor.say("nowhere_more"))

    name, own = visitor.crm.model.settings.name, partial(account_page, visitor)
    account = st.Page(own, title=visitor.say(ACCOUNT), icon=icon(_ACCOUNT), url_path=ACCOUNT)
    page = st.navigation([st.Page(start, title=name, default=True), account])
    _sidebar(visitor)
    page.run()


def _brand(name: str) -> str:
    """The mark with the name of the company beside it."""
    width = 44 + sum(15 if letter.isupper() else 11 for letter in name)
    return _LOGO.replace("{name}", escape(name)).replace("{width}", str(width))


@dataclass(frozen=True, slots=True)
class _Desk:
    """`waiting` is how much there is to do, which the menu says."""

    show: Callable[[Here], None]
    picture: str
    waiting: Callable[[Visitor], int] = lambda _visitor: 0


_ACCOUNT = "manage_accounts"
_DESKS = {
    PERSONAL_DATA: _Desk(personal_data_page, "shield_person"),
    DATA_QUALITY: _Desk(quality_page, "rule"),
    INBOX: _Desk(inbox_page, "inbox", waiting),
    ABSENCE: _Desk(absence_page, "event_busy"),
    ACCOUNT: _Desk(lambda here: account_page(here.visitor), _ACCOUNT),
    PEOPLE: _Desk(people_page, "group"),
    STUDIO: _Desk(studio_page, "construction", drafts_waiting),
    AUTOMATION: _Desk(runs_page, "bolt", failures),
    OUTBOX: _Desk(outbox_page, "outbox", undelivered),
    FORMS: _Desk(webforms_page, "dynamic_form"),
}
"""By their addresses."""
_LOGO = resources.files(__package__).joinpath("logo.svg").read_text(encoding="utf-8")
_MARK = _LOGO.replace("{name}", "").replace("{width}", "32")
_STYLE = resources.files(__package__).joinpath("portal.css").read_text(encoding="utf-8")
