from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from relasi.schema.expressions import Expression, ExpressionError, Template
from relasi.schema.expressions.types import Number
from tests.schema.expressions.desk import Desk, situation


def _format(value: Any, hole: Expression) -> str:
    return f"Rp{value}" if hole.type == Number("money", 2) else str(value)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Follow up {subject}", "Follow up Broken"),
        ("{subject}{note}: {amount}", "Broken: Rp12.50"),
        ("{replies + 1} {{not a hole}}", "5 {not a hole}"),
        ("{coalesce(note, '} none {')}", "} none {"),
        ("no hole", "no hole"),
        ("", ""),
    ],
)
def test_holes_are_filled_and_null_leaves_nothing(text: str, rendered: str) -> None:
    record = {"subject": "Broken", "amount": Decimal("12.50"), "replies": 4}
    assert Template.parse(text, Desk()).render(situation(record), _format) == rendered


@pytest.mark.parametrize(
    ("text", "message", "guilty"),
    [
        ("Follow up {sbject}", 'ticket has no field "sbject"', "sbject"),
        ("{subject} {limit > 3}", "cannot compare duration with number", "limit > 3"),
        ("{subject", "this brace has no counterpart", "{"),
        ("subject}", "this brace has no counterpart", "}"),
        ("a {} b", "nothing is written here", ""),
    ],
)
def test_a_mistake_is_found_in_its_hole(text: str, message: str, guilty: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        Template.parse(text, Desk())
    (problem,) = refused.value.problems
    assert (problem.message, text[problem.start : problem.end]) == (message, guilty)


def test_mistakes_in_several_holes_are_reported_together() -> None:
    with pytest.raises(ExpressionError) as refused:
        Template.parse("{foo} {bar}", Desk())
    assert [problem.start for problem in refused.value.problems] == [1, 7]


def test_a_template_knows_what_it_reads() -> None:
    template = Template.parse("{customer.name}: {subject}", Desk())
    assert {field for expression in template.expressions for field in expression.fields} == {
        "customer",
        "customer.name",
        "subject",
    }
