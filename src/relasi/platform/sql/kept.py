"""What is made for a question, kept for the next of the same shape: building a statement costs more than
running it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_Made = TypeVar("_Made")

_MOST = 500


class Kept:
    """What one platform keeps, whichever transaction asks."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def get(self, shape: Hashable, build: Callable[[], _Made]) -> _Made:
        """What was made for the shape; None is the shape of all that is asked only once."""
        if shape is None:
            return build()
        made: _Made | None = self._kept.get(shape)
        if made is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            made = self._kept[shape] = build()
        return made
