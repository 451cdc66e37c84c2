"""Links to other records."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Moment,
    Showing,
    Storage,
    Surroundings,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.characters import clean


class LinkField(FieldType):
    """Values are ids, or "entity/id" where several entities can be linked to.

    Whether there is such a record is for the recipe to ask; so is finding one by its title.
    """

    name: ClassVar[str] = "link"
    summary: ClassVar[str] = "Another record, of one entity or of one of several."
    widget: ClassVar[Widget] = Widget.LINK

    to: str | list[str]
    """The entity whose records can be linked to, or a list of entities."""
    on_delete: Literal["restrict", "clear", "cascade"] = "restrict"
    """When the linked record is deleted: refuse that, empty this field, or delete this record too."""
    where: str | None = None
    """The condition on the linked record, in which `record.` reads this one: `customer = record.customer`."""

    def connect(self, around: Surroundings) -> Self:
        for index, entity in enumerate(self.targets()):
            if entity not in around.entities:
                path = ("to",) if isinstance(self.to, str) else ("to", index)
                message = f'there is no entity "{entity}"'
                around.problem(path, "unknown-entity", message, word=entity, candidates=around.entities)
        if not self.targets() or len(set(self.targets())) < len(self.targets()):
            message = "list each entity that can be linked to, once"
            around.problem(("to",), "bad-targets", message, help="write one, or several: [first, second]")
        if self.where is not None and len(self.targets()) != 1:
            message, help = (
                "a condition is about the records of one entity",
                "link to one, or take where away",
            )
            around.problem(("where",), "contradiction", message, help=help)
        if self.required and self.on_delete == "clear":
            around.problem(
                ("on_delete",),
                "contradiction",
                "a required link cannot be emptied when its record is deleted",
                help="write on_delete: restrict or cascade, or leave out required",
            )
        return self

    def targets(self) -> tuple[str, ...]:
        return (self.to,) if isinstance(self.to, str) else tuple(self.to)

    def storage(self) -> Storage:
        return Storage(Kind.TEXT)

    def expression_type(self) -> types.Type:
        return types.Link(self.targets())

    def keep(self, value: Value) -> Value:
        text = clean(value)
        if text is None or len(self.targets()) == 1:
            return text
        entity, _, key = text.partition("/")
        if entity not in self.targets() or not key:
            raise ValueProblem("not_a_link", value=quoted(text), entities=", ".join(self.targets()))
        return text

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        """Nothing: a definition cannot know the ids of records."""
        if written is not None:
            raise ValueProblem("no_such_record")
        return None

    def show(self, value: Value, showing: Showing) -> str:
        if len(self.targets()) == 1:
            return showing.title(self.targets()[0], value)
        entity, _, key = value.partition("/")
        return showing.title(entity, key)
