"""What becomes of the values of records that are merged into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Survives(Enum):
    """Which of several values stays; empty ones never do."""

    FILLED = "filled"
    """That of the record that stays, or else that of the record that was changed last."""
    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    GREATEST = "greatest"
    LEAST = "least"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Trust:
    """The value of the record whose choice field `by` stands first in `trust`."""

    by: str
    trust: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merging:
    keep: Survives = Survives.FILLED
    fields: Mapping[str, Survives | Trust] = field(default_factory=dict)

    def of(self, name: str) -> Survives | Trust:
        return self.fields.get(name, self.keep)
