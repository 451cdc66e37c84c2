"""What somebody has chosen on a dashboard, as it stands in the address of the page: of which days the figures
are, and of whose records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Self

from babel.dates import format_date

from relasi.reports.onlooker import Onlooker
from relasi.reports.spans import Span, span_before, span_of
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import User
from relasi.schema.model.dashboard import Dashboard, Period
from relasi.schema.owners import OWNER, WHOSE

PERIOD, PEOPLE = "period", "whose"
_BETWEEN = ".."
_DAY = timedelta(days=1)


class Whose(Enum):
    """Of which records figures are; always of those that the onlooker may read, and no others."""

    OWN = "own"
    TREE = "tree"
    """Those of the onlooker's team and of all teams below it."""
    ALL = "all"

    def condition(self) -> str | None:
        own = WHOSE["own"]
        return {Whose.OWN: own, Whose.TREE: f"({own} or {WHOSE['tree']})"}.get(self)


@dataclass(frozen=True, slots=True)
class Look:
    """`period` is a stretch of the calendar, or days that were chosen one by one; None where nothing on the
    dashboard goes by one."""

    period: Period | Span | None = None
    whose: Whose = Whose.ALL

    @classmethod
    def read(cls, query: Mapping[str, str], dashboard: Dashboard, offered: tuple[Whose, ...]) -> Self:
        """From an address; what makes no sense (any more) is as the dashboard begins with."""
        written = query.get(PERIOD, "")
        period: Period | Span | None = None
        if dashboard.period is not None:
            known = {each.value: each for each in Period}
            period = _days(written) or known.get(written, dashboard.period)
        names = {each.value: each for each in offered}
        return cls(period, names.get(query.get(PEOPLE, ""), Whose.ALL))

    def query(self) -> dict[str, str]:
        """The address: all that was chosen, so that whoever gets it sees the same kind of figures."""
        written = {}
        if isinstance(self.period, Span):
            written[PERIOD] = f"{self.period.start}{_BETWEEN}{self.period.end - _DAY}"
        elif self.period is not None:
            written[PERIOD] = self.period.value
        return {**written, PEOPLE: self.whose.value}

    def told(self, onlooker: Onlooker) -> str:
        """In words."""
        words = [onlooker.say(f"whose_{self.whose.value}")] if self.whose is not Whose.ALL else []
        if isinstance(self.period, Span):
            ends = (self.period.start, self.period.end - _DAY)
            words.insert(
                0, " – ".join(format_date(each, "medium", locale=onlooker.language) for each in ends)
            )
        elif self.period is not None:
            words.insert(0, onlooker.say(f"period_{self.period.value}"))
        return " · ".join(words)

    def spans(self, day: date) -> tuple[Span | None, Span | None]:
        """The days of the figures, and those before them with which they are compared."""
        if isinstance(self.period, Span):
            return self.period, Span(
                self.period.start - (self.period.end - self.period.start), self.period.start
            )
        span = span_of(self.period, day) if self.period else None
        return span, span_before(self.period, span) if self.period and span else None


def offered(onlooker: Onlooker, dashboard: Dashboard) -> tuple[Whose, ...]:
    """Between whose records there is a choice; nothing where all that can be seen is the onlooker's own."""
    rights = [onlooker.rights(name).read for name in dict.fromkeys(_owned(onlooker, dashboard))]
    if not any(
        right is True or (isinstance(right, Expression) and right.text != WHOSE["own"]) for right in rights
    ):
        return ()
    has_team = bool(onlooker.model.teams) and onlooker.user.post.team is not None
    return (Whose.OWN, *((Whose.TREE,) if has_team else ()), Whose.ALL)


def has_owner(onlooker: Onlooker, entity: str) -> bool:
    """Whether its records are somebody's, and the onlooker may know whose."""
    field = onlooker.entity(entity).fields.get(OWNER)
    secret = onlooker.rights(entity).secret
    return field is not None and isinstance(field.type.expression_type(), User) and OWNER not in secret


def _owned(onlooker: Onlooker, dashboard: Dashboard) -> Iterator[str]:
    return (tile.entity for tile in dashboard.tiles if has_owner(onlooker, tile.entity))


def _days(written: str) -> Span | None:
    first, _, last = written.partition(_BETWEEN)
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        return Span(start, end + _DAY) if start <= end else None
    except (ValueError, OverflowError):
        return None
