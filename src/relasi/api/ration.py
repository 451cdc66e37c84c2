"""How many records programs read on behalf of whom: who may not export takes no table out page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

HOUR = timedelta(hours=1)
MOST_READ = 2_000
"""Of one entity in an hour on behalf of one person; more than that is an export."""


@dataclass
class Ration:
    """Counts in this process alone."""

    _counts: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, user_id: str, entity: str, records: int, now: datetime) -> tuple[datetime, int]:
        """Adds to what the person has read of the entity: since when, and how many it were before."""
        with self._lock:
            since, before = self._counts.get((user_id, entity), (now, 0))
            if now - since >= HOUR:
                since, before = now, 0
            self._counts[user_id, entity] = since, before + records
        return since, before
