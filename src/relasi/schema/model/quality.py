"""What is expected of the records of an entity, beside what they must have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Quality:
    """`expected` are fields that should be filled; a record that nobody has changed for `stale_after` may not
    hold any more."""

    expected: tuple[str, ...]
    stale_after: timedelta | None
