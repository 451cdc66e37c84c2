"""The project that this process serves. Streamlit allows one app per process, so there is one site per
process."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from relasi.current import Current
from relasi.runtime import Crm
from relasi.store.users import User

COOKIE = "relasi_session"
"""Holds the token of a sign-in."""
SECURE_COOKIE = f"__Host-{COOKIE}"
"""The same where pages come by https: browsers take it from this very host alone, and only over https."""


@dataclass
class Site:
    """`department` is the one that is served alone; None serves all that a user may enter."""

    project: Current
    department: str | None = None

    def crm(self) -> Crm:
        """The project as it was last applied. Raises RelasiError while it does not open."""
        return self.project.crm()

    def user_of(self, token: str | None) -> User | None:
        """Who is signed in with this token. Raises RelasiError when the project or its database is not
        there."""
        return self.crm().accounts.user_of(token) if token else None

    def close(self) -> None:
        self.project.close()


def is_secure(request: HTTPConnection) -> bool:
    return request.url.scheme in ("https", "wss")


def cookie_name(request: HTTPConnection) -> str:
    return SECURE_COOKIE if is_secure(request) else COOKIE


def token_of(request: HTTPConnection) -> str | None:
    """What the browser says about who it is."""
    return request.cookies.get(cookie_name(request))


_served: list[Site] = []


def serve_here(site: Site) -> None:
    """Makes this the site that the pages of this process show."""
    _served[:] = [site]


def here() -> Site:
    return _served[0]
