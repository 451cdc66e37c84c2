"""One of a list of options."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from relasi.schema.expressions import types
from relasi.schema.fields.base import Option, ValueProblem
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.texts import say
from tests.schema.fields.making import (
    ENGLISH,
    FOR_ENGLISH,
    FOR_INDONESIANS,
    INDONESIAN,
    made,
    problems_of,
    refusal,
)

_PRIORITIES = {"normal": {"en": "Normal", "id": "Biasa"}, "urgent": {"label": "Right now", "color": "red"}}


def test_keys_alone_are_labelled_by_themselves() -> None:
    field = made("choice", options=["in_progress"])
    assert field.choices() == {
        "in_progress": Option("in_progress", {"en": "In progress", "id": "In progress"})
    }


def test_labels_and_colors_stand_beside_the_keys() -> None:
    assert made("choice", options=_PRIORITIES).choices() == {
        "normal": Option("normal", {"en": "Normal", "id": "Biasa"}),
        "urgent": Option("urgent", {"en": "Right now", "id": "Right now"}, "red"),
    }


def test_options_may_be_a_shared_value_list() -> None:
    assert list(made("choice", options="tiers").choices()) == ["gold", "silver"]


def test_an_unknown_value_list_is_reported_with_the_known_ones() -> None:
    (problem,) = problems_of("choice", options="teirs")
    assert (problem.path, problem.word, problem.candidates) == (("options",), "teirs", ("tiers",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "at least one option"),
        (["a", "a"], "stands here twice"),
        ([1, 2], "options are words"),
        ({"In progress": None}, "an option is small letters"),
        ({"a": {"colour": "red"}}, "colour"),
        ({"a": {"color": "pink"}}, "pink|violet"),
    ],
)
def test_options_that_cannot_be_are_refused(options: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        FIELD_TYPES["choice"].model_validate({"type": "choice", "options": options})


@pytest.mark.parametrize("text", ["urgent", "URGENT", "right now", "Right Now"])
def test_a_key_or_a_label_can_be_typed_in_any_case(text: str) -> None:
    assert made("choice", options=_PRIORITIES).read(text, INDONESIAN) == "urgent"


def test_labels_of_every_language_are_understood() -> None:
    assert made("choice", options=_PRIORITIES).read("biasa", ENGLISH) == "normal"


def test_a_label_that_two_options_share_is_refused() -> None:
    field = made("choice", options={"first": "Same", "second": "Same"})
    assert refusal(field.read, "same", ENGLISH) == "not_an_option"


def test_who_types_a_wrong_word_is_told_the_labels_in_their_language() -> None:
    with pytest.raises(ValueProblem) as caught:
        made("choice", options=_PRIORITIES).read("later", ENGLISH)
    told = [say(language, "issues.not_an_option", **caught.value.params) for language in ("en", "id")]
    assert ["Normal, Right now" in told[0], "Biasa" in told[1]] == [True, True]


def test_only_keys_are_accepted() -> None:
    assert refusal(made("choice", options=_PRIORITIES).accept, "Right now") == "not_an_option"


def test_the_label_is_shown() -> None:
    field = made("choice", options=_PRIORITIES)
    assert [field.show("normal", FOR_INDONESIANS), field.show("normal", FOR_ENGLISH)] == ["Biasa", "Normal"]


def test_an_option_that_was_taken_away_is_shown_by_its_key() -> None:
    assert made("choice", options=_PRIORITIES).show("formerly", FOR_ENGLISH) == "formerly"


def test_expressions_know_the_options() -> None:
    assert made("choice", options=_PRIORITIES).expression_type() == types.Choice(("normal", "urgent"))
