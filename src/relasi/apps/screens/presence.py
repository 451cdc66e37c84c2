"""Whoever finds a page open is asked who they are: by the password, or, without one here, by a sign-in of
just now."""

from __future__ import annotations

import streamlit as st

from relasi.apps.visitor import Visitor, token_here
from relasi.texts import say


def password_field(visitor: Visitor) -> str:
    """What is typed; empty for somebody who has no password here."""
    if not visitor.crm.accounts.uses_password(visitor.user):
        st.caption(say(visitor.language, "accounts.sign_in_freshly"))
        return ""
    label = say(visitor.language, "accounts.your_password")
    return st.text_input(label, type="password", autocomplete="current-password")


def demand_presence(visitor: Visitor, password: str) -> None:
    """Raises SignInRefused where somebody else may sit there."""
    visitor.crm.accounts.demand_presence(visitor.user, password, token=token_here())
