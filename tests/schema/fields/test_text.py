"""One line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.base import Kind, Storage
from relasi.schema.fields.notation.shapes import example_of
from tests.schema.fields.making import made, problems_of, refusal


def test_outer_blanks_are_dropped() -> None:
    assert made("text").accept("  Budi \t") == "Budi"


def test_nothing_but_blanks_is_empty() -> None:
    assert made("text").accept(" \n ") is None


def test_line_ends_become_blanks() -> None:
    assert made("text").accept("first\r\nsecond") == "first second"


def test_other_types_are_refused() -> None:
    assert refusal(made("text").accept, 7) == "not_text"


def test_one_character_too_many_is_refused() -> None:
    field = made("text", max_length=3)
    assert field.accept("abc") == "abc"
    assert refusal(field.accept, "abcd") == "too_long"


def test_one_character_too_few_is_refused() -> None:
    field = made("text", min_length=3)
    assert field.accept("abc") == "abc"
    assert refusal(field.accept, "ab") == "too_short"


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        ("{99}.{999}-{A}", "12.345-B", "12.345-b"),
        ("P-{9+}", "P-123456", "P-"),
        ("{A}{a+} {**}", "Solo x7", "Solo x"),
        ("(+) {9}", "(+) 1", "(++) 1"),
    ],
)
def test_a_code_has_its_shape(shape: str, right: str, wrong: str) -> None:
    field = made("text", shape=shape)
    assert field.accept(right) == right
    assert refusal(field.accept, wrong) == "not_shaped"
    assert refusal(field.accept, f"{right}0.") == "not_shaped"


@pytest.mark.parametrize("shape", ["", "abc", "{}", "{9", "{x}", "9}", "{9+}{9}", "{+}"])
def test_what_is_no_shape_is_reported(shape: str) -> None:
    assert [each.code for each in problems_of("text", shape=shape)] == ["bad-shape"]


@given(
    shape=st.lists(st.sampled_from(["{9}", "{99}", "{A}", "{a}", "-", ".", "x"])),
    number=st.integers(0, 10**6),
)
def test_the_example_of_a_shape_has_it(shape: list[str], number: int) -> None:
    text = "".join([*shape, "{9}"])
    assert made("text", shape=text).accept(example_of(text, number)) == example_of(text, number)


def test_no_text_takes_long_to_refuse() -> None:
    field = made("text", shape="{9+}" + "-{9+}" * 20, max_length=4_000)
    assert refusal(field.accept, "1" * 4_000) == "not_shaped"


def test_the_limit_reaches_the_database() -> None:
    assert made("text", max_length=40).storage() == Storage(Kind.TEXT, length=40)


def test_a_least_length_above_the_greatest_is_reported() -> None:
    (problem,) = problems_of("text", max_length=3, min_length=4)
    assert (problem.path, problem.code) == (("min_length",), "impossible-range")
