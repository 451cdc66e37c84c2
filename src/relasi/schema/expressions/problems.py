"""What can be wrong with an expression. Turning it into a Diagnostic with a line is the schema compiler's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, from offset `start` to `end` of the text. `suggestion` is the nearest legal word."""

    message: str
    start: int
    end: int
    suggestion: str | None = None
    help: str = ""

    def __str__(self) -> str:
        hints = [f'did you mean "{self.suggestion}"?'] if self.suggestion else []
        hints += [self.help] if self.help else []
        return f"{self.message} (column {self.start + 1})" + "".join(f" - {hint}" for hint in hints)


class ExpressionError(ValueError):
    """An expression that cannot be used, with every problem found, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.start, problem.end)))
        super().__init__("; ".join(str(problem) for problem in self.problems))
