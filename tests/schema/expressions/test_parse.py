from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.expressions import syntax
from relasi.schema.expressions.parse import DEEPEST, MOST_NODES, parse
from relasi.schema.expressions.problems import ExpressionError, Problem
from relasi.schema.expressions.syntax import Syntax


def _grouped(node: Syntax) -> str:
    """The tree with all its parentheses."""
    match node:
        case syntax.Literal():
            return repr(node.value)
        case syntax.Name():
            return ".".join(node.parts)
        case syntax.Unary():
            return f"({node.operator} {_grouped(node.operand)})"
        case syntax.Binary():
            return f"({_grouped(node.left)} {node.operator} {_grouped(node.right)})"
        case syntax.Chain():
            return "(" + f" {node.operator} ".join(map(_grouped, node.operands)) + ")"
        case syntax.In():
            items = ", ".join(map(_grouped, node.items))
            return f"({_grouped(node.operand)} {'not in' if node.negated else 'in'} [{items}])"
        case syntax.IsEmpty():
            return f"({_grouped(node.operand)} {'filled' if node.negated else 'empty'})"
        case syntax.Function():
            return f"{node.name}({', '.join(map(_grouped, node.arguments))})"


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a or b and c", "(a or (b and c))"),
        ("a and b and c or d", "((a and b and c) or d)"),
        ("not a = b", "(not (a = b))"),
        ("not a and b", "((not a) and b)"),
        ("not a in [b]", "(not (a in [b]))"),
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c", "(a + (b * c))"),
        ("(a + b) * c", "((a + b) * c)"),
        ("-a * b", "((- a) * b)"),
        ("a - -b", "(a - (- b))"),
        ("a + b > c - d", "((a + b) > (c - d))"),
        ("a is empty or b is not empty", "((a empty) or (b filled))"),
        ("a not in [1, 2] and b in [c]", "((a not in [1, 2]) and (b in [c]))"),
        ('a starts with "x" and b ends with "y"', "((a starts with 'x') and (b ends with 'y'))"),
        ("if(a, b, c + 1) = d", "(if(a, b, (c + 1)) = d)"),
        ("now() - a.b > 90 days", "((now() - a.b) > datetime.timedelta(days=90))"),
        ("a = 1.5 hours", "(a = datetime.timedelta(seconds=5400))"),
        ("a=1 or b", "((a = 1) or b)"),
    ],
)  # fmt: skip
def test_operators_bind_as_people_read_them(text: str, grouped: str) -> None:
    assert _grouped(parse(text)) == grouped


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("", "nothing is written here", 0),
        ("(a", 'expected ")" but found the end', 2),
        ("a >", "expected a value but found the end", 3),
        ("a = and", 'expected a value but found "and"', 4),
        ("a b", 'expected an operator but found "b"', 2),
        ("a AND b", '"AND" is written "and" here', 2),
        ('a like "x"', '"like" is not an operator', 2),
        ("a is 3", 'expected "empty" but found "3"', 5),
        ("a in b", 'expected "[" but found "b"', 5),
        ("a in []", 'expected a value but found "]"', 6),
        ("a = [1]", 'expected a value but found "["', 4),
        ("a not b", 'expected "in" but found "b"', 6),
        ("a starts b", 'expected "with" but found "b"', 9),
        ("1 < a < 3", "comparisons cannot be chained", 6),
        ("a.", 'expected a name after "." but found the end', 2),
        ("a > 3 months", "a month has no fixed length", 6),
        ("a > 3 parsecs", '"parsecs" is no unit of time', 6),
        ("a > 99999999999 weeks", "longer than any calendar", 4),
        ("lower(a", 'expected ")" but found the end', 7),
    ],
)
def test_the_first_mistake_is_named_where_it_is(text: str, message: str, start: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert [(problem.message, problem.start) for problem in refused.value.problems] == [(message, start)]


@pytest.mark.parametrize(
    "text",
    ["(" * 2 * DEEPEST, "not " * 2 * DEEPEST + "a", "-" * 2 * DEEPEST + "1", "+".join("a" * 2 * DEEPEST)],
)
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError, match="nested more than 25 deep"):
        parse(text)


def test_size_is_limited() -> None:
    with pytest.raises(ExpressionError, match="more than 200 parts"):
        parse(" or ".join("a" * MOST_NODES))


def test_a_long_chain_of_conditions_is_not_deep() -> None:
    assert isinstance(parse(" and ".join("a" * 90)), syntax.Chain)


_SIGNS = [".", "(", ")", "[", "]", ",", "=", "!=", "<", "-", "+", "*", "/", "'", '"']
_WORDS = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "empty",
    "contains",
    "starts",
    "with",
    "days",
    "null",
    "old.",
    "if(",
]
_PIECES = st.sampled_from([*_SIGNS, *_WORDS, "a", "status", "1", "2.5", '"x"', "now()"])


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map(" ".join)))
def test_any_text_parses_or_is_refused_within_itself(text: str) -> None:
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in _refusals(text))


def _refusals(text: str) -> tuple[Problem, ...]:
    try:
        parse(text)
    except ExpressionError as error:
        return error.problems
    return ()
