"""People, for administrators: who may sign in, with which roles; inviting somebody, changing, disabling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from relasi.accounts import Accounts
from relasi.accounts.history import Author
from relasi.apps.language import NAMES
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.screens.account_history import account_history
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import ago
from relasi.errors import DuplicateValue, Refused, RelasiError
from relasi.messages.inviting import Inviter
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.email import EmailField
from relasi.store.invitations import Invitation
from relasi.store.users import Post, User
from relasi.texts import say

_SHOWN = 30
_LINK = "people-link"
_ADDRESS = EmailField(type="email")


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of those who are shown, by their ids."""

    with_password: set[str]
    with_provider: set[str]
    with_factor: set[str]
    invited: dict[str, Invitation]
    seen: dict[str, datetime]


def people_page(here: Here) -> None:
    visitor = here.visitor
    words = str(st.session_state.get("people-search") or "")
    with visitor.crm.store.session(write=False) as session:
        count = session.users.count(words)
        found = session.users.search(words, limit=_SHOWN)
        keys = [each.id for each in found]
        standing = _Standing(
            session.users.with_password(keys),
            session.identities.held(keys),
            session.factors.in_use(keys),
            session.invitations.waiting(keys),
            session.sessions.last_seen(keys),
        )
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('people')} :gray[{visitor.number(count)}]", width="content")
    with st.container(horizontal=True, vertical_alignment="center", key="people-bar"):
        st.text_input(
            visitor.say("search"),
            placeholder=_say(visitor, "people_search"),
            label_visibility="collapsed",
            icon=":material/search:",
            width=320,
            key="people-search",
        )
        with st.popover(_say(visitor, "invite"), icon=":material/person_add:", type="primary"):
            _invitation(visitor)
    _link(visitor)
    for user in found:
        _person(visitor, user, standing)
    if not found:
        st.markdown(f":gray[{_say(visitor, 'people_none')}]")
    if count > len(found):
        st.caption(_say(visitor, "people_more", count=_SHOWN))


def _person(visitor: Visitor, user: User, standing: _Standing) -> None:
    with st.container(border=True, key=f"person-{user.id}", horizontal=True, vertical_alignment="center"):
        roles, teams = visitor.crm.model.roles, visitor.crm.model.teams
        held = ", ".join(visitor.label(roles[each].label) for each in user.roles if each in roles)
        post = teams.get(user.post.team or "")
        team = visitor.label(post.label) if post else ""
        line = " · ".join(filter(None, (user.name, user.email, held, team)))
        st.markdown(
            f"**{plain(user.full_name)}** {_badges(visitor, user, standing)}  \n:gray[{plain(line)}]",
            width="stretch",
        )
        if user.id in standing.seen:
            seen = ago(standing.seen[user.id], visitor.crm.clock(), visitor.showing())
            st.caption(_say(visitor, "here_last", when=seen), width="content")
        change = st.popover(
            _say(visitor, "change"),
            type="tertiary",
            icon=":material/edit:",
            key=f"person-change-{user.id}",
            on_change="rerun",
        )
        if change.open:
            with change:
                _change(visitor, user)
                _ways(visitor, user, standing)
                account_history(visitor, user)


def _badges(visitor: Visitor, user: User, standing: _Standing) -> str:
    said = []
    if not user.active:
        said.append(f":gray-badge[{_say(visitor, 'disabled')}]")
    elif user.id in standing.with_provider:
        said.append(f":gray-badge[{_say(visitor, 'by_provider')}]")
    elif user.id not in standing.with_password and visitor.crm.model.settings.sign_in.local:
        word = "invited" if user.id in standing.invited else "not_invited"
        said.append(f":orange-badge[{_say(visitor, word)}]")
    if user.id in standing.with_factor:
        said.append(f":green-badge[{_say(visitor, 'second_factor')}]")
    return " ".join(said)


def _invitation(visitor: Visitor) -> None:
    with st.form("invite", border=False):
        entry = _entry(visitor, None)
        name = st.text_input(visitor.say("name"), max_chars=120, placeholder=_say(visitor, "name_is_email"))
        language = _language(visitor)
        sure = st.form_submit_button(_say(visitor, "invite"), type="primary", icon=":material/send:")
    if sure:
        _tried(visitor, lambda: _invite(visitor, entry, name.strip(), language))


def _invite(visitor: Visitor, entry: _Entry, name: str, language: str) -> str:
    address = _address(visitor, entry)
    name = name or address
    if not name or not entry.full_name or not entry.roles:
        raise Refused("invite_incomplete")
    try:
        user = _accounts(visitor).add(
            name,
            full_name=entry.full_name,
            email=address,
            roles=entry.roles,
            language=language,
            password=None,
            post=Post(entry.team),
        )
    except DuplicateValue:
        raise Refused("user_taken", name=name) from None
    if not visitor.crm.model.settings.sign_in.local:
        return _say(visitor, "person_added", person=user.full_name)
    return _send(visitor, user)


