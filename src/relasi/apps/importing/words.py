"""What the page of an import says."""

from __future__ import annotations

from datetime import datetime

from relasi.apps.markdown import plain
from relasi.apps.visitor import Visitor
from relasi.schema.fields.datetime import DateTimeField
from relasi.texts import say

_MOMENT = DateTimeField(type="datetime")


def told(visitor: Visitor, key: str, **params: object) -> str:
    """The sentence `key` of texts/importing.yaml."""
    return say(visitor.language, f"importing.{key}", **params)


def unlinked(text: str) -> str:
    """As Markdown in which an e-mail address is no link."""
    return plain(text).replace("@", "\N{WORD JOINER}@")


def moment(visitor: Visitor, at: datetime) -> str:
    return _MOMENT.show(at, visitor.showing())
