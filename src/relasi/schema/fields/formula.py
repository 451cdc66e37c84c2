"""Values computed from other fields."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from relasi.schema.fields.base import FieldSpec

Result = Literal[
    "text", "long_text", "number", "decimal", "money", "percent",
    "boolean", "date", "datetime", "time", "duration",
]  # fmt: skip
"""The types that a formula can be told to give; choices, links and users follow from what it reads."""


class FormulaSpec(FieldSpec):
    """How the value is kept and shown follows from the expression, unless `gives` says it."""

    name: ClassVar[str] = "formula"
    summary: ClassVar[str] = (
        "A value computed from other fields, of this record or of linked ones, and right after every change."
    )

    value: str
    """An [expression](expressions.md), such as `amount * (1 - discount / 100)`, or a text with {holes}:
    `"{first_name} {last_name}"`."""
    gives: Result | None = None
    """The type of the result; it follows from the expression if absent, and a computed plain number is a
    decimal."""
    places: Annotated[int, Field(ge=0, le=9)] | None = None
    """How many places after the point a decimal or a percentage keeps; the rest is rounded, a half away from
    zero."""
