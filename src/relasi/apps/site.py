"""The project that this process serves. Streamlit allows one app per process, so there is one site per
process."""

from __future__ import annotations

from dataclasses import dataclass

from relasi.current import Current
from relasi.runtime import Crm
from relasi.store.users import User

COOKIE = "relasi_session"
"""Holds the token of a sign-in."""


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


_served: list[Site] = []


def serve_here(site: Site) -> None:
    """Makes this the site that the pages of this process show."""
    _served[:] = [site]


def here() -> Site:
    return _served[0]
