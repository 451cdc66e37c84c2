"""Moments."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

from babel.dates import format_date, format_time, get_datetime_format

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
from relasi.schema.fields.notation.dates import FIRST_YEAR, LAST_YEAR, read_moment

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[-+][0-9:]+)?")


class DateTimeField(FieldType):
    """Values are aware datetime in UTC; as text ISO 8601 with an offset. People see the company's zone."""

    name: ClassVar[str] = "datetime"
    summary: ClassVar[str] = "A day with a time; `default: now` is the moment at which the record is created."
    widget: ClassVar[Widget] = Widget.DATETIME

    def storage(self) -> Storage:
        return Storage(Kind.DATETIME)

    def expression_type(self) -> types.Type:
        return types.DateTime()

    def keep(self, value: Value) -> Value:
        moment = value
        if isinstance(value, str) and _ISO.fullmatch(value):
            with suppress(ValueError):
                moment = datetime.fromisoformat(value)
        if not isinstance(moment, datetime) or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueProblem("not_a_datetime", value=quoted(value))
        if moment.utcoffset() is None:
            raise ValueProblem("no_time_zone", value=quoted(value))
        return moment.astimezone(UTC)

    def parse(self, text: str, reading: Reading) -> Value:
        return self.accept(read_moment(text, reading))

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        return self.accept(moment.now if written == "now" else written)

    def show(self, value: Value, showing: Showing) -> str:
        """21 Nov 2026 14.05: the medium date and the short time of the locale."""
        local = value.astimezone(showing.zone)
        day = format_date(local.date(), "medium", locale=showing.locale)
        clock = format_time(local.time(), "short", locale=showing.locale)
        together = str(get_datetime_format("medium", locale=showing.locale))
        return together.format(clock, day)

    def dump(self, value: Value) -> str:
        return str(value.isoformat())
