"""Data for other programs."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar, NoReturn

from pydantic import Field

from relasi.schema.expressions import types
from relasi.schema.fields.base import FieldType, Kind, Storage, Value, ValueProblem, Widget, quoted


class JsonField(FieldType):
    """Values are JSON as str, written in one way: keys in order, no blanks that mean nothing."""

    name: ClassVar[str] = "json"
    summary: ClassVar[str] = "JSON that other programs write and read; people see it as text."
    widget: ClassVar[Widget] = Widget.TEXT_AREA

    max_length: Annotated[int, Field(ge=2, le=1_000_000)] = 20_000
    """How many characters the JSON may have."""

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=self.max_length)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        """Takes JSON text, and what it stands for: maps, lists, numbers, true and false."""
        try:
            data = json.loads(value, parse_constant=_refuse) if isinstance(value, str) else value
            text = json.dumps(
                data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
            )
            text.encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueProblem("not_json", value=quoted(value)) from error
        if "\\u0000" in text:
            raise ValueProblem("broken_characters")
        if len(text) > self.max_length:
            raise ValueProblem("too_long", max=self.max_length, length=len(text))
        return None if data is None else text


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)
