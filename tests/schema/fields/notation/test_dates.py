"""Dates, times of day and moments from text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from relasi.schema.fields.notation.dates import read_date, read_moment, read_time
from tests.schema.fields.making import ENGLISH, INDONESIAN, NEW_YORK, refusal


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-03",
        "2026-08-03 00:00:00",
        "2026/8/3",
        "3 Agu 2026",
        "3 Agustus 2026",
        "3-Aug-2026",
        "August 3, 2026",
    ],
)
def test_what_is_clear_is_read_in_every_language(text: str) -> None:
    assert read_date(text, INDONESIAN) == read_date(text, ENGLISH) == date(2026, 8, 3)


@pytest.mark.parametrize("text", ["3/8/2026", "03-08-2026", "3.8.26"])
def test_numbers_stand_in_the_order_of_the_language(text: str) -> None:
    assert read_date(text, INDONESIAN) == date(2026, 8, 3)
    assert read_date(text, ENGLISH) == date(2026, 3, 8)


def test_the_formats_of_a_file_come_first() -> None:
    assert read_date("03/08/2026", replace(ENGLISH, date_formats=("%d/%m/%Y",))) == date(2026, 8, 3)


def test_two_digit_years_are_near() -> None:
    assert [read_date(f"1/1/{year}", ENGLISH).year for year in ("68", "69")] == [2068, 1969]


@pytest.mark.parametrize(
    "text",
    [
        "31/2/2026",
        "13/13/2026",
        "3/8-2026",
        "3/8/126",
        "2026-08-03 10:00",
        "Agu 2026",
        "tomorrow",
        "20260803",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    assert refusal(read_date, text, INDONESIAN) == "not_a_date"


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:05", time(14, 5)),
        ("14.05.09", time(14, 5, 9)),
        ("2:05 PM", time(14, 5)),
        ("2 p.m.", time(14)),
        ("12 am", time(0)),
        ("12:30 pm", time(12, 30)),
    ],
)
def test_times_of_day(text: str, clock: time) -> None:
    assert read_time(text) == clock


@pytest.mark.parametrize("text", ["24:00", "14:60", "13 pm", "0 am", "14", "noon", "1405"])
def test_what_is_no_time_is_refused(text: str) -> None:
    assert refusal(read_time, text) == "not_a_time"


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-03 14:05",
        "2026-08-03T07:05:00Z",
        "3/8/2026 14.05",
        "3 Agu 2026 14:05",
        "Aug 3, 2026, 2:05\u202fPM",
    ],
)
def test_moments_are_local_unless_they_say_otherwise(text: str) -> None:
    assert read_moment(text, INDONESIAN) == datetime(2026, 8, 3, 7, 5, tzinfo=UTC)


def test_a_day_alone_begins_at_local_midnight() -> None:
    assert read_moment("2026-08-03", INDONESIAN) == datetime(2026, 8, 2, 17, tzinfo=UTC)


def test_a_format_may_hold_the_time() -> None:
    american = replace(INDONESIAN, zone=NEW_YORK, date_formats=("%m/%d/%Y %I:%M:%S %p",))
    assert read_moment("08/03/2026 02:05:00 PM", american) == datetime(2026, 8, 3, 18, 5, tzinfo=UTC)


def test_a_skipped_local_time_counts_by_the_old_clock() -> None:
    assert read_moment("2026-03-08 02:30", replace(ENGLISH, zone=NEW_YORK)) == datetime(
        2026, 3, 8, 7, 30, tzinfo=UTC
    )


def test_a_repeated_local_time_is_the_first_of_both() -> None:
    assert read_moment("2026-11-01 01:30", replace(ENGLISH, zone=NEW_YORK)) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["14:05", "2026-08-03 25:00", "soon", "3 Agu 2026 14", "x " * 100])
def test_what_is_no_moment_is_refused(text: str) -> None:
    assert refusal(read_moment, text, INDONESIAN) == "not_a_datetime"
