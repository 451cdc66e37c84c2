"""Whole numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from babel.numbers import format_decimal

from relasi.schema.expressions import types
from relasi.schema.fields.base import Kind, Showing, Storage, Value
from relasi.schema.fields.decimal import Quantity


class NumberField(Quantity):
    """Values are int."""

    name: ClassVar[str] = "number"
    summary: ClassVar[str] = "A whole number: how many of something."

    def scale(self) -> int:
        return 0

    def storage(self) -> Storage:
        return Storage(Kind.INTEGER)

    def expression_type(self) -> types.Type:
        return types.Number(places=0)

    def keep(self, value: Value) -> Value:
        return int(super().keep(value))

    def show(self, value: Value, showing: Showing) -> str:
        return format_decimal(value, locale=showing.locale)

    def dump(self, value: Value) -> Any:  # Any: JSON
        return value
