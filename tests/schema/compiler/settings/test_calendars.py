from __future__ import annotations

from datetime import date
from pathlib import Path

from relasi.schema.calendars import MINUTES
from relasi.schema.model import Settings
from tests.schema.compiler.examples import model_of


def settings(tmp_path: Path, calendars: str) -> Settings:
    source = f"# config/crm.yaml\ncrm: 1\nname: Test\ntime_zone: Asia/Jakarta\n{calendars}"
    return model_of(tmp_path, source).settings


OFFICE = """
calendars:
  office:
    label: {en: Office, id: Kantor}
    hours: {mon-thu: ["08:00-12:00", "13:00-17:00"], fri: "08:00-16:00"}
    holidays: ID
  support:
    hours: {sat-mon: "00:00-24:00"}
    holidays: {country: DE, region: BY, add: {2026-12-31: Stocktaking}, remove: [2026-01-06]}
    time_zone: Europe/Berlin
"""


def test_the_first_calendar_is_the_default(tmp_path: Path) -> None:
    assert settings(tmp_path, OFFICE).calendar.name == "office"


def test_days_have_their_shifts(tmp_path: Path) -> None:
    week = settings(tmp_path, OFFICE).calendars["office"].week
    assert week == (((480, 720), (780, 1020)),) * 4 + (((480, 960),), (), ())


def test_days_may_go_on_from_sunday_to_monday(tmp_path: Path) -> None:
    week = settings(tmp_path, OFFICE).calendars["support"].week
    assert [bool(hours) for hours in week] == [True, False, False, False, False, True, True]
    assert week[0] == ((0, MINUTES),)


def test_a_calendar_is_in_the_company_s_time_zone_unless_it_says_otherwise(tmp_path: Path) -> None:
    calendars = settings(tmp_path, OFFICE).calendars
    assert calendars["office"].zone.key == "Asia/Jakarta"
    assert calendars["support"].zone.key == "Europe/Berlin"


def test_holidays_are_those_of_a_country_or_region_with_what_is_changed(tmp_path: Path) -> None:
    calendars = settings(tmp_path, OFFICE).calendars
    assert calendars["office"].days_off.on(date(2026, 8, 17))
    days_off = calendars["support"].days_off
    assert days_off.on(date(2026, 12, 31)) == "Stocktaking"
    assert days_off.on(date(2026, 1, 6)) is None
    assert days_off.on(date(2026, 12, 25))


def test_without_calendars_people_work_always(tmp_path: Path) -> None:
    assert settings(tmp_path, "").calendar.week == (((0, MINUTES),),) * 7
