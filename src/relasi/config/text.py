"""The characters of a file before any YAML: encoding, line ends, size, and signs that nobody can see."""

from __future__ import annotations

import re

from relasi.diagnostics import Diagnostics, Span

MAX_SIZE = 2_000_000
INVISIBLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML forbids, and the line and paragraph separators of Unicode, at which editors break no line."""


def decode(data: bytes, file: str, diagnostics: Diagnostics) -> str | None:
    """The text of a file, which must be UTF-8; None, with a diagnostic, if it is not or is too big."""
    if is_too_big(len(data), file, diagnostics):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        span = _span(data[: error.start].decode("utf-8"), file)
        message = f"this file is not UTF-8 text (byte 0x{data[error.start]:02x})"
        diagnostics.error("not-utf-8", message, span, help="save the file with the encoding UTF-8")
        return None


def normal(text: str) -> str:
    """The text with one kind of line end and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> tuple[str, ...]:
    """The lines as diagnostics count them, however they end."""
    return tuple(normal(text).split("\n"))


def is_too_big(size: int, file: str, diagnostics: Diagnostics) -> bool:
    """Reports a size beyond the limit."""
    if size <= MAX_SIZE:
        return False
    message = f"this file is larger than {MAX_SIZE // 1_000_000} MB"
    way_out = "split it; records belong in an import, not in YAML"
    diagnostics.error("file-too-big", message, Span.whole(file), help=way_out)
    return True


def has_invisible(text: str, file: str, diagnostics: Diagnostics) -> bool:
    """Reports the first invisible character of a file."""
    found = INVISIBLE.search(text)
    if found is None:
        return False
    refuse_invisible(found[0], _span(text[: found.start()], file), diagnostics)
    return True


def refuse_invisible(character: str, span: Span, diagnostics: Diagnostics) -> None:
    message = f"there is an invisible character here (U+{ord(character):04X})"
    way_out = "delete it; it often comes with text copied from another program"
    diagnostics.error("invisible-character", message, span, help=way_out)


def _span(before: str, file: str) -> Span:
    """The place right after a text."""
    lines = split_lines(before)
    return Span(file, len(lines), len(lines[-1]) + 1, len(lines), len(lines[-1]) + 2)
