"""The syntax tree: an expression as written, before any name is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from typing import Literal as TypingLiteral


@dataclass(frozen=True, slots=True)
class _Placed:
    """`at` is where the part starts and ends in the expression's text."""

    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Literal(_Placed):
    """A number (int or Decimal), text, true, false, null or a duration (timedelta)."""

    value: Any  # Any: see above


@dataclass(frozen=True, slots=True)
class Name(_Placed):
    """A word, or several with dots between them. `offsets` are where each part starts."""

    parts: tuple[str, ...]
    offsets: tuple[int, ...]

    def part(self, index: int) -> tuple[int, int]:
        """Where one part starts and ends."""
        return self.offsets[index], self.offsets[index] + len(self.parts[index])


@dataclass(frozen=True, slots=True)
class Unary(_Placed):
    """`not` or `-`."""

    operator: str
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Binary(_Placed):
    """Arithmetic, a comparison, or `contains`, `starts with`, `ends with`."""

    operator: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Chain(_Placed):
    """`and` or `or` over two or more operands."""

    operator: TypingLiteral["and", "or"]
    operands: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class In(_Placed):
    """`in [..]` or `not in [..]`."""

    operand: Syntax
    items: tuple[Syntax, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class IsEmpty(_Placed):
    """`is empty` or `is not empty`."""

    operand: Syntax
    negated: bool


@dataclass(frozen=True, slots=True)
class Function(_Placed):
    """A call. The name starts where the call starts."""

    name: str
    arguments: tuple[Syntax, ...]


Syntax = Literal | Name | Unary | Binary | Chain | In | IsEmpty | Function
