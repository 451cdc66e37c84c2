"""Syntax tree -> typed tree: looks names up, gives everything a type, and reports all that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import assert_never, cast

from relasi.schema.expressions import arithmetic, calls, literals, names, operations, syntax
from relasi.schema.expressions.problems import ExpressionError, Problem
from relasi.schema.expressions.scope import Scope
from relasi.schema.expressions.syntax import Syntax
from relasi.schema.expressions.tree import (
    Call,
    Compare,
    Comparison,
    Constant,
    Empty,
    Logic,
    Node,
    Not,
    Within,
)
from relasi.schema.expressions.types import (
    BOOLEAN,
    ORDERED,
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Files,
    Link,
    MultiChoice,
    Null,
    Number,
    Rows,
    Text,
    Type,
    User,
    assignable,
    comparable,
    computed,
    type_name,
)

_SEARCHES = {
    "contains": operations.CONTAINS,
    "starts with": operations.STARTS_WITH,
    "ends with": operations.ENDS_WITH,
}
_ASK_ROWS = "ask: is empty, is not empty, or contains; a rollup makes a value of it"
_AS_CONDITION = "compare it with something, or ask: is not empty"


def check(tree: Syntax, scope: Scope, expected: Type | None = None) -> Node:
    """The typed tree, fit for `expected` where that is given. Raises ExpressionError with every problem."""
    checker = Checker(scope)
    node = checker.value(tree, expected)
    if node is not None and expected is not None and not assignable(expected, node.type):
        wanted = "a condition (true or false)" if isinstance(expected, Boolean) else type_name(expected)
        help = _AS_CONDITION if isinstance(expected, Boolean) else ""
        checker.report(f"expected {wanted}, found {type_name(node.type)}", tree, help=help)
    if node is None or checker.problems:
        raise ExpressionError(dict.fromkeys(checker.problems))
    return node


class Checker:
    """One check of one expression. Every method gives None for a part that it has reported."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[Problem] = []

    def report(
        self, message: str, at: Syntax | Node, *, suggestion: str | None = None, help: str = ""
    ) -> None:
        self.problems.append(Problem(message, *at.at, suggestion, help))

    def accept(self, result: Node | Problem) -> Node | None:
        if isinstance(result, Problem):
            self.problems.append(result)
            return None
        return result

    def value(self, part: Syntax, wanted: Type | None = None) -> Node | None:
        """The typed node of a part. `wanted`, the type of the other side, gives bare words a meaning."""
        node = self.typed(part, wanted)
        if node is not None and isinstance(node.type, Rows):
            self.report("a table holds records and has no value", part, help=_ASK_ROWS)
            return None
        return node if node is None or wanted is None else self.fitted(node, wanted)

    def typed(self, part: Syntax, wanted: Type | None) -> Node | None:
        match part:
            case syntax.Literal():
                return Constant(value=part.value, at=part.at, type=literals.type_of(part.value))
            case syntax.Name():
                return self.accept(names.resolved(part, self.scope, wanted))
            case syntax.Unary():
                return self.negated(part) if part.operator == "not" else self.negative(part)
            case syntax.Chain():
                return self.chain(part)
            case syntax.In():
                return self.within(part)
            case syntax.IsEmpty():
                asked = self.asked(part.operand)
                return asked and Empty(operand=asked, negated=part.negated, at=part.at)
            case syntax.Function():
                return calls.called(self, part, wanted)
            case syntax.Binary():
                return self.binary(part)
        assert_never(part)

    def asked(self, part: Syntax) -> Node | None:
        """As `value`, for the places where a table may stand."""
        is_rows = isinstance(part, syntax.Name) and isinstance(names.type_of(part, self.scope), Rows)
        return self.typed(part, None) if is_rows else self.value(part)

    def binary(self, part: syntax.Binary) -> Node | None:
        if part.operator in arithmetic.OPERATORS:
            return self.computed(part)
        return self.searched(part) if part.operator in _SEARCHES else self.compared(part)

    def fitted(self, node: Node, wanted: Type) -> Node | None:
        """The node as a value of the wanted type where that takes a step: text literals, links to several."""
        if isinstance(node, Constant) and isinstance(node.type, Text):
            return self.accept(literals.fitted(node, wanted))
        if not (isinstance(wanted, Link) and isinstance(node.type, Link)):
            return node
        match node.type.targets:
            case (entity,) if len(wanted.targets) > 1 and entity in wanted.targets:
                name = Constant(value=entity, at=node.at, type=Text())
                return Call(operation=operations.QUALIFY, arguments=(node, name), at=node.at, type=wanted)
        return node

    def refitted(self, node: Node | None, wanted: Type) -> Node | None:
        return node and self.fitted(node, wanted)

    def degrees(self, part: Syntax) -> Node | None:
        node = self.value(part)
        if node is None or isinstance(node.type, Number):
            return node
        self.report(f"a point has numbers of degrees, not {type_name(node.type)}", part)
        return None

    def condition(self, part: Syntax) -> Node | None:
        node = self.value(part)
        if node is None or isinstance(node.type, (Boolean, Null)):
            return node
        message = f"expected a condition (true or false), found {type_name(node.type)}"
        self.report(message, part, help=_AS_CONDITION)
        return None

    def chain(self, part: syntax.Chain) -> Node | None:
        operands = self.all(self.condition(operand) for operand in part.operands)
        return None if operands is None else Logic(operator=part.operator, operands=operands, at=part.at)

    def all(self, nodes: Iterable[Node | None]) -> tuple[Node, ...] | None:
        """All nodes, or None where one of them is wrong; each gets the chance to report."""
        made = list(nodes)
        sound = tuple(node for node in made if node is not None)
        return sound if len(sound) == len(made) else None

    def negated(self, part: syntax.Unary) -> Node | None:
        operand = self.condition(part.operand)
        return operand and Not(operand=operand, at=part.at)

    def negative(self, part: syntax.Unary) -> Node | None:
        operand = self.value(part.operand)
        if operand is None:
            return None
        if not isinstance(operand.type, (Number, Duration)):
            self.report(f"cannot negate {type_name(operand.type)}", part)
            return None
        if isinstance(operand, Constant):
            return Constant(value=-operand.value, at=part.at, type=operand.type)
        operation = operations.NEGATE if isinstance(operand.type, Number) else operations.NEGATE_DURATION
        return Call(operation=operation, arguments=(operand,), at=part.at, type=computed(operand.type))

    def computed(self, part: syntax.Binary) -> Node | None:
        left, right = self.value(part.left), self.value(part.right)
        if left is None or right is None:
            return None
        meaning = arithmetic.meaning(part.operator, left.type, right.type)
        if meaning is None:
            message, help = arithmetic.refusal(part.operator, left.type, right.type)
            self.report(message, part, help=help)
            return None
        if isinstance(meaning.type, Date) and self.refused_part_of_day(left, right):
            return None
        arguments = (right, left) if meaning.swapped else (left, right)
        return Call(operation=meaning.operation, arguments=arguments, at=part.at, type=meaning.type)

    def refused_part_of_day(self, *nodes: Node) -> bool:
        for node in nodes:
            if (
                isinstance(node, Constant)
                and isinstance(node.type, Duration)
                and node.value % timedelta(days=1)
            ):
                self.report(
                    "a date moves by whole days only", node, help="use a date and time, or whole days"
                )
                return True
        return False

    def searched(self, part: syntax.Binary) -> Node | None:
        left = self.asked(part.left) if part.operator == "contains" else self.value(part.left)
        if left is None:
            return None
        if isinstance(left.type, Rows):
            wanted = Link(left.type.targets)
            operation, right = operations.HAS_ROW, self.value(part.right, wanted)
            suits = right is not None and isinstance(right.type, Link) and assignable(wanted, right.type)
        elif isinstance(left.type, MultiChoice) and part.operator == "contains":
            operation, right = operations.HAS_OPTION, self.value(part.right, left.type)
            suits = right is not None and isinstance(right.type, Choice)
        else:
            operation, right = _SEARCHES[part.operator], self.value(part.right)
            suits = isinstance(left.type, Text) and right is not None and isinstance(right.type, Text)
        if right is None:
            return None
        if not suits:
            message = f'"{part.operator}" does not go with {type_name(left.type)} and {type_name(right.type)}'
            help = "it searches a text for a text; contains also a list for a choice, a table for a record"
            self.report(message, part, help=help)
            return None
        return Call(operation=operation, arguments=(left, right), at=part.at, type=BOOLEAN)

    def compared(self, part: syntax.Binary) -> Node | None:
        pair = self.pair(part.left, part.right)
        if pair is None:
            return None
        left, right = pair
        operator = cast(Comparison, part.operator)
        if not self.may_compare(operator, left, right, part):
            return None
        return Compare(operator=operator, left=left, right=right, at=part.at)

    def pair(self, first: Syntax, second: Syntax) -> tuple[Node, Node] | None:
        """Both sides of a comparison, each read in the light of the other."""
        if names.leans(first, self.scope) and not names.leans(second, self.scope):
            mirrored = self.pair(second, first)
            return mirrored and (mirrored[1], mirrored[0])
        left = self.value(first)
        if left is None:
            if not names.leans(second, self.scope):
                self.value(second)
            return None
        right = self.value(second, left.type)
        refitted = self.fitted(left, right.type) if right is not None else None
        return (refitted, right) if refitted is not None and right is not None else None

    def may_compare(self, operator: str, left: Node, right: Node, part: Syntax) -> bool:
        one, other = left.type, right.type
        if not comparable(one, other):
            self.report(
                f"cannot compare {type_name(one)} with {type_name(other)}", part, help=_way_out(one, other)
            )
            return False
        if operator not in ("=", "!="):
            return self.may_order(one, other, part)
        if any(isinstance(side, Constant) and side.value == "" for side in (left, right)):
            self.report(
                "empty text is stored as null, never as text", part, help="write: is empty / is not empty"
            )
            return False
        return True

    def may_order(self, one: Type, other: Type, part: Syntax) -> bool:
        if all(isinstance(type_, (*ORDERED, Null)) for type_ in (one, other)):
            return True
        if isinstance(one, Choice | Null) and isinstance(other, Choice | Null):
            if Null in (type(one), type(other)) or _order(one) == _order(other):
                return True
            help = "both sides have to list the same options in the same order"
            self.report("these choices have no common order", part, help=help)
            return False
        unordered = other if isinstance(one, ORDERED) else one
        self.report(f"{type_name(unordered)} has no order", part, help="use = or in [..]")
        return False

    def within(self, part: syntax.In) -> Node | None:
        operand = self.value(part.operand)
        if operand is None:
            self.all(self.value(item) for item in part.items if not names.leans(item, self.scope))
            return None
        items = self.all(self.item(item, operand) for item in part.items)
        if items is None:
            return None
        return Within(operand=operand, items=items, negated=part.negated, at=part.at)

    def item(self, part: Syntax, operand: Node) -> Node | None:
        node = self.value(part, operand.type)
        if node is None or not self.may_compare("=", operand, node, part):
            return None
        if self.fitted(operand, node.type) is not operand:
            self.report(
                f"cannot look for {type_name(operand.type)} here", part, help="compare with = instead"
            )
            return None
        return node

    def alike(self, parts: Sequence[Syntax], wanted: Type | None) -> tuple[Node, ...] | None:
        """Values that may stand for each other, such as the branches of `if`; one explains the others."""
        plain = {part: self.value(part, wanted) for part in parts if not names.leans(part, self.scope)}
        if wanted is None:
            spoken = (node for node in plain.values() if node is not None and not literals.is_text(node))
            wanted = next((node.type for node in spoken if not isinstance(node.type, Null)), None)
        if wanted is None:
            return self.all(plain[part] if part in plain else self.value(part) for part in parts)
        return self.all(
            self.refitted(plain[part], wanted) if part in plain else self.value(part, wanted)
            for part in parts
        )


def _order(type_: Type) -> tuple[str, ...]:
    return type_.options if isinstance(type_, Choice) else ()


def _way_out(one: Type, other: Type) -> str:
    kinds = {type(one), type(other)}
    if kinds == {Date, DateTime}:
        return "date(x) makes a date of a date and time"
    if kinds == {Duration, Number}:
        return "give the number a unit: 3 days, 24 hours"
    if MultiChoice in kinds:
        return "a list of choices is asked with: contains, is empty"
    if Files in kinds:
        return "files are asked with: is empty, count(...)"
    if kinds == {Text, Number}:
        return "text stands in quotes, numbers do not"
    if User in kinds and Text in kinds:
        return "compare it with user or with a user field"
    return ""
