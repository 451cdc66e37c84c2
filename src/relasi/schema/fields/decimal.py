"""Numbers with a fixed number of places, and what all numbers have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Self

from babel.numbers import format_decimal
from pydantic import Field

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Reading,
    Showing,
    Storage,
    Surroundings,
    Value,
    ValueProblem,
    Widget,
)
from relasi.schema.fields.notation.numbers import Exact, exact, fitted, plain, read_number


class Quantity(FieldType):
    """What number, decimal, money and percent share. Values are Decimal unless a type says otherwise."""

    widget: ClassVar[Widget] = Widget.NUMBER
    right_aligned: ClassVar[bool] = True

    min: Exact | None = None
    """The smallest value allowed."""
    max: Exact | None = None
    """The largest value allowed."""

    @abstractmethod
    def scale(self) -> int:
        """How many places after the point are kept."""

    def connect(self, around: Surroundings) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            around.problem(("min",), "impossible-range", "min is greater than max", help="exchange the two")
        return self

    def storage(self) -> Storage:
        return Storage(Kind.DECIMAL, places=self.scale())

    def keep(self, value: Value) -> Value:
        number = fitted(exact(value), self.scale())
        if self.min is not None and number < self.min:
            raise ValueProblem("too_small", min=plain(self.min))
        if self.max is not None and number > self.max:
            raise ValueProblem("too_large", max=plain(self.max))
        return number

    def parse(self, text: str, reading: Reading) -> Value:
        return self.accept(read_number(text, reading.locale))

    def dump(self, value: Value) -> Any:  # Any: JSON
        return f"{value:f}"


class DecimalField(Quantity):
    name: ClassVar[str] = "decimal"
    summary: ClassVar[str] = "A number with a fixed number of decimal places, kept exactly."

    places: Annotated[int, Field(ge=0, le=9)] = 2
    """How many places after the decimal point are kept."""
    least_places: Annotated[int, Field(ge=0, le=9)] | None = None
    """How many of them are shown of every number (all if empty), others only where they are no zeros: with 0,
    what counts pieces reads 4 and 2.5."""

    def scale(self) -> int:
        return self.places

    def expression_type(self) -> types.Type:
        return types.Number(places=self.places)

    def show(self, value: Value, showing: Showing) -> str:
        return format_decimal(value, self.pattern(), locale=showing.locale)

    def pattern(self) -> str:
        """How its numbers are written, as Unicode's CLDR says it."""
        least = self.places if self.least_places is None else min(self.least_places, self.places)
        return f"#,##0.{'0' * least}{'#' * (self.places - least)}" if self.places else "#,##0"
