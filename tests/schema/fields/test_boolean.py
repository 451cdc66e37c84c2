"""Yes or no."""

from __future__ import annotations

import pytest

from tests.schema.fields.making import ENGLISH, FOR_ENGLISH, FOR_INDONESIANS, INDONESIAN, made, refusal


@pytest.mark.parametrize("word", ["yes", "Ya", "TRUE", "1", "y"])
def test_people_say_yes_in_many_ways(word: str) -> None:
    assert made("boolean").read(word, ENGLISH) is True


@pytest.mark.parametrize("word", ["no", "Tidak", "FALSE", "0", "n"])
def test_people_say_no_in_many_ways(word: str) -> None:
    assert made("boolean").read(word, INDONESIAN) is False


@pytest.mark.parametrize("word", ["maybe", "2", "yesno", "-"])
def test_other_words_are_refused(word: str) -> None:
    assert refusal(made("boolean").read, word, ENGLISH) == "not_a_boolean"


@pytest.mark.parametrize("value", [0, 1, "true", 1.0])
def test_only_truth_values_are_accepted(value: object) -> None:
    assert refusal(made("boolean").accept, value) == "not_a_boolean"


def test_it_is_shown_in_words() -> None:
    field = made("boolean")
    assert [field.show(True, FOR_INDONESIANS), field.show(False, FOR_ENGLISH)] == ["Ya", "No"]
