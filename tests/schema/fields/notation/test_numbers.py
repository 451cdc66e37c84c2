"""Numbers without rounding and without guessing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.notation.numbers import exact, fitted, plain, read_number
from tests.schema.fields.making import refusal

ENGLISH, INDONESIAN = Locale("en"), Locale("id")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.5", "1234.5"),
        ("1,234,567.50", "1234567.50"),
        ("-7", "-7"),
        ("\u22127", "-7"),
        ("+7", "7"),
        (".5", "0.5"),
        (" 7 ", "7"),
        ("007", "7"),
    ],
)
def test_english_numbers(text: str, number: str) -> None:
    assert read_number(text, ENGLISH) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"), [("1.234.567,50", "1234567.50"), ("1234,5", "1234.5"), ("1.234", "1234")]
)
def test_indonesian_numbers(text: str, number: str) -> None:
    assert read_number(text, INDONESIAN) == Decimal(number)


@pytest.mark.parametrize("text", ["1234.5", "1.23", "1.2345", "1234.567", "1,234,567", "1.234.56", "0.5"])
def test_what_may_be_foreign_grouping_is_refused(text: str) -> None:
    assert refusal(read_number, text, INDONESIAN) == "not_a_number"


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1e5", "1 234", "1,23", "1,,234", "٣", "1.", "--1", "1-", "½", "Infinity"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refusal(read_number, text, ENGLISH) == "not_a_number"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_shortest_decimal(number: float) -> None:
    assert float(exact(number)) == number


@given(st.decimals(-(10**14), 10**14, places=3))
def test_fitting_never_changes_a_number(number: Decimal) -> None:
    assert fitted(number, 3) == number


@pytest.mark.parametrize(
    ("number", "text"), [("100", "100"), ("1E+2", "100"), ("1.50", "1.5"), ("-0.10", "-0.1"), ("2.00", "2")]
)
def test_messages_show_numbers_without_ballast(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text
