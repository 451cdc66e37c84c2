"""Conditions that people write."""

from __future__ import annotations

from tests.schema.fields.making import made, refusal


def test_a_condition_is_kept_as_it_is_written() -> None:
    assert made("expression", of="customer").accept("  amount > 3\nand open ") == "amount > 3\nand open"


def test_one_that_no_expression_can_be_is_refused() -> None:
    assert refusal(made("expression", of="customer").accept, "a" * 2001) == "too_long"
