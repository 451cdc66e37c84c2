"""Text with `{expression}` holes: titles, subjects, messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from relasi.schema.expressions.expression import Expression
from relasi.schema.expressions.problems import ExpressionError, Problem
from relasi.schema.expressions.scope import Scope
from relasi.schema.expressions.situation import Situation

Format = Callable[[Any, Expression], str]  # Any: a field's value; how it is shown is the caller's business
"""Turns the value of a hole, which is not null, into text."""

_PIECE = re.compile(
    r"""(?P<brace>\{\{|\}\})
      | (?P<hole>\{(?P<inside>(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*)\})
      | (?P<stray>[{}])
      | (?P<text>[^{}]+)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Template:
    """`pieces` are the texts and expressions in order. `{{` and `}}` stand for single braces."""

    text: str
    pieces: tuple[str | Expression, ...]

    @classmethod
    def parse(cls, text: str, scope: Scope) -> Self:
        """Checks every hole in the scope. Raises ExpressionError with offsets into the whole template."""
        pieces: list[str | Expression] = []
        problems: list[Problem] = []
        for match in _PIECE.finditer(text):
            if match["stray"]:
                help = "write {{ or }} for a brace, {field} for a value"
                problems.append(
                    Problem("this brace has no counterpart", match.start(), match.end(), help=help)
                )
            elif match["hole"]:
                try:
                    pieces.append(Expression.parse(match["inside"], scope))
                except ExpressionError as error:
                    problems += (_moved(problem, match.start("inside")) for problem in error.problems)
            else:
                pieces.append(match["brace"][0] if match["brace"] else match["text"])
        if problems:
            raise ExpressionError(problems)
        return cls(text, tuple(pieces))

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Expression))

    def render(self, situation: Situation, format: Format) -> str:
        """The text with every hole filled; a null leaves nothing, not even a second blank."""
        text, is_open = "", False
        for piece in self.pieces:
            shown = piece if isinstance(piece, str) else _shown(piece, situation, format)
            doubled = is_open and isinstance(piece, str) and (not text or text.endswith(" "))
            text += shown.removeprefix(" ") if doubled else shown
            is_open = not isinstance(piece, str) and not shown
        return text


def _shown(expression: Expression, situation: Situation, format: Format) -> str:
    value = expression.evaluate(situation)
    return "" if value is None else format(value, expression)


def _moved(problem: Problem, offset: int) -> Problem:
    start, end = problem.start + offset, problem.end + offset
    return Problem(problem.message, start, end, problem.suggestion, problem.help)
