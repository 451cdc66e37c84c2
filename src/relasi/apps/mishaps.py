"""What a user sees when a page breaks: a sentence and a number to quote, never a traceback."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from relasi.apps.markdown import plain
from relasi.errors import RelasiError
from relasi.texts import FALLBACK, say

log = logging.getLogger(__name__)

LANGUAGE = "relasi.language"
"""Where the session keeps the language of its user."""


def shown(error: Exception) -> bool:
    """Tells the user, logs the rest. True: Streamlit need not show anything of its own."""
    language = st.session_state.get(LANGUAGE, FALLBACK)
    if isinstance(error, RelasiError):
        log.warning("refused: %s", error)
        st.error(plain(error.text(language)), icon=":material/error:")
        return True
    number = secrets.token_hex(3).upper()
    log.error("mishap %s", number, exc_info=error)
    st.error(say(language, "apps.mishap", number=number), icon=":material/error:")
    return True
