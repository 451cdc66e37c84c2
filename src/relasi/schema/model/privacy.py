"""People's data: which fields hold them and what for, whose they are, and how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Date
from relasi.schema.terms import Term


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
