"""Times of day."""

from __future__ import annotations

from datetime import UTC, time

import pytest

from tests.schema.fields.making import FOR_ENGLISH, FOR_INDONESIANS, INDONESIAN, MOMENT, made, refusal


@pytest.mark.parametrize("value", ["14:05", "14:05:00", time(14, 5, 0, 999)])
def test_parts_of_a_second_are_not_kept(value: object) -> None:
    assert made("time").accept(value) == time(14, 5)


@pytest.mark.parametrize("value", ["24:00", "2 pm", 14, time(14, 5, tzinfo=UTC)])
def test_anything_else_is_refused(value: object) -> None:
    assert refusal(made("time").accept, value) == "not_a_time"


def test_people_write_it_with_a_full_stop_too() -> None:
    assert made("time").read("14.05", INDONESIAN) == time(14, 5)


def test_now_is_the_local_time_of_creation() -> None:
    assert made("time", default="now").default_value(MOMENT) == time(3, 30, 15)


def test_seconds_are_shown_only_where_there_are_any() -> None:
    assert made("time").show(time(14, 5), FOR_INDONESIANS) == "14.05"
    assert made("time").show(time(14, 5, 9), FOR_ENGLISH) == "2:05:09\u202fPM"
