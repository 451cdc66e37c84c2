"""One statement for many values of a column, in parts that databases take; for one value a simpler one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, bindparam

_MOST = 1000
"""How many values go into one statement."""


class ByKeys:
    """`build` makes the statement from the condition on the column."""

    def __init__(self, column: Column[Any], build: Callable[[ColumnElement[bool]], Select[Any]]) -> None:
        self._one = build(column == bindparam("key"))
        self._many = build(column.in_(bindparam("keys", expanding=True)))

    def parts(self, keys: Sequence[str]) -> Iterator[tuple[Select[Any], dict[str, Any]]]:
        """The statements to run for these values, with what each takes."""
        if len(keys) == 1:  # cheaper: a list has to be written into the statement each time
            yield self._one, {"key": keys[0]}
        else:
            for start in range(0, len(keys), _MOST):
                yield self._many, {"keys": keys[start : start + _MOST]}
