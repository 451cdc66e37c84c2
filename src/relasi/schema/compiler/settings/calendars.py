"""Working calendars, from what crm.yaml says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from relasi.schema.calendars import MINUTES, Calendar, Hours, always
from relasi.schema.compiler.page import Page, Path
from relasi.schema.days_off import DaysOff, countries
from relasi.schema.labels import label_of
from relasi.schema.spec.calendars import CalendarSpec, HolidaysSpec

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])\s*-\s*([01]?[0-9]|2[0-4]):([0-5][0-9])")


def compile_calendars(
    page: Page, specs: Mapping[str, CalendarSpec], zone: ZoneInfo, languages: tuple[str, ...]
) -> Mapping[str, Calendar]:
    """By name, in order. One that is wrong in parts is there all the same, so that it can be referred to."""
    return MappingProxyType(
        {
            name: _Written(page, ("calendars", name), spec).compiled(zone, languages)
            for name, spec in specs.items()
        }
    )


def compile_zone(page: Page, path: Path, name: str) -> ZoneInfo:
    """UTC where there is no such time zone, which is reported."""
    zones = _zones()
    if name in zones:
        return ZoneInfo(name)
    in_city = (zone for zone in sorted(zones) if zone.endswith(f"/{name}"))
    page.unknown(
        path,
        "unknown-time-zone",
        f'there is no time zone "{name}"',
        next(in_city, name),
        zones,
        help="write its IANA name, such as Asia/Jakarta",
    )
    return ZoneInfo("UTC")


@cache
def _zones() -> frozenset[str]:
    """Read once: it takes a walk through hundreds of files."""
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class _Written:
    """A calendar as it is written."""

    page: Page
    path: Path
    spec: CalendarSpec

    def compiled(self, zone: ZoneInfo, languages: tuple[str, ...]) -> Calendar:
        spec, name = self.spec, str(self.path[-1])
        if spec.time_zone is not None:
            zone = compile_zone(self.page, (*self.path, "time_zone"), spec.time_zone)
        week = self._week()
        return Calendar(
            name=name,
            label=label_of(spec.label, name, languages),
            zone=zone,
            week=week if any(week) else always(zone).week,
            days_off=self._days_off(),
        )

    def _week(self) -> tuple[Hours, ...]:
        week: list[Hours] = [()] * len(_DAYS)
        named: set[str] = set()
        for key, written in self.spec.hours.items():
            path: Path = (*self.path, "hours", key)
            shifts = tuple(self._shifts(path, written))
            for day in self._days(path, key):
                if day in named:
                    message, help = f'"{day}" has hours already', "write each day once"
                    self.page.wrong(path, "twice", message, help=help, at_key=True)
                named.add(day)
                week[_DAYS.index(day)] = shifts
        return tuple(week)

    def _days(self, path: Path, key: str) -> Iterable[str]:
        first, dash, last = (part.strip() for part in key.lower().partition("-"))
        wrong = next((word for word in (first, last) if word not in _DAYS and (word or dash)), None)
        if wrong is not None:
            message, help = f'"{key}" names no days of the week', "write mon, or mon-fri"
            self.page.unknown(path, "bad-value", message, wrong, _DAYS, help=help, at_key=True)
            return ()
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        return _DAYS[start : end + 1] if start <= end else (*_DAYS[start:], *_DAYS[: end + 1])

    def _shifts(self, path: Path, written: str | list[str]) -> Iterator[tuple[int, int]]:
        """Those that are sound; reports the others, and shifts that are not one after the other."""
        places = (
            [(path, written)]
            if isinstance(written, str)
            else [((*path, index), each) for index, each in enumerate(written)]
        )
        found = [(place, shift) for place, text in places if (shift := self._shift(place, text))]
        for (_, before), (place, after) in pairwise(found):
            if after[0] < before[1]:
                message, help = (
                    "this begins before the hours above have ended",
                    "write the earlier ones first",
                )
                self.page.wrong(place, "bad-value", message, help=help)
                return
        yield from (shift for _, shift in found)

    def _shift(self, path: Path, text: str) -> tuple[int, int] | None:
        match = _SHIFT.fullmatch(text.strip())
        hours = [int(part) for part in match.groups()] if match else [0, 0, 0, 0]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if start < end <= MINUTES:
            return start, end
        help = (
            'write "08:00-17:00"; what goes on past midnight is written on both days, to 24:00 and from 00:00'
        )
        self.page.wrong(path, "bad-value", f'"{text}" are no hours of a day', help=help)
        return None

    def _days_off(self) -> DaysOff:
        written, path = self.spec.holidays, (*self.path, "holidays")
        if written is None:
            return DaysOff()
        is_short = isinstance(written, str)
        spec = HolidaysSpec(country=written) if isinstance(written, str) else written
        is_known = self._knows_place(path if is_short else (*path, "country"), spec)
        added = {
            day: name
            for text, name in spec.add.items()
            if (day := self._date((*path, "add", text), text, at_key=True))
        }
        removed = (self._date((*path, "remove", index), text) for index, text in enumerate(spec.remove))
        return DaysOff(
            country=spec.country if is_known else None,
            region=spec.region if is_known else None,
            added=MappingProxyType(added),
            removed=frozenset(day for day in removed if day),
        )

    def _knows_place(self, path: Path, spec: HolidaysSpec) -> bool:
        if spec.country is None:
            return False
        known = countries()
        if spec.country not in known:
            message = f'no holidays are known of a country "{spec.country}"'
            self.page.unknown(
                path,
                "unknown-holidays",
                message,
                spec.country,
                known,
                help="write its two letters, such as ID",
            )
            return False
        if spec.region is not None and spec.region not in known[spec.country]:
            message = f'no holidays are known of a region "{spec.region}" of {spec.country}'
            place = (*path[:-1], "region")
            self.page.unknown(place, "unknown-holidays", message, spec.region, known[spec.country])
            return False
        return True

    def _date(self, path: Path, text: str, *, at_key: bool = False) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            message, help = f'"{text}" is not a date', "write it as 2026-12-31"
            self.page.wrong(path, "bad-value", message, help=help, at_key=at_key)
            return None
