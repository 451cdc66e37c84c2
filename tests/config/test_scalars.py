"""What unquoted words mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.config.nodes import Value
from relasi.config.scalars import resolve


@pytest.mark.parametrize("word", ["on", "off", "yes", "No", "NO", "y", "tRUE", "nil", "NaN", "=", "<<"])
def test_words_are_words(word: str) -> None:
    assert resolve(word) == word


@pytest.mark.parametrize("text", ["12:30", "1:20:30", "2024-01-31", "2024-01-31T10:00:00Z", "1.2.3", "1_000"])
def test_dates_times_and_versions_are_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", ["0812", "00", "+62812", "+1.5", "007.5", "-012"])
def test_codes_and_telephone_numbers_are_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    "text", ["9" * 41, "1e999", "1e-100", ".inf", "-.inf", ".nan", "0x" + "f" * 50, "١٢"]
)
def test_numbers_out_of_all_proportion_are_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("0", 0),
        ("-17", -17),
        ("0x1F", 31),
        ("0o17", 15),
        ("12.50", Decimal("12.50")),
        ("-.5", Decimal("-0.5")),
        ("1.", Decimal(1)),
        ("2e3", Decimal(2000)),
    ],
)
def test_everything_else_is_as_in_yaml_1_2(text: str, value: Value) -> None:
    assert (resolve(text), type(resolve(text))) == (value, type(value))


@given(st.decimals(-(10**12), 10**12, places=4))
def test_decimals_keep_every_digit(number: Decimal) -> None:
    assert str(resolve(f"{number:f}")) == f"{number:f}"


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    value = resolve(text)
    assert value == text or isinstance(value, int | Decimal | None)
