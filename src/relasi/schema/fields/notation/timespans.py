"""Lengths of plain and of working time in words."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from babel import Locale

from relasi.schema.fields.base import ValueProblem, quoted
from relasi.schema.fields.notation.durations import counted, read_duration
from relasi.schema.timespans import Timespan

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
    found = _working(written, locale) if _WORKING.search(written) else Timespan(read_duration(text, locale))
    if found is None or not (found.length or found.days) or found.length < timedelta():
        raise ValueProblem("not_a_duration", value=quoted(text))
    return found


def _working(written: str, locale: Locale) -> Timespan | None:
    """Weeks have no length in working time."""
    parts = counted(_WORKING.sub(" ", written).strip(), locale) if _FIRST.match(written) else []
    days = sum((number for number, unit in parts if unit == _DAY), Decimal(0))
    seconds = sum((number * unit for number, unit in parts if unit < _DAY), Decimal(0))
    if not parts or any(unit > _DAY for _, unit in parts):
        return None
    if days * _DAY + seconds > LONGEST_WORKING.total_seconds():
        return None
    return Timespan(timedelta(microseconds=int(seconds * 1_000_000)), days, working=True)
