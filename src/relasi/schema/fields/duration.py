"""Lengths of time."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from babel import Locale

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Reading,
    Showing,
    Storage,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.durations import LONGEST, in_words, iso, read_duration

_AUTHORS = Locale("en")


class DurationField(FieldType):
    """Values are timedelta to the microsecond; as text ISO 8601 (PT2H30M), or words as authors write them."""

    name: ClassVar[str] = "duration"
    summary: ClassVar[str] = "A length of time, such as 2 hours 30 minutes."
    widget: ClassVar[Widget] = Widget.DURATION
    right_aligned: ClassVar[bool] = True

    def storage(self) -> Storage:
        return Storage(Kind.DURATION)

    def expression_type(self) -> types.Type:
        return types.Duration()

    def keep(self, value: Value) -> Value:
        length = read_duration(value, _AUTHORS) if isinstance(value, str) else value
        if not isinstance(length, timedelta) or abs(length) > LONGEST:
            raise ValueProblem("not_a_duration", value=quoted(value))
        return length

    def parse(self, text: str, reading: Reading) -> Value:
        return self.accept(read_duration(text, reading.locale))

    def show(self, value: Value, showing: Showing) -> str:
        return in_words(value, showing.locale)

    def dump(self, value: Value) -> str:
        return iso(value)
