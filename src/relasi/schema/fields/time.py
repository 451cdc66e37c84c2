"""Times of day."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import time
from typing import Any, ClassVar

from babel.dates import format_time

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
from relasi.schema.fields.notation.dates import read_time


class TimeField(FieldType):
    """Values are time without a zone, in whole seconds; as text HH:MM:SS."""

    name: ClassVar[str] = "time"
    summary: ClassVar[str] = "A time of day; `default: now` is the time at which the record is created."
    widget: ClassVar[Widget] = Widget.TIME

    def storage(self) -> Storage:
        return Storage(Kind.TIME)

    def expression_type(self) -> types.Type:
        return types.Time()

    def keep(self, value: Value) -> Value:
        clock = value
        if isinstance(value, str) and re.fullmatch("[0-9]{2}:[0-9]{2}(:[0-9]{2})?", value):
            with suppress(ValueError):
                clock = time.fromisoformat(value)
        if not isinstance(clock, time) or clock.tzinfo:
            raise ValueProblem("not_a_time", value=quoted(value))
        return clock.replace(microsecond=0, fold=0)

    def parse(self, text: str, reading: Reading) -> Value:
        return self.accept(read_time(text))

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        return self.accept(moment.now.astimezone(moment.zone).time() if written == "now" else written)

    def show(self, value: Value, showing: Showing) -> str:
        return format_time(value, "medium" if value.second else "short", locale=showing.locale)

    def dump(self, value: Value) -> str:
        return str(value.isoformat())
