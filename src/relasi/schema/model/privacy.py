"""People's data: which fields hold them and what for, whose they are, and how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Date
from relasi.schema.labels import Label
from relasi.schema.terms import Term

RESTRICTED, BECAUSE = "restricted", "restricted_because"
"""The fields of a person that say whether the data may be kept only, and why."""


class Personal(Enum):
    """Data about a person; special ones are about health, religion, politics and the like, where the law
    asks for more care."""

    ORDINARY = "ordinary"
    SPECIAL = "special"


class Then(Enum):
    """What happens to data that are due: people decide, or a sweep does it after showing what it will do."""

    ASK = "ask"
    ERASE = "erase"
    ANONYMISE = "anonymise"


class Fate(Enum):
    """What becomes of a record, or of a field, when the person whom it is about is erased. An anonymised one
    tells nothing of the person any more."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class OnErase:
    """A fate that the author chose, and why."""

    fate: Fate
    because: Label


@dataclass(frozen=True, slots=True)
class Retention:
    """Data are due once `term` has passed since `after`, a day or a moment; never while that is empty.

    `passed` compares `after` with a clock, for `due`.
    """

    term: Term
    after: Expression
    passed: Expression
    then: Then

    def due(self, now: datetime, zone: ZoneInfo) -> Expression:
        """The condition that data meet which are due at `now`."""
        if isinstance(self.after.type, Date):
            return self.passed.at_times(self.term.before(now.astimezone(zone).date()))
        return self.passed.at_times(self.term.before(now))