def _send(visitor: Visitor, user: User) -> str:
    crm = visitor.crm
    author = Author(visitor.user.id, "page")
    link = Inviter(crm.model, crm.store, crm.clock, crm.new_id, author).invite(user)
    if link is None:
        return _say(visitor, "invitation_sent", address=user.email)
    st.session_state[_LINK] = (user.full_name, link)
    return _say(visitor, "invitation_made")


def _link(visitor: Visitor) -> None:
    """Where no mail goes out, the administrator hands the link over; it is shown until they have."""
    if held := st.session_state.get(_LINK):
        person, link = held
        st.warning(_say(visitor, "link_shown", person=plain(person)), icon=":material/link:")
        st.code(link, language=None)
        st.button(_say(visitor, "link_done"), on_click=lambda: st.session_state.pop(_LINK))


def _change(visitor: Visitor, user: User) -> None:
    with st.form(f"change-{user.id}", border=False):
        entry = _entry(visitor, user)
        sure = st.form_submit_button(_say(visitor, "save"), type="primary")
    if sure:
        _tried(visitor, lambda: _changed(visitor, user, entry))


def _changed(visitor: Visitor, user: User, entry: _Entry) -> str:
    _accounts(visitor).change(
        replace(
            user,
            full_name=entry.full_name or user.full_name,
            email=_address(visitor, entry),
            roles=entry.roles,
            post=replace(user.post, team=entry.team),
        )
    )
    return _say(visitor, "person_changed", person=user.full_name)


def _ways(visitor: Visitor, user: User, standing: _Standing) -> None:
    """What an administrator does for or against an account; of their own only what cannot shut them out."""
    accounts = _accounts(visitor)
    with st.container(horizontal=True):
        if user.active and visitor.crm.model.settings.sign_in.local and user.id not in standing.with_provider:
            again = "send_reset" if user.id in standing.with_password else "send_invitation"
            _button(visitor, user, again, "send", lambda: _send(visitor, user))
        if user.id in standing.seen:
            _button(visitor, user, "end_sessions", "logout", lambda: accounts.end_sessions(user.id))
        if user.id in standing.with_factor:
            drop = accounts.second_factor.drop
            _button(visitor, user, "factor_drop", "phonelink_erase", lambda: drop(user.id))
        if user.active and user.id != visitor.user.id:
            _button(visitor, user, "disable", "block", lambda: accounts.disable(user.id))
        elif not user.active:
            _button(visitor, user, "enable", "undo", lambda: accounts.enable(user.id))


def _button(visitor: Visitor, user: User, word: str, icon: str, act: Callable[[], str | None]) -> None:
    label = _say(visitor, word)
    if st.button(label, icon=f":material/{icon}:", type="tertiary", key=f"{word}-{user.id}"):
        _tried(visitor, act)


def _tried(visitor: Visitor, act: Callable[[], str | None]) -> None:
    """Says what came of it on the page as it is then."""
    try:
        said = act()
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.toast(said or _say(visitor, "done"), icon=":material/check:")
    st.rerun()


@dataclass(frozen=True, slots=True)
class _Entry:
    """What stands in the form for a person."""

    full_name: str
    email: str
    roles: tuple[str, ...]
    team: str | None


def _entry(visitor: Visitor, user: User | None) -> _Entry:
    model = visitor.crm.model
    full_name = st.text_input(_say(visitor, "full_name"), user.full_name if user else "", max_chars=120)
    email = st.text_input(_say(visitor, "email"), user.email if user else "", max_chars=254)
    roles = st.multiselect(
        _say(visitor, "roles"),
        [each for each, role in model.roles.items() if role.is_offered or (user and each in user.roles)],
        [each for each in user.roles if each in model.roles] if user else [],
        format_func=lambda name: visitor.label(model.roles[name].label),
        placeholder="–",
    )
    teams = list(model.teams)
    held = user.post.team if user else None
    team = st.selectbox(
        _say(visitor, "team"),
        teams,
        teams.index(held) if held in teams else None,
        format_func=lambda name: visitor.label(model.teams[name].label),
        placeholder="–",
    )
    return _Entry(full_name.strip(), email.strip(), tuple(sorted(roles)), team)


def _language(visitor: Visitor) -> str:
    offered = [each for each in visitor.crm.model.settings.languages if each in NAMES]
    chosen: str = st.selectbox(visitor.say("language"), offered, format_func=NAMES.__getitem__)
    return chosen


def _accounts(visitor: Visitor) -> Accounts:
    return visitor.crm.accounts.by(visitor.user.id)


def _address(visitor: Visitor, entry: _Entry) -> str:
    try:
        return _ADDRESS.accept(entry.email or None) or ""
    except ValueProblem as problem:
        raise Refused("invite_address", reason=problem.text(visitor.language)) from problem


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"accounts.{key}", **params)
