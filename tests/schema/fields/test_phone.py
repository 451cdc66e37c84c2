"""Telephone numbers."""

from __future__ import annotations

import pytest

from relasi.schema.fields.base import Surroundings
from relasi.schema.fields.phone import PhoneField
from relasi.schema.fields.phones import PhonesField
from tests.schema.fields.making import FOR_ENGLISH, Problems, made, problems_of, refusal


@pytest.mark.parametrize(
    "value", ["0812-3456-7890", "+62 812 3456 7890", "62 812 3456 7890", "(0812) 34567890"]
)
def test_all_ways_of_writing_a_number_are_one_value(value: str) -> None:
    assert made("phone").accept(value) == "+6281234567890"


def test_the_region_completes_local_numbers() -> None:
    assert made("phone", region="SG").accept("6123 4567") == "+6561234567"


def test_the_region_of_the_company_completes_them_where_the_field_names_none() -> None:
    around = Surroundings((), {}, "IDR", ("en",), Problems(), region="SG")
    assert PhoneField(type="phone").connect(around).accept("6123 4567") == "+6561234567"
    assert PhonesField(type="phones").connect(around).accept(["6123 4567"]) == "+6561234567"
    assert PhoneField(type="phone", region="ID").connect(around).accept("0812 3456 7890") == "+6281234567890"


@pytest.mark.parametrize("value", ["123", "call me", "0062 812 3456 7890", "+62 812 3456 7890 1234 5678"])
def test_what_no_one_could_dial_is_refused(value: str) -> None:
    assert refusal(made("phone").accept, value) == "not_a_phone"


def test_an_extension_is_not_lost_silently() -> None:
    assert refusal(made("phone").accept, "021 5550 1234 ext. 12") == "phone_extension"


def test_it_is_shown_in_groups() -> None:
    assert made("phone").show("+6281234567890", FOR_ENGLISH) == "+62 812-3456-7890"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0812 3456", "+6281234 56"),
        ("(0812) 34-56", "+6281234 56"),
        ("+62 812", "+62812"),
        ("62 812", "62812"),
        ("3456 7890", "34567890"),
        ("081", None),
        ("Pump 1000", None),
        ("٠٨١٢٣", None),
    ],
)
def test_a_part_of_a_number_is_sought_as_it_stands_in_the_whole(typed: str, meant: str | None) -> None:
    sought = made("phone").sought(typed)
    assert sought == (meant and meant.replace(" ", ""))
    assert sought is None or sought in "+6281234567890"


def test_an_unknown_region_is_reported() -> None:
    (problem,) = problems_of("phone", region="Indonesia")
    assert (problem.path, problem.word) == (("region",), "Indonesia")
