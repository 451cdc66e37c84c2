"""Masks: how much of a value is shown to those who need not know all of it.

None of them tells how long it is, and those that count characters show half of it at most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relasi.schema.fields.base import FieldType, Kind, Value, Widget
from relasi.schema.fields.notation.disguised import Disguised

DOTS = "•••"
WORDS = ("last 4", "first 1", "initials", "domain", "all")
"""What authors write; the numbers may be others."""

_COUNTED = re.compile(r"(last|first) ([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Mask:
    """`written` is what the author wrote: one of WORDS."""

    written: str

    @property
    def is_known(self) -> bool:
        return self.written in WORDS or _COUNTED.fullmatch(self.written) is not None

    def fits(self, type_: FieldType) -> bool:
        """Whether values of the type are texts that have the part which the mask shows."""
        is_text = type_.storage().kind is Kind.TEXT and type_.widget in (Widget.TEXT, Widget.TEXT_AREA)
        return type_.name == "email" if self.written == "domain" else is_text

    def over(self, value: Value) -> Disguised | None:
        """What is shown of a value; None where it is empty."""
        return None if value is None else Disguised(self._shown(value))

    def _shown(self, text: str) -> str:
        match self.written:
            case "initials":
                return " ".join(f"{word[0]}{DOTS}" for word in text.split())
            case "domain":
                return f"{DOTS}{text[text.rindex('@') :]}" if "@" in text else DOTS
        counted = _COUNTED.fullmatch(self.written)
        if counted is None:
            return DOTS
        count = min(int(counted[2]), len(text) // 2)
        if not count:
            return DOTS
        return f"{DOTS}{text[-count:]}" if counted[1] == "last" else f"{text[:count]}{DOTS}"
