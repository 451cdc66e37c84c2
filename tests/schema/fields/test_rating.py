"""A mark on a short scale."""

from __future__ import annotations

import pytest

from tests.schema.fields.making import ENGLISH, FOR_ENGLISH, made, refusal


@pytest.mark.parametrize(
    ("value", "code"), [(0, "too_small"), (6, "too_large"), (True, "not_a_number"), (2.5, "not_whole")]
)
def test_only_marks_of_the_scale_are_accepted(value: object, code: str) -> None:
    assert refusal(made("rating").accept, value) == code


def test_the_highest_mark_can_be_chosen() -> None:
    assert made("rating", max=10).accept(10) == 10


@pytest.mark.parametrize("text", ["4", "4/5"])
def test_the_scale_may_be_written_with_the_mark(text: str) -> None:
    assert made("rating").read(text, ENGLISH) == 4


def test_a_mark_is_shown_with_its_scale() -> None:
    assert made("rating").show(4, FOR_ENGLISH) == "4/5"
