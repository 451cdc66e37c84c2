"""The part of "My account" where a second factor is set up, and taken away again."""

from __future__ import annotations

import logging
from collections.abc import Callable

import segno
import streamlit as st

from relasi.accounts.second_factor import SecondFactor
from relasi.apps.markdown import plain
from relasi.apps.screens.presence import demand_presence, password_field
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import exactly
from relasi.errors import RelasiError
from relasi.texts import say

log = logging.getLogger(__name__)

_NEW_CODES = "recovery-codes"


def second_factor(visitor: Visitor) -> None:
    factor = visitor.crm.accounts.by(visitor.user.id).second_factor
    held = factor.held(visitor.user)
    with st.container(border=True, gap="small", key="second-factor"):
        st.markdown(f"**{_say(visitor, 'second_factor')}**")
        if held.since is None:
            _offer(visitor, factor)
            return
        since = exactly(held.since, visitor.showing())
        st.markdown(f":material/verified_user: {_say(visitor, 'factor_since', when=since)}")
        st.caption(_say(visitor, "codes_left", count=held.codes))
        _codes(visitor)
        _change(visitor, factor)


def _offer(visitor: Visitor, factor: SecondFactor) -> None:
    """The key is made when somebody wants it, not for everybody who looks at the page."""
    st.caption(_say(visitor, "factor_why"))
    if not st.toggle(_say(visitor, "factor_set_up"), key="factor-set-up"):
        return
    try:
        device = factor.device(visitor.user)
    except RelasiError:
        log.exception("the secret of a device cannot be kept")
        st.error(_say(visitor, "factor_impossible"), icon=":material/error:")
        return
    st.markdown(_say(visitor, "device_lead"))
    st.image(segno.make(device.uri, error="m").svg_inline(scale=5, border=2, light="#fff"), width=224)
    with st.expander(_say(visitor, "device_by_hand")):
        st.code(device.secret, language=None)
    with st.form("factor", border=False):
        code = st.text_input(_say(visitor, "code"), autocomplete="one-time-code")
        password = password_field(visitor)
        sure = st.form_submit_button(_say(visitor, "factor_confirm"), icon=":material/verified_user:")
    if sure:
        _tried(visitor, password, lambda: factor.confirm(visitor.user, code))


def _change(visitor: Visitor, factor: SecondFactor) -> None:
    with st.expander(_say(visitor, "factor_change")), st.form("factor-change", border=False):
        password = password_field(visitor)
        with st.container(horizontal=True):
            renew = st.form_submit_button(_say(visitor, "codes_renew"), icon=":material/refresh:")
            drop = not factor.is_demanded(visitor.user) and st.form_submit_button(
                _say(visitor, "factor_drop"), icon=":material/delete:"
            )
    if renew:
        _tried(visitor, password, lambda: factor.renew_codes(visitor.user))
    elif drop:
        _tried(visitor, password, lambda: factor.drop(visitor.user.id))


def _tried(visitor: Visitor, password: str, act: Callable[[], tuple[str, ...] | None]) -> None:
    """Whoever finds the page open has no password. New recovery codes are shown until they are put away."""
    try:
        demand_presence(visitor, password)
        st.session_state[_NEW_CODES] = act()
    except RelasiError as error:
        st.error(plain(error.text(visitor.language)), icon=":material/error:")
        return
    st.rerun()


def _codes(visitor: Visitor) -> None:
    codes = st.session_state.get(_NEW_CODES)
    if codes:
        st.warning(_say(visitor, "codes_lead"), icon=":material/warning:")
        st.code("\n".join(codes), language=None)
        st.button(_say(visitor, "codes_go"), on_click=lambda: st.session_state.pop(_NEW_CODES))


def _say(visitor: Visitor, key: str, **params: object) -> str:
    return say(visitor.language, f"accounts.{key}", **params)
