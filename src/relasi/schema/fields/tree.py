"""The record above, in an entity whose records form a tree."""

from __future__ import annotations

from typing import ClassVar, Self

from relasi.schema.fields.base import Surroundings
from relasi.schema.fields.link import LinkField


class TreeField(LinkField):
    """Values are ids. That no record comes to stand below itself is for the recipe to see to."""

    name: ClassVar[str] = "tree"
    summary: ClassVar[str] = (
        "The record above this one, of the same entity; a record never comes to stand below itself."
    )

    makes_tree: ClassVar[bool] = True

    to: str | list[str] = ""
    """The entity itself; need not be written."""

    def connect(self, around: Surroundings) -> Self:
        if self.to not in ("", around.entity):
            message = f"a tree is made of records of {around.entity} alone"
            around.problem(("to",), "contradiction", message, help="take it away, or make it a link")
            return self
        return super(TreeField, self.model_copy(update={"to": around.entity})).connect(around)
