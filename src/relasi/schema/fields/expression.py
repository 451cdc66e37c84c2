"""Conditions that people write while Relasi runs."""

from __future__ import annotations

from typing import ClassVar, Self

from relasi.schema.expressions import types
from relasi.schema.fields.base import FieldType, Kind, Storage, Surroundings, Value, ValueProblem, Widget
from relasi.schema.fields.notation.characters import clean

LONGEST = 2000
"""Characters; no expression may have more."""


class ExpressionField(FieldType):
    """Values are expressions as str. Whether one makes sense is for the recipe to ask, which knows the
    Model."""

    name: ClassVar[str] = "expression"
    summary: ClassVar[str] = "A condition on the records of an entity, which people write into a record."
    widget: ClassVar[Widget] = Widget.CONDITION

    of: str
    """The entity whose records the condition is about."""

    def connect(self, around: Surroundings) -> Self:
        if self.of not in around.entities:
            message = f'there is no entity "{self.of}"'
            around.problem(("of",), "unknown-entity", message, word=self.of, candidates=around.entities)
        if self.is_encrypted:
            message, help = "a condition says nothing about a person", "take encrypted, or personal, away"
            around.problem((), "contradiction", message, help=help)
        return self

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=LONGEST)

    def expression_type(self) -> types.Type:
        return types.Text()

    def example(self, number: int) -> Value:
        return "id is not empty"

    def keep(self, value: Value) -> Value:
        text = clean(value, lines=True)
        if text is not None and len(text) > LONGEST:
            raise ValueProblem("too_long", max=LONGEST, length=len(text))
        return text
