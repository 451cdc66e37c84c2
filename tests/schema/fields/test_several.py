"""Several e-mail addresses, several telephone numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.fields.making import FOR_ENGLISH, INDONESIAN, made, problems_of, refusal


def test_addresses_of_pages_may_have_commas_and_stand_between_blanks() -> None:
    text = "https://a.com/x,y example.org"
    assert made("urls").read(text, INDONESIAN) == "https://a.com/x,y\nhttps://example.org"


def test_each_value_is_normal_and_stands_in_its_own_line() -> None:
    assert made("emails").accept("budi@Example.COM\nana@example.com") == "budi@example.com\nana@example.com"
    assert made("phones").accept(["0812-3456-7890", "+62 21 5556 7890"]) == "+6281234567890\n+622155567890"


def test_the_order_stays_and_what_is_there_twice_goes() -> None:
    assert made("emails").accept(["b@x.com", "a@x.com", "b@X.com"]) == "b@x.com\na@x.com"


@pytest.mark.parametrize("text", ["a@x.com, b@x.com", "a@x.com; b@x.com", "a@x.com\n\n b@x.com"])
def test_people_separate_them_as_they_like(text: str) -> None:
    assert made("emails").read(text, INDONESIAN) == "a@x.com\nb@x.com"
    assert made("emails").accept(text) == "a@x.com\nb@x.com"


def test_one_wrong_value_is_told() -> None:
    assert refusal(made("emails").accept, ["a@x.com", "nobody"]) == "not_an_email"
    assert refusal(made("phones").accept, "0812-3456-7890\n12") == "not_a_phone"


def test_there_is_a_most() -> None:
    assert refusal(made("emails", max=2).accept, [f"{n}@x.com" for n in range(3)]) == "too_many"


def test_they_are_shown_in_one_line() -> None:
    assert made("emails").show("a@x.com\nb@x.com", FOR_ENGLISH) == "a@x.com, b@x.com"
    assert made("phones").show("+6281234567890", FOR_ENGLISH) == "+62 812-3456-7890"


def test_numbers_without_a_country_code_are_of_the_region() -> None:
    assert made("phones", region="SG").accept("6123 4567") == "+6561234567"
    assert [problem.code for problem in problems_of("phones", region="XX")] == ["unknown-region"]


def test_nothing_is_empty() -> None:
    assert made("emails").accept([]) is None
    assert made("emails").accept(" \n ") is None


@given(st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.com", fullmatch=True), max_size=10))
def test_what_is_kept_is_kept_again_unchanged(addresses: list[str]) -> None:
    field = made("emails")
    once = field.accept(addresses)
    assert field.accept(once) == once
