"""What an unquoted word in YAML means here: the core schema of YAML 1.2, read with a business in mind.

`on`, `yes` and `NO` stay words, dates and times stay text. Stricter than the standard, what looks like a code
or a telephone number stays text too (`0812`, `+62812`), and so do `.inf`, `.nan`, numbers of more than forty
characters and exponents of more than two digits.
"""

from __future__ import annotations

import re
from decimal import Decimal

from relasi.config.nodes import Value

_WORDS: dict[str, Value] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_LONGEST = 40
_BEGINNINGS = frozenset("-.0123456789")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_DECIMAL = re.compile(r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")


def resolve(text: str) -> Value:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST or text[0] not in _BEGINNINGS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
