"""Percentages."""

from __future__ import annotations

from typing import ClassVar

from babel.numbers import format_percent

from relasi.schema.expressions import types
from relasi.schema.fields.base import Reading, Showing, Value
from relasi.schema.fields.decimal import DecimalField


class PercentField(DecimalField):
    """12.5 means 12.5 %."""

    name: ClassVar[str] = "percent"
    summary: ClassVar[str] = "A percentage; 12.5 means 12.5 %."

    def expression_type(self) -> types.Type:
        return types.Number("percent", self.places)

    def parse(self, text: str, reading: Reading) -> Value:
        return super().parse(text.removesuffix("%").rstrip(), reading)

    def show(self, value: Value, showing: Showing) -> str:
        return format_percent(value / 100, f"#,##0.{'#' * self.places}%", locale=showing.locale)
