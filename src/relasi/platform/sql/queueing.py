"""A lock that is given in the order in which it was asked for. It knows nothing of databases."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, get_ident

from relasi.errors import PlatformUnavailable


class Queue:
    """First come, first served among the threads of this process.

    SQLite lets one writer in at a time and makes the others poll, which starves some of them: so they queue
    here first, and only processes compete at the file.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._line: deque[Event] = deque()
        self._holder: int | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Raises PlatformUnavailable after `seconds`, and RuntimeError where this thread has its turn
        already."""
        if self._holder == get_ident():
            raise RuntimeError("a write transaction was begun inside another one of the same thread")
        called = Event()
        with self._guard:
            self._line.append(called)
            self._call_first()
        try:
            if not called.wait(seconds):
                raise PlatformUnavailable("unavailable")
            self._holder = get_ident()
            yield
        finally:
            with self._guard:
                if self._line[0] is called:
                    self._holder = None
                self._line.remove(called)
                self._call_first()

    def _call_first(self) -> None:
        if self._line:
            self._line[0].set()
