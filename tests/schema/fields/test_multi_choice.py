"""Several of a list of options."""

from __future__ import annotations

import pytest

from relasi.schema.fields.base import FieldType
from tests.schema.fields.making import ENGLISH, FOR_ENGLISH, FOR_INDONESIANS, made, refusal


@pytest.fixture
def topics() -> FieldType:
    options = {"price": {"en": "Price", "id": "Harga"}, "quality": "Quality", "late": "Late, or never"}
    return made("multi_choice", options=options)


def test_values_stand_in_the_order_of_the_options_and_once(topics: FieldType) -> None:
    assert topics.accept(["quality", "price", "quality"]) == ("price", "quality")


def test_no_choice_is_empty(topics: FieldType) -> None:
    assert topics.accept([]) is None


@pytest.mark.parametrize("value", ["price", ["price", "rain"], [None], 7])
def test_anything_but_a_list_of_options_is_refused(topics: FieldType, value: object) -> None:
    assert refusal(topics.accept, value) == "not_an_option"


@pytest.mark.parametrize("text", ["price, quality", "Harga;Quality", "price;quality;"])
def test_options_are_separated_by_semicolon_or_comma(topics: FieldType, text: str) -> None:
    assert topics.read(text, ENGLISH) == ("price", "quality")


def test_a_label_may_hold_a_comma(topics: FieldType) -> None:
    assert topics.read("Late, or never", ENGLISH) == ("late",)


def test_labels_are_shown_side_by_side(topics: FieldType) -> None:
    assert topics.show(("price", "quality"), FOR_INDONESIANS) == "Harga, Quality"
    assert topics.show(("price", "late"), FOR_ENGLISH) == "Price; Late, or never"
