"""All rows of a file tried in a thread of its own, on a copy of the data: people work on meanwhile."""

from __future__ import annotations

import logging
from threading import Event, Lock, Thread

from relasi.apps.importing.findings import Findings
from relasi.errors import ImportRefused, RelasiError
from relasi.importing.run import Import, Watch
from relasi.records import Actor
from relasi.runtime import Crm
from relasi.trial import try_import

log = logging.getLogger(__name__)

_TURN = Lock()
"""One file at a time on this server: it takes room on the disk and time of the processor."""
_LOOK = 0.5
"""Seconds between two looks at whether it is still wanted, while another file has its turn."""


class _StoppedError(Exception):
    """Nobody wants to know any more."""


class Trial:
    """`done` of `total` rows are tried; both are 0 while the copy is made. `refusal`: why it broke off."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.done, self.total = 0, 0
        self.refusal: RelasiError | None = None
        self._unwanted, self._over = Event(), Event()

    def start(self, crm: Crm, actor: Actor, wanted: Import, *, again: bool) -> None:
        Thread(target=self._run, args=(crm, actor, wanted, again), daemon=True).start()

    def stop(self) -> None:
        """It ends with the rows that are being tried."""
        self._unwanted.set()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it is over by then."""
        return self._over.wait(seconds)

    def _run(self, crm: Crm, actor: Actor, wanted: Import, again: bool) -> None:
        try:
            while not _TURN.acquire(timeout=_LOOK):
                self._demand_wanted()
            try:
                self._demand_wanted()
                watch = Watch(self.findings.note, self._progress)
                try_import(crm, actor, wanted, again=again, watch=watch)
            finally:
                _TURN.release()
        except _StoppedError:
            pass
        except RelasiError as refusal:
            self.refusal = refusal
        except Exception:
            log.exception("a file could not be tried")
            self.refusal = ImportRefused("not_tried")
        finally:
            self._over.set()

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self._demand_wanted()

    def _demand_wanted(self) -> None:
        if self._unwanted.is_set():
            raise _StoppedError
