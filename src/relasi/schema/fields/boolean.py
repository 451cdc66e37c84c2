"""Yes or no."""

from __future__ import annotations

from typing import ClassVar

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
from relasi.texts import say

_YES = frozenset({"yes", "y", "true", "t", "1", "ya", "benar"})
_NO = frozenset({"no", "n", "false", "f", "0", "tidak", "salah"})


class BooleanField(FieldType):
    """Values are bool; empty counts as no in conditions."""

    name: ClassVar[str] = "boolean"
    summary: ClassVar[str] = "Yes or no."
    widget: ClassVar[Widget] = Widget.CHECKBOX

    def storage(self) -> Storage:
        return Storage(Kind.BOOLEAN)

    def expression_type(self) -> types.Type:
        return types.Boolean()

    def keep(self, value: Value) -> Value:
        if not isinstance(value, bool):
            raise ValueProblem("not_a_boolean", value=quoted(value))
        return value

    def parse(self, text: str, reading: Reading) -> Value:
        word = text.casefold()
        if word not in _YES | _NO:
            raise ValueProblem("not_a_boolean", value=quoted(text))
        return word in _YES

    def show(self, value: Value, showing: Showing) -> str:
        return say(showing.language, "values.yes" if value else "values.no")
