"""My account: the language, what comes by mail, the sessions, the password, the second factor and the API
keys of the visitor."""

from __future__ import annotations

import streamlit as st

from relasi.accounts.devices import device
from relasi.apps.language import NAMES
from relasi.apps.markdown import plain
from relasi.apps.screens.api_keys import api_keys
from relasi.apps.screens.second_factor import second_factor
from relasi.apps.screens.subscribing import subscriptions
from relasi.apps.visitor import Visitor, speak, token_here
from relasi.apps.words.moments import ago
from relasi.errors import RelasiError
from relasi.platform.again import begun_again
from relasi.store.sessions import SignIn, key_of
from relasi.texts import say


def account_page(visitor: Visitor) -> None:
    user = visitor.user
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('account')}", width="content")
    about = " · ".join(filter(None, (user.full_name, user.name, user.email, visitor.roles())))
    st.caption(plain(about))
    with st.container(key="my-account", width=720, gap="medium"):
        _language(visitor)
        subscriptions(visitor)
        _sessions(visitor)
        _password(visitor)
        second_factor(visitor)
        api_keys(visitor)


def _language(visitor: Visitor) -> None:
    offered = [each for each in visitor.crm.model.settings.languages if each in NAMES]
    if len(offered) < 2:
        return

    def changed() -> None:
        speak(visitor, st.session_state["account-language"])

    st.session_state["account-language"] = visitor.language
    st.selectbox(
        visitor.say("language"),
        offered,
        format_func=NAMES.__getitem__,
        key="account-language",
        on_change=changed,
        width=320,
    )


def _sessions(visitor: Visitor) -> None:
    now, here = visitor.crm.clock(), key_of(token_here())
    with visitor.crm.store.session(write=False) as session:
        held = session.sessions.of(visitor.user.id, now)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{_say(visitor, 'sessions')}**")
        for key, sign_in in held.items():
            _session(visitor, key, sign_in, is_here=key == here)
        if len(held) > 1:
            st.button(
                _say(visitor, "end_others"),
                icon=":material/logout:",
                key="sessions-end",
                on_click=_end_others,
                args=(visitor,),
            )


def _session(visitor: Visitor, key: str, sign_in: SignIn, *, is_here: bool) -> None:
    seen = ago(sign_in.last_seen, visitor.crm.clock(), visitor.showing())
    name = device(sign_in.agent) or _say(visitor, "some_device")
    badge = f" :green-badge[{_say(visitor, 'this_one')}]" if is_here else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        where = f" · {plain(sign_in.address)}" if sign_in.address else ""
        seen = _say(visitor, "last_seen", when=seen)
        st.markdown(f"{plain(name)}{badge}  \n:gray[{seen}{where}]", width="stretch")
        if not is_here:
            st.button(
                _say(visitor, "end"),
                key=f"session-{key}",
                type="tertiary",
                on_click=_end,
                args=(visitor, key),
            )


@begun_again
def _end(visitor: Visitor, key: str) -> None:
    with visitor.crm.store.session() as session:
        session.sessions.close_one(visitor.user.id, key)


def _end_others(visitor: Visitor) -> None:
    visitor.crm.accounts.by(visitor.user.id).end_sessions(visitor.user.id, but=token_here())
    st.toast(_say(visitor, "others_ended"), icon=":material/check:")


def _password(visitor: Visitor) -> None:
    if not visitor.crm.accounts.uses_password(visitor.user):
        return
    with st.form("password", border=True):
        st.markdown(f"**{_say(visitor, 'password')}**")
        old = st.text_input(_say(visitor, "old_password"), type="password", autocomplete="current-password")
        new = st.text_input(
            _say(visitor, "new_password"),
            type="password",
            autocomplete="new-password",
            help=_say(visitor, "password_help"),
        )
        sure = st.form_submit_button(_say(visitor, "change_password"), icon=":material/key:")
    if not sure:
        return
    try:
        visitor.crm.accounts.change_password(visitor.user, old, new, token=token_here())
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.success(_say(visitor, "password_changed"), icon=":material/check:")


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"accounts.{key}", **params)
