from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relasi.schema.calendars import MINUTES, Calendar, Hours, always
from relasi.schema.days_off import DaysOff

BERLIN, NEW_YORK, JAKARTA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Jakarta")
OFFICE_DAY: Hours = ((8 * 60, 12 * 60), (13 * 60, 17 * 60))
NIGHT_SHIFT: Hours = ((0, 6 * 60), (22 * 60, MINUTES))
MINUTE = timedelta(minutes=1)

CHANGES = {
    BERLIN: (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    NEW_YORK: (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
}


def calendar(zone: ZoneInfo, *days: Hours, days_off: DaysOff | None = None) -> Calendar:
    week = (*days, *((),) * (7 - len(days)))
    return Calendar("office", {"en": "Office"}, zone, week, days_off or DaysOff())


def office(zone: ZoneInfo = JAKARTA, days_off: DaysOff | None = None) -> Calendar:
    return calendar(zone, *(OFFICE_DAY,) * 5, days_off=days_off)


def at(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_working_time_stops_at_lunch_and_at_night() -> None:
    due = office().after(at(JAKARTA, "2026-11-24 11:00"), timedelta(hours=6))
    assert due == at(JAKARTA, "2026-11-25 09:00")


def test_working_time_passes_over_the_weekend() -> None:
    due = office().after(at(JAKARTA, "2026-11-20 16:00"), timedelta(hours=2))
    assert due == at(JAKARTA, "2026-11-23 09:00")


def test_working_time_passes_over_holidays() -> None:
    calendar = office(days_off=DaysOff("ID"))
    due = calendar.after(at(JAKARTA, "2026-12-24 16:00"), timedelta(hours=2))
    assert due == at(JAKARTA, "2026-12-28 09:00")


def test_what_begins_outside_of_working_hours_counts_from_the_next_opening() -> None:
    assert office().after(at(JAKARTA, "2026-11-21 03:00"), timedelta(hours=1)) == at(
        JAKARTA, "2026-11-23 09:00"
    )


def test_what_ends_with_a_shift_does_not_wait_for_the_next_one() -> None:
    assert office().after(at(JAKARTA, "2026-11-20 16:00"), timedelta(hours=1)) == at(
        JAKARTA, "2026-11-20 17:00"
    )


def test_no_time_at_all_ends_at_once_even_at_night() -> None:
    night = at(JAKARTA, "2026-11-21 03:00")
    assert office().after(night, timedelta()) == night


def test_working_time_can_be_counted_back() -> None:
    due = at(JAKARTA, "2026-11-23 09:00")
    assert office().before(due, timedelta(hours=2)) == at(JAKARTA, "2026-11-20 16:00")


def test_the_time_between_two_moments_is_negative_the_other_way_round() -> None:
    early, late = at(JAKARTA, "2026-11-20 16:00"), at(JAKARTA, "2026-11-23 09:00")
    assert office().between(early, late) == timedelta(hours=2)
    assert office().between(late, early) == timedelta(hours=-2)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 09:15", "2026-11-20 09:15"),
        ("2026-11-20 12:00", "2026-11-20 13:00"),
        ("2026-11-20 17:00", "2026-11-23 08:00"),
        ("2026-11-20 08:00", "2026-11-20 08:00"),
    ],
)
def test_the_next_opening_is_the_moment_itself_while_it_is_open(moment: str, opening: str) -> None:
    assert office().opening(at(JAKARTA, moment)) == at(JAKARTA, opening)
    assert office().is_open(at(JAKARTA, moment)) is (moment == opening)


def test_a_night_in_which_clocks_go_forward_is_an_hour_shorter() -> None:
    nights = calendar(BERLIN, *(NIGHT_SHIFT,) * 7)
    assert nights.between(at(BERLIN, "2026-03-28 22:00"), at(BERLIN, "2026-03-29 06:00")) == timedelta(
        hours=7
    )


def test_a_night_in_which_clocks_go_back_is_an_hour_longer() -> None:
    nights = calendar(NEW_YORK, *(NIGHT_SHIFT,) * 7)
    assert nights.between(at(NEW_YORK, "2026-10-31 22:00"), at(NEW_YORK, "2026-11-01 06:00")) == timedelta(
        hours=9
    )


def test_a_shift_that_would_begin_in_an_hour_that_is_skipped_begins_when_the_clock_has_jumped() -> None:
    early = calendar(BERLIN, *(((150, 360),),) * 7)
    assert early.on(date(2026, 3, 29)) == ((at(BERLIN, "2026-03-29 03:00"), at(BERLIN, "2026-03-29 06:00")),)


def test_a_shift_that_begins_in_an_hour_that_comes_twice_begins_the_first_time() -> None:
    early = calendar(BERLIN, *(((150, 360),),) * 7)
    opens, closes = early.on(date(2026, 10, 25))[0]
    assert closes - opens == timedelta(hours=4, minutes=30)


def test_moments_may_come_in_the_zone_of_the_calendar() -> None:
    nights = calendar(BERLIN, *(((0, MINUTES),),) * 7)
    start, end = (
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
    )
    assert nights.between(start, end) == timedelta(hours=1)


def test_a_usual_day_is_what_most_days_of_the_week_have() -> None:
    short: Hours = ((8 * 60, 12 * 60),)
    assert calendar(JAKARTA, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, short).day == timedelta(hours=8)


def test_where_lengths_of_days_compare_the_longest_is_the_usual_one() -> None:
    short: Hours = ((8 * 60, 12 * 60),)
    assert calendar(JAKARTA, short, OFFICE_DAY).day == timedelta(hours=8)


def test_a_project_without_working_hours_works_always() -> None:
    moment = at(BERLIN, "2026-10-24 12:00")
    assert always(BERLIN).after(moment, timedelta(hours=24)) == at(BERLIN, "2026-10-25 11:00")


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    marks = st.one_of(st.integers(0, MINUTES // 30).map(lambda half: half * 30), st.integers(0, MINUTES))
    found = sorted(draw(st.sets(marks, max_size=4)))
    return tuple(zip(found[::2], found[1::2], strict=False))


zones = st.sampled_from(
    [BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Cairo"), JAKARTA]
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.tuples(*(hours(),) * 7).filter(any))
    added = draw(st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 4, 10)), st.just("off"), max_size=3))
    return Calendar("any", {}, draw(zones), week, DaysOff(added=added))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Around the changes of the clocks, to the microsecond."""
    change = draw(st.sampled_from([each for both in CHANGES.values() for each in both]))
    return change + timedelta(microseconds=draw(st.integers(-3 * 86_400_000_000, 3 * 86_400_000_000)))


amounts = st.integers(1, 90 * 3_600_000_000).map(lambda number: timedelta(microseconds=number))


@given(calendars(), moments(), amounts)
def test_what_was_added_lies_between(calendar: Calendar, moment: datetime, work: timedelta) -> None:
    assert calendar.between(moment, calendar.after(moment, work)) == work


@given(calendars(), moments(), amounts)
def test_what_was_counted_back_lies_between(calendar: Calendar, moment: datetime, work: timedelta) -> None:
    assert calendar.between(calendar.before(moment, work), moment) == work


@given(calendars(), moments(), amounts, amounts)
def test_more_work_and_a_later_start_never_end_earlier(
    calendar: Calendar, moment: datetime, work: timedelta, more: timedelta
) -> None:
    assert calendar.after(moment, work) < calendar.after(moment, work + more)
    assert calendar.after(moment, work) <= calendar.after(moment + more, work)


@given(calendars(), moments(), amounts, amounts)
def test_work_in_two_parts_ends_as_work_in_one(
    calendar: Calendar, moment: datetime, work: timedelta, more: timedelta
) -> None:
    assert calendar.after(calendar.after(moment, work), more) == calendar.after(moment, work + more)


@settings(max_examples=20)
@given(calendars(), moments(), st.integers(0, 400))
def test_years_hold_what_their_days_hold(calendar: Calendar, moment: datetime, days: int) -> None:
    marks = [moment + timedelta(days=n) for n in range(days + 1)]
    parts = [calendar.between(start, end) for start, end in pairwise(marks)]
    assert calendar.between(moment, marks[-1]) == sum(parts, timedelta())


def minutes_at_work(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Slowly: looks at the clock on the wall each minute. One that goes back shows nothing new."""
    moment = start - timedelta(hours=3)
    seen, count = moment.astimezone(calendar.zone).replace(tzinfo=None), 0
    while moment < end:
        seen = max(seen, moment.astimezone(calendar.zone).replace(tzinfo=None))
        minute = seen.hour * 60 + seen.minute
        shifts = () if calendar.days_off.on(seen.date()) else calendar.week[seen.weekday()]
        count += moment >= start and any(opens <= minute < closes for opens, closes in shifts)
        moment += MINUTE
    return count


@settings(max_examples=25)
@given(calendars(), moments(), st.integers(0, 5 * MINUTES))
@example(calendar(BERLIN, *(((150, 360),),) * 7), CHANGES[BERLIN][0] - timedelta(hours=2), 600)
@example(calendar(BERLIN, *(((150, 360),),) * 7), CHANGES[BERLIN][1] - timedelta(hours=2), 600)
@example(calendar(NEW_YORK, *(((90, 95),),) * 7), CHANGES[NEW_YORK][1] - timedelta(hours=2), 600)
def test_it_counts_the_minutes_that_the_clock_on_the_wall_shows(
    calendar: Calendar, moment: datetime, minutes: int
) -> None:
    start = moment.replace(second=0, microsecond=0)
    end = start + minutes * MINUTE
    assert calendar.between(start, end) == minutes_at_work(calendar, start, end) * MINUTE
