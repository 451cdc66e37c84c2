"""Days."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any, ClassVar

from babel.dates import format_date

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Moment,
    Reading,
    Showing,
    Storage,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.dates import FIRST_YEAR, LAST_YEAR, read_date


class DateField(FieldType):
    """Values are date; as text YYYY-MM-DD."""

    name: ClassVar[str] = "date"
    summary: ClassVar[str] = "A day; `default: today` is the day on which the record is created."
    widget: ClassVar[Widget] = Widget.DATE

    def storage(self) -> Storage:
        return Storage(Kind.DATE)

    def expression_type(self) -> types.Type:
        return types.Date()

    def keep(self, value: Value) -> Value:
        day = value
        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            with suppress(ValueError):
                day = date.fromisoformat(value)
        if not isinstance(day, date) or isinstance(day, datetime) or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueProblem("not_a_date", value=quoted(value))
        return day

    def parse(self, text: str, reading: Reading) -> Value:
        return self.accept(read_date(text, reading))

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        return moment.now.astimezone(moment.zone).date() if written == "today" else self.accept(written)

    def show(self, value: Value, showing: Showing) -> str:
        return format_date(value, "medium", locale=showing.locale)

    def dump(self, value: Value) -> str:
        return str(value.isoformat())
