"""The part of "My account" with the keys by which programs come in as the visitor."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from relasi.apps.markdown import plain
from relasi.apps.screens.presence import demand_presence, password_field
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import ago
from relasi.errors import RelasiError
from relasi.records.access.scopes import READ, RIGHTS
from relasi.schema.fields.date import DateField
from relasi.store.api_keys import ApiKey
from relasi.texts import say

_NEW = "new-api-key"
_DAY = DateField(type="date")
_LENGTHS = (30, 90, 365)
"""In days."""


def api_keys(visitor: Visitor) -> None:
    keys = visitor.crm.keys.of(visitor.user)
    with st.container(border=True, gap="small", key="api-keys"):
        st.markdown(f"**{_say(visitor, 'api_keys')}**")
        st.caption(_say(visitor, "api_keys_why"))
        for key in keys:
            _key(visitor, key)
        _shown_once(visitor)
        with st.expander(_say(visitor, "api_key_new")):
            _entry(visitor)


def _key(visitor: Visitor, key: ApiKey) -> None:
    now, showing = visitor.crm.clock(), visitor.showing()
    until = _DAY.show(key.expires.astimezone(visitor.crm.model.settings.zone).date(), showing)
    life = _say(visitor, "api_key_until" if key.expires > now else "api_key_over", day=until)
    used = _say(visitor, "api_key_unused")
    if key.last_used is not None:
        used = _say(visitor, "last_seen", when=ago(key.last_used, now, showing))
    with st.container(horizontal=True, vertical_alignment="center"):
        scopes = ", ".join(_scope(visitor, each) for each in key.scopes)
        st.markdown(f"{plain(key.name)}  \n:gray[{plain(f'{scopes} · {life} · {used}')}]", width="stretch")
        st.button(
            _say(visitor, "api_key_revoke"),
            key=f"api-key-{key.id}",
            type="tertiary",
            on_click=visitor.crm.keys.by(visitor.user.id).revoke,
            args=(visitor.user, key.id),
        )


def _scope(visitor: Visitor, word: str) -> str:
    entity, _, right = word.rpartition(":")
    said = _say(visitor, f"scope_{right}")
    known = visitor.crm.model.entities.get(entity)
    return f"{visitor.label(known.plural)}: {said}" if known else said


def _entry(visitor: Visitor) -> None:
    readable = [name for name in visitor.crm.model.entities if visitor.may_read(name)]
    words = [*RIGHTS, *(f"{name}:{right}" for name in readable for right in RIGHTS)]
    with st.form("api-key", border=False):
        name = st.text_input(_say(visitor, "api_key_name"), max_chars=100)
        scopes = st.multiselect(
            _say(visitor, "api_key_scopes"),
            words,
            [READ],
            format_func=lambda word: _scope(visitor, word),
            placeholder="–",
        )
        days = st.selectbox(
            _say(visitor, "api_key_length"),
            _LENGTHS,
            1,
            format_func=lambda count: _say(visitor, "days", count=count),
        )
        password = password_field(visitor)
        sure = st.form_submit_button(_say(visitor, "api_key_make"), icon=":material/key:")
    if not sure:
        return
    try:
        demand_presence(visitor, password)
        keys = visitor.crm.keys.by(visitor.user.id)
        _, token = keys.add(visitor.user, name, scopes, length=timedelta(days=days))
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.session_state[_NEW] = token
    st.rerun()


def _shown_once(visitor: Visitor) -> None:
    if token := st.session_state.get(_NEW):
        st.warning(_say(visitor, "api_key_shown"), icon=":material/warning:")
        st.code(token, language=None)
        st.button(_say(visitor, "codes_go"), key="api-key-kept", on_click=lambda: st.session_state.pop(_NEW))


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"accounts.{key}", **params)
