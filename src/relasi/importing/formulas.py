"""Texts that a spreadsheet would take for a formula: marked with ' in text files, and read without it."""

from __future__ import annotations

import re

_FORMULA = re.compile("'*[-=+@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[-+][0-9][0-9., ]*")


def disarmed(text: str) -> str:
    """What a spreadsheet shows instead of running it; numbers and telephone numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def restored(text: str) -> str:
    """The text of which `disarmed` has made this."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
