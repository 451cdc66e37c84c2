from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.calendars import always
from relasi.schema.recurrence import Recurrence, read_recurrence

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
WORDS = [
    "every 15 minutes",
    "every hour",
    "every 6 hours",
    "every day at 08:00",
    "every day at 08:00 and 17:30",
    "every weekday at 08:00",
    "every working day at 08:00",
    "every monday and thursday at 8:00",
    "every month on the 1st at 07:00",
    "every month on the 1st, 15th and last day at 07:00",
]


def made(words: str) -> Recurrence:
    found = read_recurrence(words)
    assert found is not None
    return found


def local(text: str, zone: ZoneInfo = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "after", "expected"),
    [
        ("every 15 minutes", "2026-11-21 14:05", "2026-11-21 14:15"),
        ("every 6 hours", "2026-11-21 14:05", "2026-11-21 18:00"),
        ("every 7 hours", "2026-11-21 22:05", "2026-11-22 00:00"),
        ("every day at 08:00", "2026-11-21 07:59", "2026-11-21 08:00"),
        ("every day at 08:00", "2026-11-21 08:00", "2026-11-22 08:00"),
        ("every day at 08:00 and 17:30", "2026-11-21 08:00", "2026-11-21 17:30"),
        ("every weekday at 08:00", "2026-11-20 08:00", "2026-11-23 08:00"),
        ("every monday and thursday at 08:00", "2026-11-23 09:00", "2026-11-26 08:00"),
        ("every month on the 1st at 07:00", "2026-11-21 00:00", "2026-12-01 07:00"),
        ("every month on the 31st at 07:00", "2026-11-01 00:00", "2026-12-31 07:00"),
        ("every month on the last day at 07:00", "2027-02-01 00:00", "2027-02-28 07:00"),
        ("Every  Day at 08:00", "2026-11-21 07:59", "2026-11-21 08:00"),
    ],
)
def test_the_next_turn(words: str, after: str, expected: str) -> None:
    assert made(words).after(local(after), always(JAKARTA)) == local(expected)


@pytest.mark.parametrize(
    "words",
    [
        "every",
        "weekday at 08:00",
        "every weekday at noon",
        "every weekday at 25:00",
        "every 0 minutes",
        "every 2 days at 08:00",
        "every month on the 32nd at 08:00",
        "every month on the first at 08:00",
        "every someday at 08:00",
    ],
)
def test_other_words_are_no_recurrence(words: str) -> None:
    assert read_recurrence(words) is None


def test_a_time_that_the_clocks_jump_over_comes_after_the_jump() -> None:
    found = made("every day at 02:30").after(local("2027-03-27 12:00", BERLIN), always(BERLIN))
    assert found == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_counts_once() -> None:
    first = made("every day at 02:30").after(local("2026-10-24 12:00", BERLIN), always(BERLIN))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert made("every day at 02:30").after(first, always(BERLIN)) == datetime(
        2026, 10, 26, 1, 30, tzinfo=UTC
    )


@given(
    words=st.sampled_from(WORDS),
    moment=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from([JAKARTA, BERLIN, ZoneInfo("America/New_York")]),
)
def test_turns_come_one_after_the_other_and_none_lies_between(
    words: str, moment: datetime, zone: ZoneInfo
) -> None:
    calendar, recurrence = always(zone), made(words)
    turn = recurrence.after(moment, calendar)
    assert turn is not None
    assert turn > moment
    between = moment + (turn - moment) / 2
    assert recurrence.after(between, calendar) == turn
