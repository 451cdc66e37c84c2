"""What is over is forgotten after its time: notices, what left the house, and what rules did."""

from __future__ import annotations

from datetime import datetime, timedelta

from relasi.platform.again import begun_again
from relasi.schema.model import Model, Repeat
from relasi.store import Store

BATCH = 500
"""Rows in one transaction."""
EVERY = timedelta(days=1)


class PruneSweep:
    """Goes through all that is old once when a worker starts, and then every day."""

    def __init__(self, model: Model, store: Store) -> None:
        self._keep = model.settings.keep
        self._store = store
        rules = model.workflows.values()
        self._current = {(each.name, each.version) for each in rules}
        self._told_by_traces = {each.name for each in rules if each.repeat is Repeat.ONCE_PER_RECORD}
        """Rules that would run once more if what they did were forgotten."""
        self._next: datetime | None = None
        self._after = ""

    @begun_again
    def __call__(self, now: datetime) -> bool:
        if self._next is not None and self._next - EVERY <= now < self._next:
            return False
        if self._sent(now) or self._traces(now):
            return True
        self._definitions(now)
        self._next, self._after = now + EVERY, ""
        return False

    def _sent(self, now: datetime) -> bool:
        """Whether there may be more."""
        with self._store.session() as session:
            notices = session.notifications.prune(now - self._keep.notifications, BATCH)
            effects = session.effects.prune(now - self._keep.outbox, BATCH)
            threads = session.threads.prune(now - self._keep.outbox, BATCH)
            session.imports.prune(now - self._keep.notifications)
        return max(notices, effects, threads) == BATCH

    def _traces(self, now: datetime) -> bool:
        """Whether there may be more. They are looked for before anybody has to wait for it."""
        before = now - self._keep.runs
        with self._store.session(write=False) as session:
            found = session.traces.old(before, besides=self._told_by_traces, after=self._after, limit=BATCH)
        if ids := [key for key, is_over in found if is_over]:
            with self._store.session() as session:
                session.traces.remove(ids)
        if found:
            self._after = found[-1][0]
        return len(found) == BATCH

    def _definitions(self, now: datetime) -> None:
        with self._store.session(write=False) as session:
            unused = session.definitions.unused(now - self._keep.runs, self._current)
        if unused:
            with self._store.session() as session:
                for workflow, version in unused:
                    session.definitions.drop(workflow, version)
