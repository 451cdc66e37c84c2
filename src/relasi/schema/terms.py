"""How long people's data are kept: years and months of the calendar, weeks and days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from babel import Locale
from babel.units import format_unit

from relasi.texts import LOCALES

Day = TypeVar("Day", date, datetime)

_UNITS = {"year": (12, 0), "month": (1, 0), "week": (0, 7), "day": (0, 1)}
_PART = re.compile(r"([0-9]{1,4}) +(year|month|week|day)s?")
_WHOLE = re.compile(rf"{_PART.pattern}( +{_PART.pattern})*")
_MOST_MONTHS = 12 * 200


@dataclass(frozen=True, slots=True)
class Term:
    """`months` of the calendar and `days`: three years before 29 February are those before 28 February."""

    months: int
    days: int

    @classmethod
    def read(cls, text: str) -> Term | None:
        """3 years, 18 months, 2 years 6 months, 90 days; None for anything else, and for no time at all."""
        written = text.strip()
        if not _WHOLE.fullmatch(written):
            return None
        parts = [(int(number), *_UNITS[unit]) for number, unit in _PART.findall(written)]
        months = sum(number * month for number, month, _ in parts)
        days = sum(number * day for number, _, day in parts)
        return cls(months, days) if months + days > 0 and months <= _MOST_MONTHS else None

    def before(self, moment: Day) -> Day:
        """The last moment, or day, from which the term has passed by `moment`."""
        above = moment.year * 12 + moment.month - 1 - self.months
        year, month = above // 12, above % 12 + 1
        day = min(moment.day, monthrange(year, month)[1])
        return moment.replace(year=year, month=month, day=day) - timedelta(days=self.days)

    def in_words(self, language: str) -> str:
        """3 years 6 months, 90 days."""
        years, months = divmod(self.months, 12)
        locale = Locale.parse(LOCALES[language])
        counted = {"year": years, "month": months, "day": self.days}
        return " ".join(
            format_unit(count, f"duration-{unit}", locale=locale) for unit, count in counted.items() if count
        )
