"""Lengths of plain and of working time in words."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal

from relasi.schema.fields.base import ValueProblem, quoted
from relasi.schema.fields.notation import durations
from relasi.schema.timespans import Timespan
from relasi.texts import LOCALES, say

LONGEST_WORKING = timedelta(days=1000)
"""Of working time, some eight years at eight hours a day. Longer ones are taken for mistakes."""

_WORKING = re.compile(r"(?<=[0-9])\s*working\b|\bkerja\b")
_FIRST = re.compile(r"[0-9.,]+\s*(working\b|[a-z]+\s+kerja\b)")
_DAY = 86_400


def read_timespan(text: str, locale: Locale) -> Timespan:
    """48 hours, 2 days; 48 working hours, 3 working days, 1 working day 4 hours, 3 hari kerja.

    The first number says whether all is working time. Raises ValueProblem, also for no time at all.
    """
    written = text.strip().casefold()
    found = (
        _working(written, locale)
        if _WORKING.search(written)
        else Timespan(durations.read_duration(text, locale))
    )
    if found is None or not (found.length or found.days) or found.length < timedelta():
        raise ValueProblem("not_a_duration", value=quoted(text))
    return found


def in_words(span: Timespan, language: str) -> str:
    """48 hours; 3 working days, 1 working day 4 hours, 90 minutes of working time."""
    locale = Locale.parse(LOCALES[language])
    plain = durations.in_words(span.length, locale)
    if not span.working:
        return plain
    if not span.days:
        return say(language, "values.working_time", length=plain)
    days = working_days(span.days, language)
    return f"{days} {plain}" if span.length else days


def working_days(count: Decimal | int, language: str) -> str:
    number = format_decimal(count, locale=Locale.parse(LOCALES[language]))
    return say(language, "values.working_day" if count == 1 else "values.working_days", count=number)


def _working(written: str, locale: Locale) -> Timespan | None:
    """Weeks have no length in working time."""
    parts = durations.counted(_WORKING.sub(" ", written).strip(), locale) if _FIRST.match(written) else []
    days = sum((number for number, unit in parts if unit == _DAY), Decimal(0))
    seconds = sum((number * unit for number, unit in parts if unit < _DAY), Decimal(0))
    if not parts or any(unit > _DAY for _, unit in parts):
        return None
    if days * _DAY + seconds > LONGEST_WORKING.total_seconds():
        return None
    return Timespan(timedelta(microseconds=int(seconds * 1_000_000)), days, working=True)
