"""Lengths of time in words, on a clock and in ISO 8601."""

from __future__ import annotations

from datetime import timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.notation.durations import in_words, iso, read_duration
from tests.schema.fields.making import refusal

ENGLISH, INDONESIAN = Locale("en"), Locale("id")


@pytest.mark.parametrize(
    "text", ["2 h 30 m", "2h30m", "2:30", "2:30:00", "150 minutes", "2 jam dan 30 menit", "PT2H30M", "pt150m"]
)
def test_two_and_a_half_hours(text: str) -> None:
    assert read_duration(text, ENGLISH) == timedelta(hours=2, minutes=30)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3 hari", timedelta(days=3)),
        ("1 week, 2 days and 3 seconds", timedelta(days=9, seconds=3)),
        ("-90 minutes", timedelta(minutes=-90)),
        ("-P1D", timedelta(days=-1)),
        ("0:05", timedelta(minutes=5)),
    ],
)
def test_other_lengths(text: str, length: timedelta) -> None:
    assert read_duration(text, ENGLISH) == length


def test_the_decimal_sign_follows_the_language() -> None:
    assert (
        read_duration("1.5 hours", ENGLISH) == read_duration("1,5 jam", INDONESIAN) == timedelta(minutes=90)
    )


@pytest.mark.parametrize(
    "text",
    ["90", "2 hr", "2 months", "2:60", "hours", "2 h 30", "P", "PT", "2 h, x", "-", "99999999999 days"],
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    assert refusal(read_duration, text, ENGLISH) == "not_a_duration"


def test_words_name_only_what_there_is() -> None:
    assert in_words(timedelta(days=3, minutes=1), ENGLISH) == "3 days 1 minute"
    assert in_words(timedelta(hours=-2), INDONESIAN) == "-2 jam"


def test_less_than_a_second_is_no_time_in_words() -> None:
    assert in_words(timedelta(microseconds=5), ENGLISH) == "0 minutes"


@given(st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000)))
def test_iso_text_is_read_back_exactly(length: timedelta) -> None:
    assert read_duration(iso(length), INDONESIAN) == length
