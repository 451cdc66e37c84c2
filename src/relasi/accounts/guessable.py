"""Passwords that others guess: on lists of leaked ones, names, years, keys side by side, and any of these
with a little change. zxcvbn knows the lists of the world; words of Indonesia come from here."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from re import split

_ENOUGH = 10**8
"""So many guesses at least; NIST SP 800-63B asks for a list, this is its measure."""
_LOOKED_AT = 72
"""The time of a look grows with the length, and what is behind this makes nothing easier to guess."""


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """`about` is what is known of the person: each is a guess, and so is each of its words."""
    from zxcvbn import zxcvbn  # its lists take a tenth of a second to load

    known = [word for text in about for word in _parts(text) if len(word) > 2]
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, *_WORDS], max_length=_LOOKED_AT)
    return bool(found["guesses"] < _ENOUGH)


def _parts(text: str) -> tuple[str, ...]:
    words = split(r"[\W_]+", text)
    return (text, "".join(words), *words)


_WORDS = resources.files(__package__).joinpath("indonesian.txt").read_text(encoding="utf-8").split()
