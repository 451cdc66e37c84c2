"""The worker: does what has become due, again and again. What there is to do is told by its sweeps.

Any number of workers may work on one database: each sweep takes its work in a transaction, so that no two
do the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from relasi.errors import RelasiError

log = logging.getLogger(__name__)

Sweep = Callable[[datetime], bool]
"""Does some of what is due by then, in transactions of its own; True where there may be more at once."""

SHORTEST, LONGEST = 0.1, 1.0
"""Seconds between two looks when there is nothing to do: it looks less and less often."""
FIRST_PAUSE, LAST_PAUSE = 1.0, 60.0
"""Seconds for which a sweep that failed is left alone: twice as long each time."""
REST = 9.0
"""For so many times as long as it worked, a leisurely sweep leaves the processor to people."""


@dataclass(slots=True)
class _Trouble:
    """A sweep that keeps failing."""

    pause: float = 0.0
    until: float = 0.0

    def grows(self) -> None:
        self.pause = min(LAST_PAUSE, max(FIRST_PAUSE, self.pause * 2))
        self.until = monotonic() + self.pause


@dataclass
class Worker:
    """`sweeps` by their names, which the log tells. One that fails does not keep the others from working.

    Those `aside` wait for others outside of the house: each works in a thread of its own, so that the rest
    need not wait. Nobody waits for what the `leisurely` do, and it can be very much: while there is more,
    each of them rests after every piece of it.
    """

    sweeps: Mapping[str, Sweep]
    clock: Callable[[], datetime]
    aside: Collection[str] = ()
    leisurely: Collection[str] = ()
    _rests: dict[str, float] = field(default_factory=dict)
    """Until when, by the names of the sweeps."""
    _troubles: dict[str, _Trouble] = field(default_factory=dict)

    def step(self) -> bool:
        """One round of all sweeps; True where there may be more to do at once."""
        return self._round(self.sweeps)

    def drain(self) -> None:
        """Works until nothing is due at this moment."""
        while self.step():
            pass

    def work(self, stop: Event, *, until: Callable[[], bool] = lambda: False) -> None:
        """Works until `stop` is set, or `until` says so; what is under way then is finished first."""
        beside = [Thread(target=self._turn, args=(stop, until, [name]), daemon=True) for name in self.aside]
        for thread in beside:
            thread.start()
        self._turn(stop, until, [name for name in self.sweeps if name not in self.aside])
        for thread in beside:
            thread.join()

    def _turn(self, stop: Event, until: Callable[[], bool], names: Collection[str]) -> None:
        pause = SHORTEST
        while not (stop.is_set() or until()):
            rested = [name for name in names if self._rests.get(name, 0.0) <= monotonic()]
            pause = SHORTEST if self._round(rested) else min(LONGEST, pause * 1.5)
            stop.wait(0 if pause == SHORTEST else pause)

    def _round(self, names: Collection[str]) -> bool:
        more = [self._swept(name) for name in names]
        return any(more)

    def _swept(self, name: str) -> bool:
        trouble = self._troubles.setdefault(name, _Trouble())
        if monotonic() < trouble.until:
            return False
        begun = monotonic()
        try:
            more = self.sweeps[name](self.clock())
        except RelasiError as error:
            trouble.grows()
            log.warning("%s: %s (again in %.0f s)", name, error, trouble.pause)
            return False
        except Exception:
            trouble.grows()
            log.exception("%s: stopped by a fault (again in %.0f s)", name, trouble.pause)
            return False
        trouble.pause = 0.0
        if more and name in self.leisurely:
            self._rests[name] = monotonic() + REST * (monotonic() - begun)
        return more
