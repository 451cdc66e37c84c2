"""A mark on a short scale."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

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
)
from relasi.schema.fields.notation.numbers import exact, fitted, read_number


class RatingField(FieldType):
    """Values are int from 1 to `max`."""

    name: ClassVar[str] = "rating"
    summary: ClassVar[str] = "A mark from 1 to 5, or to another highest mark."
    widget: ClassVar[Widget] = Widget.RATING
    right_aligned: ClassVar[bool] = True

    max: Annotated[int, Field(ge=2, le=10)] = 5
    """The highest mark."""

    def storage(self) -> Storage:
        return Storage(Kind.INTEGER)

    def expression_type(self) -> types.Type:
        return types.Number(places=0)

    def keep(self, value: Value) -> Value:
        mark = int(fitted(exact(value), 0))
        if mark < 1:
            raise ValueProblem("too_small", min=1)
        if mark > self.max:
            raise ValueProblem("too_large", max=self.max)
        return mark

    def parse(self, text: str, reading: Reading) -> Value:
        """Also takes "4/5"."""
        return self.accept(read_number(text.removesuffix(f"/{self.max}"), reading.locale))

    def show(self, value: Value, showing: Showing) -> str:
        return f"{value}/{self.max}"
