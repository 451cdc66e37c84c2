"""`relasi calendar`: when people work, and the holidays of a year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.schema.calendars import Calendar, Hours
from relasi.schema.labels import text
from relasi.texts import FALLBACK

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def calendar(root: Path, name: str | None, year: int | None, *, as_json: bool) -> None:
    """All calendars, or one; the holidays of this year unless another is named. Raises StopError for one that
    there is not."""
    with opened(root) as crm:
        known = crm.model.settings.calendars
        if name is not None and name not in known:
            raise StopError(
                f"There is no calendar {name}. Known: {', '.join(known) or 'none'}.", USED_WRONGLY
            )
        wanted = known.values() if name is None else [known[name]]
        year = year or crm.clock().astimezone(crm.model.settings.zone).year
        if as_json:
            terminal.as_json([_data(each, year) for each in wanted])
        elif not wanted:
            say("The project has no working calendars: people work day and night.")
        for each in wanted if not as_json else ():
            _print(each, year)


def _print(calendar: Calendar, year: int) -> None:
    say((f"{calendar.name}: {text(calendar.label, FALLBACK)}", "bold"), f", {calendar.zone.key}")
    hours = [(day, _hours(shifts)) for day, shifts in zip(_DAYS, calendar.week, strict=True)]
    terminal.table(("Day", "Hours"), hours)
    if not calendar.days_off.knows(year):
        say((f"No holidays of {calendar.days_off.country} are known for {year}.", "yellow"))
    holidays = calendar.days_off.of(year)
    if holidays:
        rows = [(f"{day:%a} {day.isoformat()}", name) for day, name in holidays.items()]
        terminal.table((f"Off in {year}", ""), rows)


def _hours(shifts: Hours) -> str:
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in shifts)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _data(calendar: Calendar, year: int) -> dict[str, Any]:  # Any: JSON
    return {
        "name": calendar.name,
        "time_zone": calendar.zone.key,
        "hours": {day[:3].lower(): _hours(shifts) for day, shifts in zip(_DAYS, calendar.week, strict=True)},
        "year": year,
        "known": calendar.days_off.knows(year),
        "holidays": {day.isoformat(): name for day, name in calendar.days_off.of(year).items()},
    }
