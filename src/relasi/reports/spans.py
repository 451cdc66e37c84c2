"""Periods as days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from relasi.schema.expressions.operations import MONTH, QUARTER, WEEK, YEAR, Operation
from relasi.schema.model.dashboard import Period

_DAY = timedelta(days=1)
_LONGEST = {WEEK.name: 7, MONTH.name: 31, QUARTER.name: 92, YEAR.name: 366}
"""Days that such a stretch can have."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the day `start` to the one before `end`."""

    start: date
    end: date

    def condition(self, field: str, *, is_moment: bool) -> str:
        """That a date, or a date and time, lies within."""
        clock = " 00:00" if is_moment else ""
        return f'{field} >= "{self.start}{clock}" and {field} < "{self.end}{clock}"'


def span_of(period: Period, day: date) -> Span | None:
    """That of the period in which the day is; None for all time."""
    match period:
        case Period.THIS_WEEK:
            return _around(WEEK, day)
        case Period.THIS_MONTH:
            return _around(MONTH, day)
        case Period.THIS_QUARTER:
            return _around(QUARTER, day)
        case Period.THIS_YEAR:
            return _around(YEAR, day)
        case Period.LAST_30_DAYS:
            return Span(day - 29 * _DAY, day + _DAY)
        case Period.LAST_12_MONTHS:
            end = _around(MONTH, day).end
            return Span(_year_before(end), end)
        case Period.ALL:
            return None


def span_before(period: Period, span: Span) -> Span:
    """That of the same kind just before it."""
    if period is Period.LAST_30_DAYS:
        return Span(span.start - 30 * _DAY, span.start)
    if period is Period.LAST_12_MONTHS:
        return Span(_year_before(span.start), span.start)
    found = span_of(period, span.start - _DAY)
    assert found is not None
    return found


def following(stretch: Operation, start: date) -> date:
    """When the one behind that which begins on the day begins."""
    found: date = stretch.run(start + timedelta(days=_LONGEST[stretch.name]))
    return found


def _around(stretch: Operation, day: date) -> Span:
    start = stretch.run(day)
    return Span(start, following(stretch, start))


def _year_before(first: date) -> date:
    return first.replace(year=first.year - 1)
