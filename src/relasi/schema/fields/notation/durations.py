"""Lengths of time in words, on a clock and in ISO 8601."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from babel import Locale
from babel.units import format_unit
from pydantic import TypeAdapter, ValidationError

from relasi.schema.fields.base import ValueProblem, quoted
from relasi.schema.fields.notation.numbers import read_number

LONGEST = timedelta(days=100_000)
"""Longer ones are taken for mistakes; it also keeps them within the range of every platform."""
_MOST_SECONDS = int(LONGEST.total_seconds())

_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "detik", "dtk"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "menit", "mnt"), 60),
    **dict.fromkeys(("h", "hour", "hours", "jam", "j"), 3_600),
    **dict.fromkeys(("d", "day", "days", "hari"), 86_400),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "minggu", "mgg"), 604_800),
}  # not "hr": it is short for "hour" in English and for "hari" in Indonesian
_PART = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)*)\s*([a-z]+)\s*(?:,|and\b|dan\b)?\s*")
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?")
_ISO: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def read_duration(text: str, locale: Locale) -> timedelta:
    """2 h 30 m, 2:30 (hours and minutes), 90 minutes, 3 hari, PT2H30M; "-" before any.

    Raises ValueProblem.
    """
    written = text.strip().casefold()
    negative = written[:1] in ("-", "\u2212")
    written = written[negative:].strip()
    found = _iso(written) if written.startswith("p") else _clock(written) or _words(written, locale)
    if found is None:
        raise ValueProblem("not_a_duration", value=quoted(text))
    return -found if negative else found


def iso(length: timedelta) -> str:
    """ISO 8601, which `read_duration` takes back."""
    return str(_ISO.dump_python(length, mode="json"))


def in_words(length: timedelta, locale: Locale) -> str:
    """3 days 2 hours, to the second; days are 24 hours."""
    minutes, seconds = divmod(abs(length) // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counted = {"day": days, "hour": hours, "minute": minutes, "second": seconds}
    words = [
        format_unit(count, f"duration-{unit}", locale=locale) for unit, count in counted.items() if count
    ]
    if not words:
        return format_unit(0, "duration-minute", locale=locale)
    return ("-" if length < timedelta() else "") + " ".join(words)


def _iso(written: str) -> timedelta | None:
    try:
        return _ISO.validate_python(written.upper())
    except ValidationError:
        return None


def _clock(written: str) -> timedelta | None:
    match = _CLOCK.fullmatch(written)
    return match and timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3] or 0))


def _words(written: str, locale: Locale) -> timedelta | None:
    found = counted(written, locale)
    total = sum(number * seconds for number, seconds in found)
    return timedelta(microseconds=int(total * 1_000_000)) if found and total <= _MOST_SECONDS else None


def counted(written: str, locale: Locale) -> list[tuple[Decimal, int]]:
    """Each number with the seconds of its unit; nothing where anything else stands there."""
    found, position = [], 0
    while part := _PART.match(written, position):
        if part[2] not in _SECONDS:
            return []
        found.append((read_number(part[1], locale), _SECONDS[part[2]]))
        position = part.end()
    return found if position == len(written) else []
