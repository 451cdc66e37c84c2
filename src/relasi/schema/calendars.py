"""Working calendars: when a company is at work, and how much of that lies between two moments.

Exact: weekends, holidays and changes of the clocks are all in the shifts of each day. Lengths of time,
working or not, are in `timespans`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from statistics import multimode
from zoneinfo import ZoneInfo

from relasi.schema.days_off import DaysOff
from relasi.schema.labels import Label

Hours = tuple[tuple[int, int], ...]
"""The shifts of a day, in order and apart: minutes after midnight on the clock on the wall."""

MINUTES = 24 * 60
_DAY = timedelta(days=1)
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody is at work. All moments are aware; those that come back are UTC.

    A shift begins when the clock on the wall first shows its start, or has jumped over it, and ends likewise:
    a night in which the clocks go back is an hour longer.
    """

    name: str
    label: Label
    zone: ZoneInfo
    week: tuple[Hours, ...]
    """Monday first; some day has hours."""
    days_off: DaysOff = field(default_factory=DaysOff)
    _opened: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _months: dict[date, timedelta] = field(default_factory=dict, repr=False, compare=False)

    @property
    def day(self) -> timedelta:
        """How long a working day is: what most days of the week have, the longest where several compare."""
        return _usual_day(self.week)

    @property
    def text(self) -> str:
        """Another one for every calendar that gives other hours."""
        off = self.days_off
        changed = (sorted(off.added), sorted(off.removed))
        return f"{self.zone.key} {self.week} {off.country} {off.region} {changed}"

    def is_open(self, moment: datetime) -> bool:
        return self.opening(moment) == moment

    def opening(self, moment: datetime) -> datetime:
        """The moment itself while it is open, the next opening otherwise."""
        return next(max(start, moment.astimezone(UTC)) for start, end in self._from(moment) if end > moment)

    def after(self, moment: datetime, work: timedelta) -> datetime:
        """The first moment by which so much working time has passed.

        Raises OverflowError beyond the year 9999.
        """
        moment = moment.astimezone(UTC)
        shifts = self._from(moment)
        while work > timedelta():
            opens, closes = next(shifts)
            begun = max(opens, moment)
            if work <= closes - begun:
                return begun + work
            work -= max(closes - begun, timedelta())
        return moment

    def before(self, moment: datetime, work: timedelta) -> datetime:
        """The last moment from which so much working time passes until `moment`.

        Raises OverflowError before the year 1.
        """
        moment = moment.astimezone(UTC)
        shifts = self._back_from(moment)
        while work > timedelta():
            opens, closes = next(shifts)
            ended = min(closes, moment)
            if work <= ended - opens:
                return ended - work
            work -= max(ended - opens, timedelta())
        return moment

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one moment to the other, negative where the second is the earlier one."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end < start:
            return -self.between(end, start)
        total, first, last = timedelta(), self._date(start), self._date(end)
        day = first
        while day <= last + _DAY:  # a clock that goes back at midnight has shown the next day already
            if first < day == day.replace(day=1) < last.replace(day=1):
                total += self._month(day)
                day = _next_month(day)
            else:
                for opens, closes in self.on(day):
                    total += max(timedelta(), min(closes, end) - max(opens, start))
                day += _DAY
        return total

    def on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """When it opens and closes on a day, in order; nothing on a holiday."""
        found = self._opened.get(day)
        if found is None:
            if len(self._opened) >= _MOST_KEPT:
                self._opened.clear()
            hours = () if self.days_off.on(day) else self.week[day.weekday()]
            shifts = ((self._moment(day, start), self._moment(day, end)) for start, end in hours)
            found = self._opened[day] = tuple((start, end) for start, end in shifts if start < end)
        return found

    def _month(self, first: date) -> timedelta:
        """All working time of the month that begins on that day: years are measured by it."""
        found = self._months.get(first)
        if found is None:
            following = _next_month(first)
            days = (first + n * _DAY for n in range((following - first).days))
            found = sum((closes - opens for day in days for opens, closes in self.on(day)), timedelta())
            self._months[first] = found
        return found

    def _date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self._date(moment)
        while True:
            yield from self.on(day)
            day += _DAY

    def _back_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self._date(moment) + _DAY  # a clock that goes back at midnight has shown the next day already
        while True:
            yield from reversed(self.on(day))
            day -= _DAY

    def _moment(self, day: date, minute: int) -> datetime:
        """When the clock on the wall first shows a time of the day, or has jumped over it."""
        if minute == MINUTES:
            day, minute = day + _DAY, 0
        wall = datetime.combine(day, time(minute // 60, minute % 60))
        moment = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == wall:
            return moment
        return self._jump(wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC), moment, wall)

    def _jump(self, low: datetime, high: datetime, wall: datetime) -> datetime:
        """The moment between the two at which the clock jumps over `wall`."""
        seconds = range(int((high - low).total_seconds()) + 1)

        def has_jumped(second: int) -> bool:
            shown = (low + timedelta(seconds=second)).astimezone(self.zone).replace(tzinfo=None)
            return shown > wall

        return low + timedelta(seconds=bisect_right(seconds, 0, key=has_jumped))


def _next_month(first: date) -> date:
    return (first + 31 * _DAY).replace(day=1)


@cache
def _usual_day(week: tuple[Hours, ...]) -> timedelta:
    lengths = [sum(end - start for start, end in hours) for hours in week if hours]
    return timedelta(minutes=max(multimode(lengths)))


@cache
def always(zone: ZoneInfo) -> Calendar:
    """That of a project which says nothing of working hours."""
    return Calendar("always", {}, zone, (((0, MINUTES),),) * 7)
