"""Which language a visitor reads, before they have signed in."""

from __future__ import annotations

from collections.abc import Sequence

from relasi.texts import FALLBACK, LANGUAGES

NAMES = {"en": "English", "id": "Bahasa Indonesia"}


def preferred(accept_language: str, offered: Sequence[str] = LANGUAGES) -> str:
    """The offered language that the browser's Accept-Language header ranks highest, else the first one
    offered."""
    ranked = sorted(_ranked(accept_language), key=lambda pair: -pair[1])
    return next((tag for tag, _ in ranked if tag in offered), offered[0] if offered else FALLBACK)


def _ranked(header: str) -> list[tuple[str, float]]:
    wishes = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";")
        number = quality.strip().removeprefix("q=")
        try:
            wishes.append((tag.split("-")[0].strip().lower(), float(number) if number else 1.0))
        except ValueError:
            continue
    return [wish for wish in wishes if wish[1] > 0]
