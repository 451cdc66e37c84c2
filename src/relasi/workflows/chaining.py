"""The audit log is chained by a worker, behind those who write."""

from __future__ import annotations

from datetime import datetime, timedelta

from relasi.platform.again import begun_again
from relasi.store import Store

EVERY = timedelta(seconds=5)
"""So that a link covers more than one entry while many write."""


class ChainSweep:
    """Puts all entries that wait into links."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next: datetime | None = None

    @begun_again
    def __call__(self, now: datetime) -> bool:
        if self._next is not None and self._next - EVERY <= now < self._next:
            return False
        with self._store.session(write=False) as session:
            if not session.audit.chain.has_waiting():
                return False
        with self._store.session() as session:
            count = session.audit.extend_chain()
        self._next = None if count else now + EVERY
        return count > 0
