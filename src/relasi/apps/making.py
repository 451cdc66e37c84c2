"""A file that is made while its reader goes on with other things, who sees how far it is and may stop it."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from threading import Event, Thread

from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError
from relasi.exporting.export import Exported, Wanted

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody wants the file no more."""


class Making:
    """One export. The file is there until nobody refers to this any more."""

    def __init__(self, visitor: Visitor, wanted: Wanted) -> None:
        self.wanted = wanted
        self.done, self.total = 0, 0
        self.failure: str | None = None
        self._made: Exported | None = None
        self._open = ExitStack()
        self._visitor = visitor
        self._stop, self._ended = Event(), Event()

    def begin(self) -> None:
        Thread(target=self._make, name="making", daemon=True).start()

    @property
    def count(self) -> int:
        """Of the records in the file."""
        return self._made.count if self._made else 0

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        return self._ended.wait(seconds)

    def stop(self) -> None:
        self._stop.set()

    def content(self) -> bytes:
        """What was made; it may be asked for again."""
        assert self._made is not None
        self._made.content.seek(0)
        return self._made.content.read()

    def _make(self) -> None:
        visitor = self._visitor
        try:
            making = visitor.crm.exporter.export(visitor.actor, self.wanted, self._told)
            self._made = self._open.enter_context(making)
        except _Stopped:
            pass
        except RelasiError as failure:
            self.failure = failure.text(visitor.language)
        except Exception:
            log.exception("a file could not be made")
            self.failure = visitor.say("broken")
        finally:
            self._ended.set()

    def _told(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._stop.is_set():
            raise _Stopped
