"""What a user sees when a page or a route breaks: a sentence and a number to quote, never a traceback."""

from __future__ import annotations

import logging
import secrets

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

from relasi.apps.language import preferred
from relasi.apps.markdown import plain
from relasi.apps.plain import page, text
from relasi.apps.routes.headers import add_to
from relasi.apps.site import is_secure
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
    st.error(say(language, "apps.mishap", number=_noted(error)), icon=":material/error:")
    return True


def answered(request: Request, error: Exception) -> Response:
    """Goes out past the gate, which is broken then for all that is known."""
    language = preferred(request.headers.get("accept-language", ""))
    answer = page(
        "closed",
        status=500,
        language=language,
        heading=text(say(language, "apps.broken")),
        reason=text(say(language, "apps.mishap", number=_noted(error))),
        advice="",
        again=text(say(language, "apps.load_again")),
    )
    add_to(answer.headers, secure=is_secure(request))
    return answer


def _noted(error: Exception) -> str:
    number = secrets.token_hex(3).upper()
    log.error("mishap %s", number, exc_info=error)
    return number
