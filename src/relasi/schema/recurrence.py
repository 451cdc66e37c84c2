"""When something happens again and again, in words: `every weekday at 08:00`.

Days are those of a time zone. A time that a day does not have, because the clocks jump over it, is the moment
after the jump; one that it has twice is the first of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from relasi.schema.calendars import Calendar

FORM = (
    "write every 15 minutes, every hour, every day at 08:00, every weekday at 08:00, every working day at "
    "08:00, every monday and thursday at 08:00, or every month on the 1st at 07:00"
)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES = re.compile(r"every (?:(\d+) minutes?|(hour)|(\d+) hours)")
_DAYS = re.compile(r"every (.+?)(?: at ((?:\d{1,2}:\d{2})(?:(?:, | and )\d{1,2}:\d{2})*))?")
_MONTHLY = re.compile(r"month on the (.+)")
_NTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_LONGEST = 366
"""Days without any turn after which there is none at all: a calendar may have no open day."""
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`minutes` is the distance of turns that go by the clock alone. Otherwise it is the days that `falls_on`
    accepts, at each of the `times`."""

    words: str
    minutes: int = 0
    times: tuple[time, ...] = ()
    falls_on: Callable[[date, Calendar], bool] = lambda _day, _calendar: True

    def after(self, moment: datetime, calendar: Calendar) -> datetime | None:
        """The first turn after a moment, in UTC, by the clocks of the calendar's zone; None where there is
        none within a year."""
        if self.minutes:
            step = timedelta(minutes=self.minutes)
            midnight = _at(moment.astimezone(calendar.zone).date(), time(), calendar)
            following = midnight + ((moment - midnight) // step + 1) * step
            tomorrow = _at(moment.astimezone(calendar.zone).date() + timedelta(days=1), time(), calendar)
            return min(following, tomorrow)
        day = moment.astimezone(calendar.zone).date()
        for ahead in range(_LONGEST):
            turns = (_at(day + timedelta(days=ahead), each, calendar) for each in self.times)
            later = [turn for turn in turns if turn > moment]
            if later and self.falls_on(day + timedelta(days=ahead), calendar):
                return min(later)
        return None


def read_recurrence(text: str) -> Recurrence | None:
    """None for what is no recurrence."""
    words = " ".join(text.split()).casefold()
    if found := _MINUTES.fullmatch(words):
        minutes = int(found[1]) if found[1] else int(found[3] or 1) * 60
        return Recurrence(words, minutes=minutes) if 1 <= minutes <= _DAY_MINUTES else None
    found = _DAYS.fullmatch(words)
    days = _days(found[1]) if found else None
    if found is None or days is None:
        return None
    try:
        times = tuple(sorted({time.fromisoformat(each.zfill(5)) for each in _listed(found[2] or "00:00")}))
    except ValueError:
        return None
    return Recurrence(words, times=times, falls_on=days)


def _days(words: str) -> Callable[[date, Calendar], bool] | None:
    if words == "day":
        return lambda _day, _calendar: True
    if words == "weekday":
        return lambda day, _calendar: day.weekday() < 5
    if words == "working day":
        return lambda day, calendar: bool(calendar.on(day))
    if found := _MONTHLY.fullmatch(words):
        return _of_month(_listed(found[1]))
    names = _listed(words)
    if not set(names) <= set(_WEEKDAYS):
        return None
    wanted = {_WEEKDAYS.index(name) for name in names}
    return lambda day, _calendar: day.weekday() in wanted


def _of_month(words: list[str]) -> Callable[[date, Calendar], bool] | None:
    """Days of a month by number; `last day`, which every month has."""
    matches = [_NTH.fullmatch(each) for each in words if each != "last day"]
    numbers = {int(each[1]) for each in matches if each}
    if None in matches or not numbers <= set(range(1, 32)):
        return None
    last = "last day" in words

    def falls_on(day: date, _calendar: Calendar) -> bool:
        return day.day in numbers or (last and (day + timedelta(days=1)).day == 1)

    return falls_on


def _listed(words: str) -> list[str]:
    return re.split(r", | and ", words)


def _at(day: date, clock: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, clock, calendar.zone).astimezone(UTC)
