"""Masks: how much of a value is shown to those who need not know all of it.

A mask never shows more than half of a value, nor how long it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relasi.schema.fields.base import FieldType, Kind, Value, Widget

DOTS = "•••"
WORDS = ("last 4", "first 1", "initials", "domain", "year", "all")
"""What authors write; the numbers may be others."""

_COUNTED = re.compile(r"(last|first) ([1-9][0-9]?)")


class Disguised(str):
    """What a mask leaves of a value: a text whatever the type of the field, shown as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Mask:
    """`written` is what the author wrote: one of WORDS."""

    written: str

    @property
    def is_known(self) -> bool:
        return self.written in WORDS or _COUNTED.fullmatch(self.written) is not None

    def fits(self, type_: FieldType) -> bool:
        """Whether values of the type have the part that the mask shows."""
        kind = type_.storage().kind
        if self.written == "all":
            return True
        if self.written == "year":
            return kind in (Kind.DATE, Kind.DATETIME)
        if self.written == "domain":
            return type_.name == "email"
        return kind is Kind.TEXT and type_.widget in (Widget.TEXT, Widget.TEXT_AREA)

    def over(self, value: Value) -> Disguised | None:
        """What is shown of a value, or of what the audit log keeps of it; None where it is empty."""
        return None if value is None else Disguised(self._shown(str(value)))

    def _shown(self, text: str) -> str:
        match self.written:
            case "initials":
                return " ".join(f"{word[0]}{DOTS}" for word in text.split())
            case "domain":
                return f"{DOTS}{text[text.rindex('@') :]}" if "@" in text else DOTS
            case "year":
                return f"{text[:4]} {DOTS}"
        counted = _COUNTED.fullmatch(self.written)
        if counted is None:
            return DOTS
        count = min(int(counted[2]), len(text) // 2)
        if not count:
            return DOTS
        return f"{DOTS}{text[-count:]}" if counted[1] == "last" else f"{text[:count]}{DOTS}"
