"""Who looks at the page: the user of this session, what they may do, and their language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from relasi.apps import mishaps
from relasi.apps.markdown import plain
from relasi.apps.site import COOKIE, SECURE_COOKIE, Site
from relasi.errors import RelasiError
from relasi.platform.again import begun_again
from relasi.records import Source
from relasi.reports.onlooker import Onlooker
from relasi.runtime import Crm
from relasi.schema.fields.base import Reading
from relasi.store.users import User
from relasi.texts import LANGUAGES


@dataclass(frozen=True)
class Visitor(Onlooker):
    """One user on one run of a page."""

    crm: Crm

    @cached_property
    def reading(self) -> Reading:
        return self.crm.reading(self.language)

    @cached_property
    def people(self) -> tuple[User, ...]:
        return self.crm.records.users(self.actor)

    def roles(self) -> str:
        roles = self.crm.model.roles
        return ", ".join(self.label(roles[role].label) for role in self.user.roles if role in roles)


def visitor_of(crm: Crm, user: User) -> Visitor:
    language = user.language if user.language in LANGUAGES else crm.model.settings.languages[0]
    return Visitor(crm.records, user, crm.actor(user, Source.PAGE), language, crm)


def arrive(site: Site) -> Visitor | None:
    """The visitor behind this run; None when they have signed out meanwhile, in this tab or another."""
    user = site.user_of(token_here())
    if user is None:
        return None
    visitor = visitor_of(site.crm(), user)
    st.session_state[mishaps.LANGUAGE] = visitor.language
    return visitor


def token_here() -> str:
    """That of the session which this page is in."""
    cookies = st.context.cookies
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE) or ""


def speak(visitor: Visitor, language: str) -> None:
    """Changes the user's language for good. A database that cannot be written leaves it as it was."""
    try:
        _note_language(visitor, language)
    except RelasiError as failure:
        st.toast(plain(failure.text(visitor.language)), icon=":material/error:")


@begun_again
def _note_language(visitor: Visitor, language: str) -> None:
    with visitor.crm.store.session() as session:
        session.users.set_language(visitor.user.id, language)
