"""`relasi calendar` prints working hours and holidays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Relasi

HOTLINE = """
calendars:
  hotline:
    hours: {sat-sun: ["09:00-12:00", "13:00-24:00"]}
    holidays: {country: DE, add: {2026-12-31: Stocktaking}}
    time_zone: Europe/Berlin
"""


@pytest.fixture
def hotline(project: Path) -> Path:
    with (project / "config" / "crm.yaml").open("a", encoding="utf-8") as file:
        file.write(HOTLINE)
    return project


def test_it_prints_hours_and_the_holidays_of_a_year(relasi: Relasi, hotline: Path) -> None:
    out = relasi("calendar", "hotline", "--year", "2026").out
    assert "Europe/Berlin" in out
    assert "09:00-12:00, 13:00-24:00" in out
    assert "Thu 2026-12-31" in out
    assert "Stocktaking" in out


def test_the_same_comes_as_data(relasi: Relasi, hotline: Path) -> None:
    (found,) = relasi("calendar", "hotline", "--year", "2026", "--json").data
    assert found["hours"]["sat"] == "09:00-12:00, 13:00-24:00"
    assert found["hours"]["mon"] == ""
    assert found["holidays"]["2026-12-31"] == "Stocktaking"


def test_a_year_without_data_is_told(relasi: Relasi, hotline: Path) -> None:
    assert "No holidays of DE are known for 2300." in relasi("calendar", "hotline", "--year", "2300").out


def test_without_a_name_all_calendars_are_shown(relasi: Relasi, hotline: Path) -> None:
    assert [each["name"] for each in relasi("calendar", "--json").data] == ["office", "hotline"]


def test_an_unknown_calendar_is_told_with_those_that_there_are(relasi: Relasi, hotline: Path) -> None:
    answer = relasi("calendar", "hotlin")
    assert answer.code == 2
    assert "Known: office, hotline." in answer.err
