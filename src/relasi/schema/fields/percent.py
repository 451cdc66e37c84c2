"""Percentages."""

from __future__ import annotations

from typing import Annotated, ClassVar

from babel.numbers import format_percent
from pydantic import Field

from relasi.schema.expressions import types
from relasi.schema.fields.base import Reading, Showing, Value
from relasi.schema.fields.decimal import DecimalField


class PercentField(DecimalField):
    """12.5 means 12.5 %."""

    name: ClassVar[str] = "percent"
    summary: ClassVar[str] = "A percentage; 12.5 means 12.5 %."

    least_places: Annotated[int, Field(ge=0, le=9)] | None = 0
    """How many of its places are shown of every percentage, others only where they are no zeros."""

    def expression_type(self) -> types.Type:
        return types.Number("percent", self.places)

    def parse(self, text: str, reading: Reading) -> Value:
        return super().parse(text.removesuffix("%").rstrip(), reading)

    def show(self, value: Value, showing: Showing) -> str:
        return format_percent(value / 100, f"{self.pattern()}%", locale=showing.locale)

    def hint(self, showing: Showing) -> str | None:
        return "%"
