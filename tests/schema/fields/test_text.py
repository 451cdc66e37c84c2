"""One line of text."""

from __future__ import annotations

from relasi.schema.fields.base import Kind, Storage
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


def test_the_limit_reaches_the_database() -> None:
    assert made("text", max_length=40).storage() == Storage(Kind.TEXT, length=40)


def test_a_least_length_above_the_greatest_is_reported() -> None:
    (problem,) = problems_of("text", max_length=3, min_length=4)
    assert (problem.path, problem.code) == (("min_length",), "impossible-range")
