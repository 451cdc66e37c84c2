"""Numbers with a fixed number of places."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from relasi.schema.fields.base import Kind, Storage
from relasi.schema.fields.registry import FIELD_TYPES
from tests.schema.fields.making import FOR_ENGLISH, FOR_INDONESIANS, made, problems_of, refusal


def test_missing_places_are_filled_up() -> None:
    assert str(made("decimal", places=3).accept("1.5")) == "1.500"


def test_nothing_is_rounded_silently() -> None:
    assert refusal(made("decimal", places=2).accept, Decimal("1.005")) == "too_many_places"


def test_places_of_zeros_are_no_places() -> None:
    assert made("decimal", places=2).accept(Decimal("1.5000")) == Decimal("1.50")


def test_a_float_is_what_it_prints_as() -> None:
    assert made("decimal", places=2).accept(0.1) == Decimal("0.10")


def test_a_float_with_the_dust_of_arithmetic_is_refused() -> None:
    assert refusal(made("decimal", places=9).accept, 0.1 + 0.2) == "too_many_places"


def test_zero_has_no_sign() -> None:
    assert str(made("decimal", places=2).accept(Decimal("-0.00"))) == "0.00"


@pytest.mark.parametrize("value", ["1e5", "1,5", "NaN", " 1", "0x10", "١"])
def test_text_counts_only_as_dump_writes_it(value: str) -> None:
    assert refusal(made("decimal").accept, value) == "not_a_number"


def test_a_huge_exponent_is_refused_at_once() -> None:
    assert refusal(made("decimal").accept, Decimal("1e999999")) == "too_large"


def test_eighteen_digits_fit() -> None:
    field = made("decimal", places=9)
    assert field.accept("999999999.999999999") == Decimal("999999999.999999999")
    assert refusal(field.accept, "1000000000") == "too_large"


def test_all_places_are_shown() -> None:
    field = made("decimal", places=3)
    assert field.show(Decimal("1234.500"), FOR_INDONESIANS) == "1.234,500"
    assert field.show(Decimal("1234.500"), FOR_ENGLISH) == "1,234.500"


@pytest.mark.parametrize(
    ("least", "shown"), [(0, ["1,234", "0.5", "2.125"]), (1, ["1,234.0", "0.5", "2.125"]), (9, ["1,234.000"])]
)
def test_zeros_at_the_end_are_left_out_but_for_the_least_places(least: int, shown: list[str]) -> None:
    field = made("decimal", places=3, least_places=least)
    values = [Decimal(each) for each in ("1234.000", "0.500", "2.125")]
    assert [field.show(each, FOR_ENGLISH) for each in values][: len(shown)] == shown


def test_its_places_reach_the_database() -> None:
    assert made("decimal", places=4).storage() == Storage(Kind.DECIMAL, places=4)


def test_a_least_value_above_the_greatest_is_reported() -> None:
    (problem,) = problems_of("decimal", min=2, max=1.5)
    assert (problem.path, problem.code) == (("min",), "impossible-range")


@pytest.mark.parametrize("bound", [True, "many", [1]])
def test_a_bound_must_be_a_number(bound: object) -> None:
    with pytest.raises(ValidationError, match="a number is expected"):
        FIELD_TYPES["decimal"].model_validate({"type": "decimal", "min": bound})
