"""E-mail addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from email_validator import EmailNotValidError, validate_email

from relasi.schema.expressions import types
from relasi.schema.fields.base import FieldType, Kind, Storage, Value, ValueProblem, Widget, quoted
from relasi.schema.fields.notation.characters import clean

_LONGEST = 254
_PLAIN_NAME = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")


class EmailField(FieldType):
    """Values are str with the domain in lower case. Whether the mailbox exists is not asked."""

    name: ClassVar[str] = "email"
    summary: ClassVar[str] = "An e-mail address."
    widget: ClassVar[Widget] = Widget.TEXT
    scheme: ClassVar[str | None] = "mailto:"

    def example(self, number: int) -> Value:
        return f"person{number}@example.com"

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=_LONGEST)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        text = clean(value)
        if text is None:
            return None
        try:
            return _normal(text)
        except EmailNotValidError as error:
            raise ValueProblem("not_an_email", value=quoted(text)) from error


def _normal(text: str) -> str:
    """What `validate_email` makes of an address. Files hold many addresses of few domains: for plain names,
    each domain is judged once."""
    name, _, domain = text.rpartition("@")
    if _PLAIN_NAME.fullmatch(name) and len(text) <= _LONGEST:
        return f"{name}@{_normal_domain(domain)}"
    return validate_email(text, check_deliverability=False).normalized


@lru_cache(maxsize=1024)
def _normal_domain(domain: str) -> str:
    return validate_email(f"a@{domain}", check_deliverability=False).domain
