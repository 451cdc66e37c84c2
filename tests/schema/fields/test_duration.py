"""Lengths of time."""

from __future__ import annotations

from datetime import timedelta

from tests.schema.fields.making import FOR_INDONESIANS, INDONESIAN, MOMENT, made, refusal


def test_it_goes_to_json_as_iso_8601() -> None:
    assert made("duration").dump(timedelta(hours=2, minutes=30)) == "PT2H30M"


def test_authors_write_a_default_in_words() -> None:
    assert made("duration", default="24 hours").default_value(MOMENT) == timedelta(days=1)


def test_a_number_alone_is_refused() -> None:
    assert refusal(made("duration").accept, 90) == "not_a_duration"


def test_a_length_of_centuries_is_refused() -> None:
    assert refusal(made("duration").accept, timedelta(days=100_001)) == "not_a_duration"


def test_it_is_read_and_shown_in_the_language_of_the_user() -> None:
    field = made("duration")
    assert field.show(field.read("1,5 jam", INDONESIAN), FOR_INDONESIANS) == "1 jam 30 menit"
