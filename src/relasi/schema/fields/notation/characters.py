"""Which characters a stored text may hold. Lengths and formats are for the field types."""

from __future__ import annotations

import re
import unicodedata

from relasi.schema.fields.base import ValueProblem, quoted

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")  # neither can be stored as text everywhere


def clean(value: object, *, lines: bool = False) -> str | None:
    """Text in NFC without control characters and outer blanks, None when nothing is left.

    Line ends become "\\n" where `lines` are kept, otherwise they and tabs become blanks. Raises ValueProblem
    for what is no text, and for NUL and lone surrogates: they show that a file was read wrongly.
    """
    if not isinstance(value, str):
        raise ValueProblem("not_text", value=quoted(value))
    if _IMPOSSIBLE.search(value):
        raise ValueProblem("broken_characters")
    text = value if value.isprintable() else _tidied(value, lines)
    return unicodedata.normalize("NFC", text).strip() or None


def _tidied(text: str, lines: bool) -> str:
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return text if lines else text.replace("\n", " ").replace("\t", " ")
