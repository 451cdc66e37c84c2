"""People who work in the CRM."""

from __future__ import annotations

from typing import Any, ClassVar

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Moment,
    Showing,
    Storage,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.characters import clean


class UserField(FieldType):
    """Values are user ids; whether there is such a user is for the recipe to ask."""

    name: ClassVar[str] = "user"
    summary: ClassVar[str] = "A user of the CRM; `default: me` is whoever creates the record."
    widget: ClassVar[Widget] = Widget.USER

    def storage(self) -> Storage:
        return Storage(Kind.TEXT)

    def expression_type(self) -> types.Type:
        return types.User()

    def keep(self, value: Value) -> Value:
        return clean(value)

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        """Only `me`: a definition cannot know the ids of users."""
        if written is None:
            return None
        if written != "me":
            raise ValueProblem("not_me", value=quoted(written))
        return moment.user_id

    def show(self, value: Value, showing: Showing) -> str:
        return showing.title("user", value)
