from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from relasi.schema.calendars import Calendar
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.notation.timespans import in_words, read_timespan
from relasi.schema.timespans import Timespan

EN, ID = Locale("en"), Locale("id")
JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = Calendar("office", {}, JAKARTA, (((480, 720), (780, 1020)),) * 5 + ((), ()))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("48 hours", Timespan(timedelta(hours=48))),
        ("2 days", Timespan(timedelta(days=2))),
        ("2 weeks", Timespan(timedelta(weeks=2))),
        ("1:30", Timespan(timedelta(minutes=90))),
        ("48 working hours", Timespan(timedelta(hours=48), working=True)),
        ("3 working days", Timespan(timedelta(), Decimal(3), working=True)),
        ("1.5 working days", Timespan(timedelta(), Decimal("1.5"), working=True)),
        ("1 working day 4 hours", Timespan(timedelta(hours=4), Decimal(1), working=True)),
        ("1 working day and 4 working hours", Timespan(timedelta(hours=4), Decimal(1), working=True)),
        ("90 Working Minutes", Timespan(timedelta(minutes=90), working=True)),
    ],
)
def test_plain_and_working_time_are_written_in_words(text: str, span: Timespan) -> None:
    assert read_timespan(text, EN) == span


def test_indonesian_puts_the_word_behind() -> None:
    assert read_timespan("3 hari kerja", ID) == Timespan(timedelta(), Decimal(3), working=True)
    assert read_timespan("1 hari kerja 4 jam", ID) == Timespan(timedelta(hours=4), Decimal(1), working=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0 hours",
        "0 working days",
        "-2 hours",
        "-2 working hours",
        "working hours",
        "working 2 hours",
        "1 day 4 working hours",
        "2 working weeks",
        "2000 working days",
        "3 working",
        "3 workings days",
    ],
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem):
        read_timespan(text, EN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def test_plain_time_passes_at_night_too() -> None:
    assert read_timespan("2 days", EN).after(at("2026-11-20 16:00"), OFFICE) == at("2026-11-22 16:00")


def test_working_days_end_at_the_hour_at_which_they_began() -> None:
    assert read_timespan("3 working days", EN).after(at("2026-11-24 10:00"), OFFICE) == at("2026-11-27 10:00")
    assert read_timespan("3 working days", EN).after(at("2026-11-26 10:00"), OFFICE) == at("2026-12-01 10:00")


@pytest.mark.parametrize("text", ["36 hours", "9 working hours", "2 working days"])
def test_a_span_leads_back_to_where_it_began(text: str) -> None:
    span, start = read_timespan(text, EN), at("2026-11-20 16:00")
    assert span.before(span.after(start, OFFICE), OFFICE) == start


@pytest.mark.parametrize(
    ("text", "english", "indonesian"),
    [
        ("48 hours", "2 days", "2 hari"),
        ("1 working day", "1 working day", "1 hari kerja"),
        ("2.5 working days", "2.5 working days", "2,5 hari kerja"),
        ("1 working day 4 hours", "1 working day 4 hours", "1 hari kerja 4 jam"),
        ("90 working minutes", "1 hour 30 minutes of working time", "1 jam 30 menit waktu kerja"),
    ],
)
def test_people_read_it_in_their_language(text: str, english: str, indonesian: str) -> None:
    span = read_timespan(text, EN)
    assert (in_words(span, "en"), in_words(span, "id")) == (english, indonesian)
