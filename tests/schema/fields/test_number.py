"""Whole numbers."""

from __future__ import annotations

import pytest

from relasi.schema.fields.base import Kind, Storage
from tests.schema.fields.making import ENGLISH, FOR_INDONESIANS, INDONESIAN, made, refusal


def test_a_whole_number_without_places_is_taken_whatever_its_type() -> None:
    field = made("number")
    assert [type(field.accept(value)) for value in (7, 7.0, "7")] == [int, int, int]


def test_parts_of_a_whole_are_refused() -> None:
    assert refusal(made("number").accept, 7.5) == "not_whole"


@pytest.mark.parametrize("value", [True, [], "seven", float("nan"), float("inf"), b"7"])
def test_what_is_no_number_is_refused(value: object) -> None:
    assert refusal(made("number").accept, value) == "not_a_number"


def test_the_bounds_belong_to_the_range() -> None:
    field = made("number", min=1, max=3)
    assert [field.accept(1), field.accept(3)] == [1, 3]
    assert refusal(field.accept, 0) == "too_small"
    assert refusal(field.accept, 4) == "too_large"


def test_what_no_database_can_hold_is_refused() -> None:
    assert refusal(made("number").accept, 2**63) == "too_large"
    assert refusal(made("number").accept, -(2**63)) == "too_small"


def test_separators_follow_the_language() -> None:
    assert made("number").read("12.345", INDONESIAN) == 12_345
    assert made("number").read("12,345", ENGLISH) == 12_345


def test_thousands_are_grouped() -> None:
    assert made("number").show(12_345, FOR_INDONESIANS) == "12.345"


def test_it_is_an_integer_in_the_database() -> None:
    assert made("number").storage() == Storage(Kind.INTEGER)
