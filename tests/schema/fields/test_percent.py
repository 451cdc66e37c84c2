"""Percentages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.schema.fields.making import FOR_ENGLISH, FOR_INDONESIANS, INDONESIAN, made


@pytest.mark.parametrize("text", ["12,5", "12,5%", "12,5 %"])
def test_the_sign_may_be_left_out(text: str) -> None:
    assert made("percent").read(text, INDONESIAN) == Decimal("12.50")


def test_only_the_places_that_matter_are_shown() -> None:
    assert made("percent").show(Decimal("12.50"), FOR_INDONESIANS) == "12,5%"
    assert made("percent").show(Decimal("100.00"), FOR_ENGLISH) == "100%"
