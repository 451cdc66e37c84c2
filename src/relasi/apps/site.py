"""The project that this process serves. Streamlit allows one app per process, so there is one site per
process."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from relasi.deploy import make_plan
from relasi.errors import PlanRefused, ProjectInvalid, RelasiError
from relasi.runtime import Crm, open_crm
from relasi.store.users import User

log = logging.getLogger(__name__)

COOKIE = "relasi_session"
"""Holds the token of a sign-in."""

RETRY_SECONDS = 2.0
"""How long a failed attempt to open the project stands before the next page tries again."""


@dataclass
class Site:
    """`department` is the one that is served alone; None serves all that a user may enter."""

    root: Path
    department: str | None = None
    _crm: Crm | None = None
    _failure: RelasiError | None = None
    _failed_at: float = 0.0
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def crm(self) -> Crm:
        """The opened project. Raises RelasiError while it does not open; a later call tries again, so that
        an admin who corrects the YAML needs only to load the page again."""
        if self._crm is not None:
            return self._crm
        with self._opening:
            if self._crm is None:
                self._crm = self._open()
            return self._crm

    def user_of(self, token: str | None) -> User | None:
        """Who is signed in with this token. Raises RelasiError when the project or its database is not
        there."""
        return self.crm().accounts.user_of(token) if token else None

    def close(self) -> None:
        if self._crm is not None:
            self._crm.close()
            self._crm = None

    def _open(self) -> Crm:
        if self._failure is not None and time.monotonic() - self._failed_at < RETRY_SECONDS:
            raise self._failure
        try:
            return _ready(open_crm(self.root))
        except RelasiError as failure:
            log.error("%s", _told(failure))
            self._failure, self._failed_at = failure, time.monotonic()
            raise


def _ready(crm: Crm) -> Crm:
    """The same, once it is certain that the database has all that the pages will ask it for."""
    plan = make_plan(crm.model, crm.database, now=crm.clock())
    if plan.is_empty:
        return crm
    crm.close()
    raise PlanRefused("not_applied", count=len(plan.due))


def _told(failure: RelasiError) -> str:
    if isinstance(failure, ProjectInvalid):
        return "\n\n".join(str(diagnostic) for diagnostic in failure.diagnostics)
    return str(failure)


_served: list[Site] = []


def serve_here(site: Site) -> None:
    """Makes this the site that the pages of this process show."""
    _served[:] = [site]


def here() -> Site:
    return _served[0]
