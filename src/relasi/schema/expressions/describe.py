"""Typed tree -> a sentence in a user's language. The phrases are in texts/expressions.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal, localcontext
from functools import partial, reduce
from typing import assert_never

from babel.dates import format_date
from babel.numbers import format_decimal

from relasi.schema.expressions import operations
from relasi.schema.expressions.names import KINDS
from relasi.schema.expressions.scope import Labels
from relasi.schema.expressions.tree import (
    Call,
    Changed,
    Compare,
    Constant,
    CurrentUser,
    Empty,
    FirstFilled,
    Given,
    If,
    KindOf,
    Logic,
    Node,
    Not,
    Now,
    Read,
    TeamOf,
    ThisRecord,
    Today,
    Under,
    UnderTeam,
    WeightOf,
    Within,
)
from relasi.schema.expressions.types import Boolean, Choice, Date, DateTime, Time
from relasi.texts import say

_EQUALITY = {"=": "is", "!=": "is_not"}
_ORDER = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
_ORDER_IN_TIME = {"<": "before", "<=": "not_after", ">": "after", ">=": "not_before"}
_INFIX = frozenset(
    operation.name
    for operation in (
        operations.ADD,
        operations.SUBTRACT,
        operations.MULTIPLY,
        operations.DIVIDE,
        operations.NEGATE,
        operations.ADD_DURATIONS,
        operations.SUBTRACT_DURATIONS,
        operations.NEGATE_DURATION,
        operations.SCALE_DURATION,
        operations.RATIO,
    )
)
_GIVEN: dict[type[Node], str] = {ThisRecord: "record", CurrentUser: "user", Now: "now", Today: "today"}
_UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def described(node: Node, language: str, labels: Labels) -> str:
    """The sentence for a condition, or the phrase for a value."""
    return _Words(language, labels).condition(node)


@dataclass(frozen=True, slots=True)
class _Words:
    language: str
    labels: Labels

    def say(self, key: str, *parts: str) -> str:
        holes = dict(zip("abc", parts, strict=False))
        return say(self.language, f"expressions.{key}", all=", ".join(parts), **holes)

    def condition(self, node: Node) -> str:
        """A part that is asked: a field that holds true or false reads "Done is yes"."""
        if isinstance(node.type, Boolean) and not isinstance(
            node, (Compare, Within, Under, UnderTeam, Empty, Logic, Not, Changed, Call)
        ):
            return self.say("is", self.value(node), self.say("true"))
        return self.value(node)

    def value(self, node: Node) -> str:
        match node:
            case Constant():
                return self.constant(node)
            case Read():
                return self.read(node)
            case KindOf(field=field):
                return self.say("kind", self.read(field))
            case WeightOf(field=field):
                return self.say("weight", self.read(field))
            case TeamOf(user=user):
                return self.say("team", self.value(user))
            case Given(field=field):
                return self.say("given", self.value(field))
            case Changed(field=field):
                return self.say("changed", self.read(field))
            case ThisRecord() | CurrentUser() | Now() | Today():
                return self.say(_GIVEN[type(node)])
            case Call():
                return self.call(node)
            case FirstFilled(arguments=arguments):
                return self.say("first_filled", *map(self.value, arguments))
            case If():
                return self.say(
                    "if", self.condition(node.condition), self.value(node.then), self.value(node.otherwise)
                )
        return self.question(node)

    def question(self, node: Compare | Within | Under | UnderTeam | Empty | Logic | Not) -> str:
        match node:
            case Compare():
                return self.compare(node)
            case Within(operand=operand, items=items, negated=negated):
                listed = ", ".join(map(self.value, items))
                return self.say("none_of" if negated else "one_of", self.value(operand), listed)
            case Under(operand=operand, above=above) | UnderTeam(operand=operand, above=above):
                return self.say("under", self.value(operand), self.value(above))
            case Empty(operand=operand, negated=negated):
                return self.say("filled" if negated else "empty", self.value(operand))
            case Logic(operator=operator, operands=operands):
                return reduce(partial(self.say, operator), map(self.inner, operands))
            case Not(operand=operand):
                return self.say("not", self.inner(operand))
        assert_never(node)

    def inner(self, node: Node) -> str:
        """A condition inside another one, in parentheses where it could be misread."""
        phrase = self.condition(node)
        return f"({phrase})" if isinstance(node, (Logic, Not)) else phrase

    def compare(self, node: Compare) -> str:
        left, right = node.left, node.right
        if node.operator in _EQUALITY:
            if isinstance(right, Constant) and right.value is None:
                return self.say("empty" if node.operator == "=" else "filled", self.value(left))
            return self.say(_EQUALITY[node.operator], self.value(left), self.value(right))
        in_time = isinstance(left.type, (Date, DateTime, Time)) or isinstance(
            right.type, (Date, DateTime, Time)
        )
        words = _ORDER_IN_TIME if in_time else _ORDER
        return self.say(words[node.operator], self.value(left), self.value(right))

    def call(self, node: Call) -> str:
        name = node.operation.name
        parts = [
            f"({phrase})"
            if name in _INFIX and isinstance(part, Call) and part.operation.name in _INFIX
            else phrase
            for part, phrase in ((part, self.value(part)) for part in node.arguments)
        ]
        return self.say(name, *parts)

    def read(self, node: Read) -> str:
        labels = [self.labels.field(*pair) for pair in zip(node.entities, node.path, strict=True)]
        phrase = reduce(lambda outer, inner: self.say("of", inner, outer), labels)
        return self.say("old", phrase) if node.old else phrase

    def constant(self, node: Constant) -> str:
        value = node.value
        if isinstance(node.type, Choice):
            kind = node.type.options == KINDS and node.type.owner.endswith(".kind")
            return self.say(f"kind_{value}") if kind else self.labels.option(node.type.owner, value)
        match value:
            case None | True | False:
                return self.say({None: "null", True: "true", False: "false"}[value])
            case int() | Decimal():
                with localcontext(operations.EXACT):  # babel rounds in the context that it finds
                    return str(format_decimal(value, locale=self.language, decimal_quantization=False))
            case timedelta():
                return self.duration(value)
            case date():
                return format_date(value, "long", locale=self.language)
            case time():
                return value.isoformat("auto")
        return f'"{value}"'

    def duration(self, value: timedelta) -> str:
        rest, phrases = abs(value), []
        for name, unit in _UNITS.items():
            count, rest = divmod(rest, unit)
            if count:
                phrases.append(self.say(f"1_{name}") if count == 1 else self.say(f"{name}s", f"{count:d}"))
        if rest or not phrases:
            phrases.append(self.say("seconds", f"{rest.total_seconds():g}"))
        phrase = " ".join(phrases)
        return phrase if value >= timedelta() else self.say("negate_duration", phrase)
