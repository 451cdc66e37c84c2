"""Tokens -> syntax tree: a Pratt parser. Stops at the first mistake; what the names mean is check's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from relasi.schema.expressions import syntax
from relasi.schema.expressions.operations import LONGEST
from relasi.schema.expressions.problems import ExpressionError, Problem
from relasi.schema.expressions.syntax import Syntax
from relasi.schema.expressions.tokens import Token, tokenize

MOST_NODES = 200
DEEPEST = 25
LONGEST_LIST = 100

UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
RESERVED = frozenset(
    {
        "and",
        "or",
        "not",
        "in",
        "is",
        "contains",
        "starts",
        "ends",
        "true",
        "false",
        "null",
        "old",
        "user",
        "record",
        "this",
    }
)
"""Words that cannot be the name of a field."""

_CONSTANTS = {"true": True, "false": False, "null": None}
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATE = range(1, 8)
_BINDING = {
    **dict.fromkeys(
        ("=", "!=", "<", "<=", ">", ">=", "in", "not", "is", "contains", "starts", "ends"), _COMPARE
    ),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "and": _AND,
    "or": _OR,
}


@lru_cache(maxsize=10_000)  # a project says the same in many places, and says it again when one file changes
def parse(text: str) -> Syntax:
    """The syntax tree of a whole text. Raises ExpressionError."""
    return _Parser(tokenize(text)).whole()


class _Parser:
    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.position = 0
        self.nodes = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += token.kind != "end"
        return token

    def at(self, *values: str) -> bool:
        return self.token.kind in ("word", "sign") and self.token.value in values

    def expect(self, value: str) -> Token:
        if not self.at(value):
            raise self.refused(f'expected "{value}" but found {self.token.shown}', self.token)
        return self.take()

    def refused(
        self, message: str, token: Token, *, suggestion: str | None = None, help: str = ""
    ) -> ExpressionError:
        return ExpressionError([Problem(message, token.start, token.end, suggestion, help)])

    def whole(self) -> Syntax:
        if self.token.kind == "end":
            raise self.refused(
                "nothing is written here", self.token, help="write a condition such as: amount > 1000"
            )
        node = self.expression(0)
        rest = self.take()
        if rest.kind != "end":
            raise self.rest_refused(rest)
        return node

    def rest_refused(self, token: Token) -> ExpressionError:
        lowered = token.value.lower()
        if token.kind == "word" and lowered != token.value and lowered in _BINDING:
            return self.refused(f'"{token.value}" is written "{lowered}" here', token, suggestion=lowered)
        if token.kind == "word" and lowered in ("like", "matches"):
            return self.refused(f'"{token.value}" is not an operator', token, suggestion="contains")
        return self.refused(
            f"expected an operator but found {token.shown}",
            token,
            help="join conditions with and / or; quote text",
        )

    def expression(self, binding: int) -> Syntax:
        """Everything from here that binds tighter than `binding`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refused(f"nested more than {DEEPEST} deep", self.token, help="split it into fields")
        left = self.operand()
        height = 0
        while self.token.kind in ("word", "sign") and _BINDING.get(self.token.value, 0) > binding:
            height += not self.at("and", "or")
            if self.depth + height > DEEPEST:
                raise self.refused(
                    f"nested more than {DEEPEST} deep", self.token, help="split it into fields"
                )
            left = self.continued(left)
        self.depth -= 1
        return left

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refused(f"more than {MOST_NODES} parts", self.token, help="split it into fields")

    def operand(self) -> Syntax:
        self.count()
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "text":
            return syntax.Literal((token.start, token.end), token.value)
        if token.kind == "word":
            return self.word(token)
        if token.value == "(" and token.kind == "sign":
            inner = self.expression(0)
            return replace(inner, at=(token.start, self.expect(")").end))
        if token.value == "-" and token.kind == "sign":
            operand = self.expression(_NEGATE)
            return syntax.Unary((token.start, operand.at[1]), "-", operand)
        help = "a list stands only after in" if token.value == "[" else ""
        raise self.refused(f"expected a value but found {token.shown}", token, help=help)

    def number(self, token: Token) -> Syntax:
        number = Decimal(token.value) if "." in token.value else int(token.value)
        word = self.token
        if word.kind != "word" or word.value in _BINDING:
            return syntax.Literal((token.start, token.end), number)
        unit = word.value.removesuffix("s")
        if unit in ("month", "year"):
            raise self.refused(f"a {unit} has no fixed length", word, help="count in days or weeks: 30 days")
        if unit not in UNITS:
            raise self.refused(
                f'"{word.value}" is no unit of time', word, help="seconds, minutes, hours, days or weeks"
            )
        self.take()
        microseconds = number * (UNITS[unit] // timedelta(microseconds=1))
        if microseconds > LONGEST // timedelta(microseconds=1):
            raise self.refused("longer than any calendar", token)
        return syntax.Literal((token.start, word.end), timedelta(microseconds=int(microseconds)))

    def word(self, token: Token) -> Syntax:
        if token.value in _CONSTANTS:
            return syntax.Literal((token.start, token.end), _CONSTANTS[token.value])
        if token.value == "not":
            operand = self.expression(_NOT)
            return syntax.Unary((token.start, operand.at[1]), "not", operand)
        if token.value in _BINDING:
            raise self.refused(f'expected a value but found "{token.value}"', token)
        if self.at("("):
            return self.function(token)
        parts, offsets, end = [token.value], [token.start], token.end
        while self.at("."):
            self.take()
            part = self.take()
            if part.kind != "word":
                raise self.refused(f'expected a name after "." but found {part.shown}', part)
            parts.append(part.value)
            offsets.append(part.start)
            end = part.end
        return syntax.Name((token.start, end), tuple(parts), tuple(offsets))

    def function(self, name: Token) -> Syntax:
        self.take()
        arguments = () if self.at(")") else self.listed()
        return syntax.Function((name.start, self.expect(")").end), name.value, arguments)

    def listed(self) -> tuple[Syntax, ...]:
        items = [self.expression(0)]
        while self.at(","):
            self.take()
            items.append(self.expression(0))
            if len(items) > LONGEST_LIST:
                raise self.refused(
                    f"more than {LONGEST_LIST} items in a row", self.token, help="split the list"
                )
        return tuple(items)

    def continued(self, left: Syntax) -> Syntax:
        """The operator at hand with what follows it, applied to what stands before it."""
        self.count()
        token = self.take()
        if token.value in ("and", "or"):
            return self.chain(left, "and" if token.value == "and" else "or")
        if token.value == "is":
            return self.is_empty(left)
        if token.value in ("in", "not"):
            return self.within(left, token)
        operator = token.value
        if operator in ("starts", "ends"):
            self.expect("with")
            operator += " with"
        binding = _BINDING[token.value]
        right = self.expression(binding)
        if binding == _COMPARE and self.token.kind != "text" and _BINDING.get(self.token.value) == _COMPARE:
            raise self.refused("comparisons cannot be chained", self.token, help="write a < b and b < c")
        return syntax.Binary((left.at[0], right.at[1]), operator, left, right)

    def chain(self, left: Syntax, operator: Literal["and", "or"]) -> Syntax:
        operands = [left, self.expression(_BINDING[operator])]
        while self.at(operator):
            self.count()
            self.take()
            operands.append(self.expression(_BINDING[operator]))
        return syntax.Chain((left.at[0], operands[-1].at[1]), operator, tuple(operands))

    def is_empty(self, left: Syntax) -> Syntax:
        negated = self.at("not")
        if negated:
            self.take()
        if not self.at("empty"):
            is_absence = self.token.value.lower() in ("null", "none", "nil", "blank")
            raise self.refused(
                f'expected "empty" but found {self.token.shown}',
                self.token,
                suggestion="empty" if is_absence else None,
                help="" if is_absence else "to compare, write = instead of is",
            )
        return syntax.IsEmpty((left.at[0], self.take().end), left, negated)

    def within(self, left: Syntax, token: Token) -> Syntax:
        negated = token.value == "not"
        if negated:
            self.expect("in")
        if not self.at("["):
            raise self.refused(
                f'expected "[" but found {self.token.shown}', self.token, help="write in [a, b]"
            )
        self.take()
        items = self.listed()
        return syntax.In((left.at[0], self.expect("]").end), left, items, negated)
