"""The project as it was last applied, for processes that go on while somebody applies a change."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Self

from relasi.deploy import make_plan
from relasi.errors import PlanRefused, ProjectInvalid, RelasiError
from relasi.runtime import Crm, open_crm, worker_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often it is asked whether something has been applied: one look into an index."""
RETRY_SECONDS = 2.0
"""How long a failed attempt to open the project stands before the next one."""


@dataclass
class Current:
    """Opens the project of a folder, and opens it anew after each apply. Any number of threads may ask."""

    root: Path
    open: Callable[[Path], Crm] = open_crm
    _crm: Crm | None = None
    _applied: str | None = None
    """The apply that the open project goes by."""
    _looked: float = 0.0
    _failure: RelasiError | None = None
    _failed_at: float = 0.0
    _opening: Lock = field(default_factory=Lock)
    _closed: bool = False

    @classmethod
    def of(cls, crm: Crm) -> Self:
        """Goes on with a project that was opened, and whose database is what it needs."""
        project = cls(crm.root)
        project._take(crm, _last_apply(crm))
        return project

    def crm(self) -> Crm:
        """Raises RelasiError while the project does not open, or is not what was applied; a later call tries
        again, so that who corrects the YAML need not start the process anew."""
        crm = self._crm
        if crm is not None and not self.is_stale():
            return crm
        with self._opening:
            if self._crm is None:
                self._open()
            elif self._crm is crm:
                self._renew(crm)
            assert self._crm is not None
            return self._crm

    def is_stale(self) -> bool:
        """Whether something has been applied since the project was opened, as far as is known: it is asked
        every LOOK_SECONDS. A database that cannot be asked says nothing."""
        crm = self._crm
        if crm is None:
            return True
        if monotonic() - self._looked < LOOK_SECONDS:
            return False
        try:
            applied = _last_apply(crm)
        except RelasiError:
            applied = self._applied
        if applied == self._applied:
            self._looked = monotonic()
        return applied != self._applied

    def look_again(self) -> None:
        """Whoever has just applied something sees it at once."""
        self._looked = 0.0

    def work(self, stop: Event) -> None:
        """Lets a worker do what becomes due, between its steps by the newest project, until `stop` is set or
        the project is closed."""
        while not (stop.is_set() or self._closed):
            try:
                crm = self.crm()
            except RelasiError:
                stop.wait(RETRY_SECONDS)
            else:
                worker_of(crm).work(stop, until=self.is_stale)

    def close(self) -> None:
        self._closed = True
        if self._crm is not None:
            self._crm.close()
            self._crm = None

    def _open(self) -> None:
        if self._failure is not None and monotonic() - self._failed_at < RETRY_SECONDS:
            raise self._failure
        try:
            crm = _ready(self.open(self.root))
            self._take(crm, _last_apply(crm))
        except RelasiError as failure:
            log.error("%s", _told(failure))
            self._failure, self._failed_at = failure, monotonic()
            raise

    def _renew(self, old: Crm) -> None:
        """Where the files do not open, the old project goes on as long as the database is still what it
        needs."""
        applied = _last_apply(old)  # before the files are read: what comes later is taken up later
        try:
            self._take(_ready(self.open(self.root)), applied)
            log.info("took up what was applied")
        except RelasiError as failure:
            if not _fits(old):
                self._crm = None
                old.close()
                raise
            log.error("what was applied cannot be taken up: %s", _told(failure))
            self._take(old, applied)
        else:
            old.close()  # those who still use it get connections of their own

    def _take(self, crm: Crm, applied: str | None) -> None:
        self._crm, self._applied = crm, applied
        self._looked, self._failure = monotonic(), None


def _last_apply(crm: Crm) -> str | None:
    with crm.store.session(write=False) as session:
        return session.deployments.newest()


def _ready(crm: Crm) -> Crm:
    """The same, once it is certain that the database has all that will be asked of it."""
    plan = make_plan(crm.model, crm.database, now=crm.clock())
    if plan.is_empty:
        return crm
    crm.close()
    raise PlanRefused("not_applied", count=len(plan.due))


def _fits(crm: Crm) -> bool:
    try:
        return make_plan(crm.model, crm.database, now=crm.clock()).is_empty
    except RelasiError:
        return False


def _told(failure: RelasiError) -> str:
    if isinstance(failure, ProjectInvalid):
        return "\n\n".join(str(diagnostic) for diagnostic in failure.diagnostics)
    return str(failure)
