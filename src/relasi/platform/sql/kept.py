"""Statements kept for the next question of the same shape: building one costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_Statement = TypeVar("_Statement")

_MOST = 500


class Kept:
    """The statements of one platform, whichever transaction asks."""

    def __init__(self) -> None:
        self._statements: dict[Hashable, Any] = {}

    def get(self, shape: Hashable, build: Callable[[], _Statement]) -> _Statement:
        """The statement of the shape; None is the shape of all that is asked only once."""
        if shape is None:
            return build()
        statement: _Statement | None = self._statements.get(shape)
        if statement is None:
            if len(self._statements) >= _MOST:
                self._statements.clear()
            statement = self._statements[shape] = build()
        return statement
