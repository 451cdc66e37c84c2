"""Moments as people tell them: how long ago, or when exactly."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_timedelta

from relasi.schema.fields.base import Showing
from relasi.schema.fields.datetime import DateTimeField

_MOMENT = DateTimeField(type="datetime")


def exactly(at: datetime, showing: Showing) -> str:
    return _MOMENT.show(at, showing)


def ago(at: datetime, now: datetime, showing: Showing) -> str:
    """Within a week of now how long ago, else when."""
    age = now - at
    if abs(age.days) >= 7:
        return exactly(at, showing)
    return format_timedelta(-age, add_direction=True, locale=showing.language)
