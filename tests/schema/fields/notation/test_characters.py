"""Which characters a stored text may hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.notation.characters import clean
from tests.schema.fields.making import refusal


def test_letters_are_composed() -> None:
    assert clean("Cafe\u0301") == "Caf\u00e9"


def test_control_characters_are_dropped() -> None:
    assert clean("a\x07b\x7fc\x9f") == "abc"


def test_tabs_stay_in_text_of_several_lines() -> None:
    assert clean("a\tb", lines=True) == "a\tb"


def test_joiners_of_emoji_are_kept() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean(family) == family


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_what_shows_a_wrong_encoding_is_refused(text: str) -> None:
    assert refusal(clean, text) == "broken_characters"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_one_line_has_no_control_characters(text: str) -> None:
    assert not any(unicodedata.category(character) == "Cc" for character in clean(text) or "")
