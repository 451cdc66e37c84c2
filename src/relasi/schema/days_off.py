"""Public holidays: what the library `holidays` knows of a country, with what a company changes about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType

from holidays import country_holidays, list_supported_countries


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Without a country, only the days that are added. A day that is both added and removed is off."""

    country: str | None = None
    """ISO 3166, such as ID."""
    region: str | None = None
    """A part of the country that has holidays of its own."""
    added: Mapping[date, str] = field(default_factory=dict)
    removed: frozenset[date] = frozenset()

    def on(self, day: date) -> str | None:
        """What the day is called, None where it is no holiday."""
        if (own := self.added.get(day)) is not None:
            return own
        if self.country is None or day in self.removed:
            return None
        return _of_year(self.country, self.region, day.year).get(day)

    def of(self, year: int) -> Mapping[date, str]:
        """The holidays of a year, the earliest first."""
        known = _of_year(self.country, self.region, year) if self.country else {}
        days = {day for day in (*known, *self.added) if day.year == year}
        return {day: name for day in sorted(days) if (name := self.on(day)) is not None}

    def knows(self, year: int) -> bool:
        """Whether the library has data for the year. Where it has none, only the added days are off."""
        if self.country is None:
            return True
        first, last = _span_of(self.country)
        return first <= year <= last


def countries() -> Mapping[str, Iterable[str]]:
    """Every country that the library knows, with those of its regions that have holidays of their own."""
    return list_supported_countries(include_aliases=False)


@cache
def _of_year(country: str, region: str | None, year: int) -> Mapping[date, str]:
    own_language = country_holidays(country).default_language  # else it would be that of this machine
    found = country_holidays(country, subdiv=region, years=year, expand=False, language=own_language)
    return MappingProxyType(dict(found))


@cache
def _span_of(country: str) -> tuple[int, int]:
    known = country_holidays(country)
    return known.start_year, known.end_year
