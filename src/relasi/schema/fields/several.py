"""What fields with several values of one kind have in common."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Annotated, Any, ClassVar

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
    quoted,
)


class Several(FieldType):
    """Values are str with one value in each line, none twice; the first line is the primary one.

    Being text, they are searched, and asked with `contains`. With `unique`, no two records share a value.
    """

    widget: ClassVar[Widget] = Widget.TEXT_AREA
    separators: ClassVar[str] = r"[\n;,]"
    """What stands between values in a text, as a pattern."""

    max: Annotated[int, Field(ge=2, le=100)] = 10
    """How many there may be."""

    @abstractmethod
    def each(self) -> FieldType:
        """The type of one value."""

    def storage(self) -> Storage:
        return Storage(Kind.TEXT)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        """Also takes a list."""
        if not isinstance(value, (str, list, tuple)):
            raise ValueProblem("not_text", value=quoted(value))
        return self._joined(re.split(self.separators, value) if isinstance(value, str) else value)

    def parse(self, text: str, reading: Reading) -> Value:
        """Values in lines of their own, or between separators."""
        return self._joined(re.split(self.separators, text))

    def _joined(self, values: list[Any] | tuple[Any, ...]) -> str | None:  # Any: what one value accepts
        kept = [self.each().accept(value.strip() if isinstance(value, str) else value) for value in values]
        lines = dict.fromkeys(value for value in kept if value is not None)
        if len(lines) > self.max:
            raise ValueProblem("too_many", max=self.max, count=len(lines))
        return "\n".join(lines) or None

    def show(self, value: Value, showing: Showing) -> str:
        return ", ".join(self.each().show(line, showing) for line in value.split("\n"))
