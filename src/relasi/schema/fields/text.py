"""One line of text."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Storage,
    Surroundings,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.characters import clean
from relasi.schema.fields.notation.shapes import example_of, fits, is_shape


class TextField(FieldType):
    """Values are str."""

    name: ClassVar[str] = "text"
    summary: ClassVar[str] = "One line of text: a name, a subject, a code."
    widget: ClassVar[Widget] = Widget.TEXT
    keeps_lines: ClassVar[bool] = False

    max_length: Annotated[int, Field(ge=1, le=4_000)] = 255
    """How many characters the text may have."""
    min_length: Annotated[int, Field(ge=0)] = 0
    """How many characters the text must have, unless it is empty."""
    shape: str | None = None
    """What a code looks like: `"{99}.{999}-{A}"`. In braces, 9 stands for a digit, A for a capital letter,
    a for a small one, * for a letter or digit, and + at the end for one or more of the last; all else stands
    for itself."""

    def connect(self, around: Surroundings) -> Self:
        if self.min_length > self.max_length:
            around.problem(
                ("min_length",),
                "impossible-range",
                "min_length is greater than max_length",
                help="exchange the two",
            )
        if self.shape is not None and not is_shape(self.shape):
            around.problem(
                ("shape",),
                "bad-shape",
                "this is not the shape of a code",
                help="signs stand in braces: {9} a digit, {A} a capital letter, {a} a small one, {9+} digits",
            )
        return self

    def example(self, number: int) -> Value:
        return None if self.shape is None else example_of(self.shape, number)

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=self.max_length)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        text = clean(value, lines=self.keeps_lines)
        if text is None:
            return None
        if len(text) > self.max_length:
            raise ValueProblem("too_long", max=self.max_length, length=len(text))
        if len(text) < self.min_length:
            raise ValueProblem("too_short", min=self.min_length)
        if self.shape is not None and not fits(self.shape, text):
            raise ValueProblem("not_shaped", value=quoted(text), example=example_of(self.shape, 1))
        return text
