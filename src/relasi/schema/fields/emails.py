"""Several e-mail addresses."""

from __future__ import annotations

from typing import ClassVar

from relasi.schema.fields.base import FieldType
from relasi.schema.fields.email import EmailField
from relasi.schema.fields.several import Several

_EACH = EmailField(type="email")


class EmailsField(Several):
    """Each is checked like a single one."""

    name: ClassVar[str] = "emails"
    summary: ClassVar[str] = "Several e-mail addresses, one in each line; the first is the primary one."

    def each(self) -> FieldType:
        return _EACH
