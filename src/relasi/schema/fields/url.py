"""Web addresses."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from relasi.schema.expressions import types
from relasi.schema.fields.base import FieldType, Kind, Storage, Value, ValueProblem, Widget, quoted
from relasi.schema.fields.notation.characters import clean

_LENGTH = 2_048
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f]*:[0-9a-f:.]+")


class UrlField(FieldType):
    """Values are str that start with http:// or https://, so that a page can link to them safely."""

    name: ClassVar[str] = "url"
    summary: ClassVar[str] = "The address of a web page."
    widget: ClassVar[Widget] = Widget.TEXT
    scheme: ClassVar[str | None] = ""

    def example(self, number: int) -> Value:
        return f"https://example.com/{number}"

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=_LENGTH)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        """`example.com/page` gets https://; scheme and host become lower case; user names are refused."""
        text = clean(value)
        if text is None:
            return None
        if len(text) > _LENGTH:
            raise ValueProblem("too_long", max=_LENGTH, length=len(text))
        try:
            return _normal(text)
        except ValueError as error:
            raise ValueProblem("not_a_url", value=quoted(text)) from error


def _normal(text: str) -> str:
    """Raises ValueError."""
    complete = text if _SCHEME.match(text) else f"https://{text}"
    parts = urlsplit(complete)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or re.search(r"\s", text):
        raise ValueError(text)
    if not _HOST.fullmatch(host) or (complete != text and "." not in host) or parts.port == 0:
        raise ValueError(text)
    return parts._replace(netloc=parts.netloc.lower()).geturl()
