"""Lengths of time that definitions write."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale

from relasi.schema.calendars import Calendar
from relasi.schema.compiler.page import Page, Path
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.notation.timespans import read_timespan
from relasi.schema.timespans import Timespan

_AUTHORS = Locale("en")


def compile_timespan(
    page: Page, path: Path, written: str, calendars: Mapping[str, Calendar]
) -> Timespan | None:
    """None where it is wrong, which has been reported; working time needs a calendar to measure it."""
    try:
        found = read_timespan(written, _AUTHORS)
    except ValueProblem:
        help = "write a length of time: 48 hours, 2 days, 4 working hours, 3 working days"
        page.wrong(path, "bad-value", f'"{path[-1]}" cannot be "{written}"', help=help)
        return None
    if found.working and not calendars:
        message, help = "nothing says when people work", "add calendars to config/crm.yaml, or plain time"
        page.wrong(path, "no-calendar", message, help=help)
        return None
    return found
