"""Dates, times of day and moments from text, in the notations of files and of people."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cache

from babel import Locale

from relasi.schema.fields.base import Reading, ValueProblem, quoted
from relasi.texts import LANGUAGES

FIRST_YEAR, LAST_YEAR = 1_000, 9_998
"""Years outside are taken for mistakes; inside, every time zone can express every moment."""

_LONGEST = 60
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?", re.DOTALL)
_NUMBERED = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]([0-9]{2}))?)?(?:\s*([ap])\.?m\.?)?")
_DAY_AND_CLOCK = re.compile(r"(.*?[^\s,]),?\s+([0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:\s*[ap]\.?m\.?)?)", re.I)


def read_date(text: str, reading: Reading) -> date:
    """The day, by the first that fits: the given formats, ISO, a month's name, numbers in the locale's order.

    A two-digit year lies between 1969 and 2068. Raises ValueProblem.
    """
    for pattern in reading.date_formats:
        with suppress(ValueError):
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no zone
    day = _iso_day(text) or _named(text, reading.locale) or _numbered(text, reading.locale)
    if day is None:
        raise ValueProblem("not_a_date", value=quoted(text))
    return day


def read_time(text: str) -> time:
    """14:05, 14.05, 14:05:30, 2:05 PM, 2 pm. Raises ValueProblem."""
    match = _CLOCK.fullmatch(text.casefold())
    if match is None or not (match[2] or match[4]):
        raise ValueProblem("not_a_time", value=quoted(text))
    hour = int(match[1])
    with suppress(ValueError):
        if match[4]:
            hour = time(hour).hour % 12 + (12 if match[4] == "p" else 0) if 1 <= hour <= 12 else -1
        return time(hour, int(match[2] or 0), int(match[3] or 0))
    raise ValueProblem("not_a_time", value=quoted(text))


def read_moment(text: str, reading: Reading) -> datetime:
    """The moment in UTC. Text without an offset is local time in the reading's zone, a day alone midnight.

    A local time that a clock change skips counts as if the clock had not been changed yet (02:30 becomes
    03:30), one that it repeats is the first of the two. Raises ValueProblem.
    """
    found = _formatted(text, reading) or _iso_moment(text) or _spoken(text, reading)
    if found is None:
        raise ValueProblem("not_a_datetime", value=quoted(text))
    with suppress(OverflowError):
        return (found if found.tzinfo else found.replace(tzinfo=reading.zone, fold=0)).astimezone(UTC)
    raise ValueProblem("not_a_datetime", value=quoted(text))


def _formatted(text: str, reading: Reading) -> datetime | None:
    for pattern in reading.date_formats:
        with suppress(ValueError):
            return datetime.strptime(text, pattern)  # noqa: DTZ007  # the caller adds the zone
    return None


def _iso_moment(text: str) -> datetime | None:
    if _ISO.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    return None


def _iso_day(text: str) -> date | None:
    """Also a moment without offset at midnight, which is how spreadsheets write days."""
    moment = _iso_moment(text)
    return moment.date() if moment and moment.time() == time.min and moment.tzinfo is None else None


def _spoken(text: str, reading: Reading) -> datetime | None:
    with suppress(ValueProblem):
        return datetime.combine(read_date(text, reading), time.min)
    if len(text) <= _LONGEST and (match := _DAY_AND_CLOCK.fullmatch(text)):
        with suppress(ValueProblem):
            return datetime.combine(read_date(match[1], reading), read_time(match[2]))
    return None


def _named(text: str, locale: Locale) -> date | None:
    """21 Nov 2026, November 21, 2026; months in the locale's language or one of the product's."""
    months = _months(str(locale))
    parts = [part for part in re.split(r"[\s,./-]+", text.casefold()) if part]
    if len(parts) == 3 and parts[0] in months:
        parts[0], parts[1] = parts[1], parts[0]
    if len(parts) != 3 or parts[1] not in months or not re.fullmatch("[0-9]{4}", parts[2]):
        return None
    return _day(parts[2], months[parts[1]], parts[0]) if re.fullmatch("[0-9]{1,2}", parts[0]) else None


def _numbered(text: str, locale: Locale) -> date | None:
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return None
    first, middle, last = match[1], match[3], match[4]
    if len(first) == 4 and len(last) <= 2:
        return _day(first, middle, last)
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    year = last if len(last) == 4 else f"{'20' if last < '69' else '19'}{last}"
    month_first = re.sub("[^dM]", "", locale.date_formats["short"].pattern).startswith("M")
    return _day(year, first, middle) if month_first else _day(year, middle, first)


def _day(year: str, month: str | int, day: str) -> date | None:
    with suppress(ValueError):
        return date(int(year), int(month), int(day))
    return None


@cache
def _months(locale: str) -> dict[str, int]:
    return {
        name.casefold().rstrip("."): number
        for each in (*LANGUAGES, locale)
        for width in ("abbreviated", "wide")
        for number, name in Locale.parse(each).months["format"][width].items()
    }
