"""Amounts in the currency of the project."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from relasi.schema.expressions import types
from relasi.schema.fields.base import Kind, Storage
from tests.schema.fields.making import ENGLISH, FOR_ENGLISH, FOR_INDONESIANS, INDONESIAN, made, refusal


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Rp1.234.567,50", "1234567.50"),
        ("Rp 1.000.000", "1000000"),
        ("Rp. 1.000.000,-", "1000000"),
        ("rp 5", "5"),
        ("IDR 5", "5"),
        ("5 IDR", "5"),
        ("-Rp5", "-5"),
        ("Rp -5", "-5"),
        ("1234567,5", "1234567.50"),
        ("0", "0"),
    ],
)
def test_people_write_rupiah_in_many_ways(text: str, amount: str) -> None:
    assert made("money").read(text, INDONESIAN) == Decimal(amount)


@pytest.mark.parametrize("text", ["USD 5", "$5", "Rp", "five", "Rp5 juta", "5 5"])
def test_another_currency_is_not_converted_silently(text: str) -> None:
    assert refusal(made("money").read, text, INDONESIAN) == "not_money"


@pytest.mark.parametrize("text", ["1.23", "1.2345", "1,234,567", "1.234.56"])
def test_irregular_grouping_is_refused(text: str) -> None:
    assert refusal(made("money").read, text, INDONESIAN) == "not_a_number"


def test_dollars_have_their_sign_in_each_language() -> None:
    field = made("money", currency="USD")
    assert field.read("$1,234.50", ENGLISH) == field.read("US$1.234,50", INDONESIAN) == Decimal("1234.50")


def test_each_language_shows_it_its_way() -> None:
    amount = Decimal("1234567.50")
    assert made("money").show(amount, FOR_INDONESIANS) == "Rp1.234.567,50"
    assert made("money").show(amount, FOR_ENGLISH) == "IDR\N{NO-BREAK SPACE}1,234,567.50"


def test_a_whole_amount_of_rupiah_shows_no_decimals() -> None:
    assert made("money").show(Decimal(-290_000_000), FOR_INDONESIANS) == "-Rp290.000.000"


def test_a_whole_amount_of_a_currency_with_cents_shows_them() -> None:
    assert made("money", currency="USD").show(Decimal(5), replace(FOR_ENGLISH, currency="USD")) == "$5.00"


def test_the_currency_decides_on_the_places() -> None:
    yen = made("money", currency="JPY")
    assert yen.storage() == Storage(Kind.DECIMAL, places=0)
    assert yen.expression_type() == types.Number("money", 0)
    assert refusal(yen.accept, "1.50") == "not_whole"
