"""E-mail addresses."""

from __future__ import annotations

from typing import ClassVar

from email_validator import EmailNotValidError, validate_email

from relasi.schema.expressions import types
from relasi.schema.fields.base import FieldType, Kind, Storage, Value, ValueProblem, Widget, quoted
from relasi.schema.fields.notation.characters import clean


class EmailField(FieldType):
    """Values are str with the domain in lower case. Whether the mailbox exists is not asked."""

    name: ClassVar[str] = "email"
    summary: ClassVar[str] = "An e-mail address."
    widget: ClassVar[Widget] = Widget.TEXT

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=254)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        text = clean(value)
        if text is None:
            return None
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValueProblem("not_an_email", value=quoted(text)) from error
