"""Several addresses of web pages."""

from __future__ import annotations

from typing import ClassVar

from relasi.schema.fields.base import FieldType
from relasi.schema.fields.several import Several
from relasi.schema.fields.url import UrlField

_EACH = UrlField(type="url")


class UrlsField(Several):
    """Each is checked like a single one."""

    name: ClassVar[str] = "urls"
    summary: ClassVar[str] = "Several addresses of web pages, one in each line; the first is the primary one."
    separators: ClassVar[str] = r"\s"
    """Commas and semicolons may be part of an address."""

    def each(self) -> FieldType:
        return _EACH
