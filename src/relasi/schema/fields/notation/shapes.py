"""Shapes of codes, such as "{99}.{999}-{A}": signs in braces stand for characters, all else for itself."""

from __future__ import annotations

import re
from functools import cache

SIGNS = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]", "*": "[0-9A-Za-z]"}
"""What each sign stands for. Behind the last sign of a group, + means one or more of it."""

_PARTS = re.compile(r"\{(?P<signs>[9Aa*]+)(?P<more>\+?)\}|(?P<plain>[^{}]+)")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def is_shape(text: str) -> bool:
    """Whether all braces are closed and hold signs, there are any, and some text has the shape."""
    return "{" in text and _PARTS.sub("", text) == "" and fits(text, example_of(text, 1))


def fits(shape: str, text: str) -> bool:
    return _recognizer(shape).fullmatch(text) is not None


def example_of(shape: str, number: int) -> str:
    """A text of the shape, whose digits count with the number."""
    digits = sum(match["signs"].count("9") for match in _PARTS.finditer(shape) if match["signs"])
    left = list(str(number).zfill(digits)[-digits:]) if digits else []
    return _PARTS.sub(lambda match: match["plain"] or _written(match["signs"], left, number), shape)


def _written(signs: str, digits: list[str], number: int) -> str:
    letter = _LETTERS[number % len(_LETTERS)]
    made = {"A": letter, "a": letter.lower(), "*": letter}
    return "".join(digits.pop(0) if sign == "9" else made[sign] for sign in signs)


@cache
def _recognizer(shape: str) -> re.Pattern[str]:
    return re.compile("".join(map(_recognized, _PARTS.finditer(shape))))


def _recognized(part: re.Match[str]) -> str:
    """Never gives back what it has taken, so that no text takes long to refuse."""
    if part["plain"]:
        return re.escape(part["plain"])
    return "".join(SIGNS[sign] for sign in part["signs"]) + ("++" if part["more"] else "")
