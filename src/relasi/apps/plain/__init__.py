"""The few pages that are plain HTML: they must work before anybody is signed in, or when nothing else
does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

import streamlit
from starlette.responses import HTMLResponse

from relasi.apps import theme


@dataclass(frozen=True, slots=True)
class Fences:
    """Sources of the Content-Security-Policy: who may show the page inside another, and where forms lead."""

    ancestors: str = "'none'"
    action: str = "'self'"


CLOSED = Fences()


def page(name: str, /, *, status: int = 200, fences: Fences = CLOSED, **holes: str) -> HTMLResponse:
    """The page `name.html` with its holes filled; what goes in must be escaped by the caller (see `text`)."""
    nonce = secrets.token_urlsafe(16)
    body = _template(f"{name}.html").substitute(holes, nonce=nonce, style=_style())
    response = HTMLResponse(body, status_code=status)
    response.headers["content-security-policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; font-src 'self'; "
        f"img-src 'self' data:; form-action {fences.action}; base-uri 'none'; "
        f"frame-ancestors {fences.ancestors}"
    )
    response.headers["cache-control"] = "no-store"
    return response


def part(name: str, /, **holes: str) -> str:
    """A piece of a page, from `name.html`, to go into a hole of it."""
    return _template(f"{name}.html").substitute(holes)


def text(value: object) -> str:
    """The value as text inside HTML or a quoted attribute."""
    return escape(str(value), quote=True)


@cache
def _template(name: str) -> Template:
    return Template(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def _style() -> str:
    colors = {f"light_{name}": value for name, value in theme.LIGHT.items()}
    colors |= {f"dark_{name}": value for name, value in theme.DARK.items()}
    return _template("plain.css").substitute(colors, font=_font())


def _font() -> str:
    """The address of the font that Streamlit serves, so that these pages look like the rest; empty without
    one."""
    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    found = next(media.glob("SourceSans*Upright*.woff2"), None)
    return f"/static/media/{found.name}" if found else ""
