"""Text of several lines."""

from __future__ import annotations

from tests.schema.fields.making import made, refusal


def test_line_ends_are_kept_and_made_alike() -> None:
    assert made("long_text").accept("first\r\nsecond\rthird\n") == "first\nsecond\nthird"


def test_it_holds_twenty_thousand_characters_unless_told_otherwise() -> None:
    field = made("long_text")
    assert len(field.accept("x" * 20_000)) == 20_000
    assert refusal(field.accept, "x" * 20_001) == "too_long"
