"""Which days a calendar shows, and what stands on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.apps.lists.calendars import Entry, Reach, Shown, entry_of, moved, request_within
from relasi.apps.places import Here, Place
from relasi.apps.visitor import Visitor, visitor_of
from relasi.records import ListRequest, Source
from relasi.runtime import engine_actor
from relasi.schema.model.layout import Calendar
from tests.records.world import SETTINGS, World, make_world

VISIT = """
entity: visit
fields: {name: text, begins: datetime, ends_at: datetime, day: date, last_day: date}
calendar: {from: begins, to: ends_at, title: "{name}!"}
access: {agent: {read: all, update: all}}
"""
TODAY = date(2026, 11, 22)


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return at(make_world(tmp_path, "roles: {agent: {}}", VISIT))


def at(world: World) -> Here:
    world.actor("ana", "agent")
    with world.crm.store.session(write=False) as session:
        user = session.users.by_name("ana")
    assert user is not None
    visitor: Visitor = visitor_of(world.crm, user)
    return Here(visitor, Place("", "visit"), {})


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_month_has_all_its_days_in_whole_weeks(day: date, first: int) -> None:
    days = Shown(Reach.MONTH, day).days(first)
    assert days[0].weekday() == first
    assert len(days) % 7 == 0
    assert {each for each in days if each.month == day.month} >= {day, day.replace(day=1)}
    assert sum(each.month == day.month for each in days) >= 28
    assert len(days) <= 42


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 6), st.sampled_from(Reach))
def test_whoever_turns_the_page_and_back_sees_the_same_days(day: date, first: int, reach: Reach) -> None:
    shown = Shown(reach, day)
    after = shown.turned(1)
    assert after.turned(-1).days(first) == shown.days(first)
    assert shown.days(first)[-1] < after.days(first)[-1]


@pytest.mark.parametrize("at", ["", "year.2026-01-01", "week.2026-13-01", "week", "month.x"])
def test_an_address_that_makes_no_sense_shows_this_month(at: str) -> None:
    assert Shown.read(at, TODAY) == Shown(Reach.MONTH, TODAY)


def test_an_address_brings_back_what_was_shown() -> None:
    shown = Shown(Reach.WEEK, date(2026, 2, 28))
    assert Shown.read(str(shown), TODAY) == shown


def found(here: Here, calendar: Calendar, *days: date) -> list[str]:
    visitor = here.visitor
    asked = request_within(here.entity, calendar, ListRequest("visit"), days)
    return [each.values["name"] for each in visitor.crm.records.list(visitor.actor, asked).records]


def test_what_touches_the_days_is_asked_for(here: Here) -> None:
    calendar = Calendar("day", "last_day", None, None)
    for name, first, last in (
        ("before", 1, 9),
        ("into", 8, 10),
        ("over", 1, 30),
        ("on", 11, None),
        ("out of", 12, 14),
        ("after", 13, None),
        ("long before", 2, None),
    ):
        with here.visitor.crm.records.work(engine_actor(Source.CLI)) as work:
            values = {"day": date(2026, 11, first), "last_day": last and date(2026, 11, last)}
            work.create("visit", {"name": name, **values})
    assert found(here, calendar, date(2026, 11, 10), date(2026, 11, 12)) == ["into", "over", "on", "out of"]


def test_the_days_of_a_moment_are_those_of_the_company(here: Here) -> None:
    calendar = Calendar("begins", None, None, None)
    with here.visitor.crm.records.work(engine_actor(Source.CLI)) as work:
        work.create("visit", {"name": "early", "begins": datetime(2026, 11, 9, 17, tzinfo=UTC)})
        work.create("visit", {"name": "day before", "begins": datetime(2026, 11, 9, 16, 59, tzinfo=UTC)})
    assert found(here, calendar, date(2026, 11, 10)) == ["early"]


def test_a_record_stands_on_all_its_days(here: Here) -> None:
    entry = entry_for(here, datetime(2026, 11, 9, 17, 30, tzinfo=UTC), datetime(2026, 11, 11, 17, tzinfo=UTC))
    assert (entry.first, entry.last, entry.clock) == (date(2026, 11, 10), date(2026, 11, 11), time(0, 30))


def test_an_end_before_the_beginning_counts_for_nothing(here: Here) -> None:
    entry = entry_for(here, datetime(2026, 11, 9, 3, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC))
    assert (entry.first, entry.last) == (date(2026, 11, 9), date(2026, 11, 9))


def test_a_record_on_another_day_keeps_its_time_and_its_length(here: Here) -> None:
    begins, ends = datetime(2026, 11, 9, 17, 30, tzinfo=UTC), datetime(2026, 11, 9, 19, tzinfo=UTC)
    entry, by = entry_for(here, begins, ends), timedelta(days=3)
    assert moved(here, Calendar("begins", "ends_at", None, None), entry.record, by) == {
        "begins": begins + by,
        "ends_at": ends + by,
    }


def test_a_change_of_the_clocks_leaves_the_time_of_the_day(tmp_path: Path) -> None:
    settings = SETTINGS.replace("Asia/Jakarta", "Europe/Berlin")
    here = at(make_world(tmp_path, settings, "roles: {agent: {}}", VISIT))
    entry = entry_for(here, datetime(2026, 3, 28, 8, tzinfo=UTC))
    values = moved(here, Calendar("begins", None, None, None), entry.record, timedelta(days=1))
    assert values == {"begins": datetime(2026, 3, 29, 7, tzinfo=UTC)}


def entry_for(here: Here, begins: datetime, ends_at: datetime | None = None) -> Entry:
    crm = here.visitor.crm
    made = crm.records.create(
        engine_actor(Source.CLI), "visit", {"name": "x", "begins": begins, "ends_at": ends_at}
    )
    entry = entry_of(here, Calendar("begins", "ends_at", None, None), made, made.title)
    assert entry is not None
    return entry
