from __future__ import annotations

from datetime import date

from relasi.schema.days_off import DaysOff, countries

NEW_YEAR = date(2026, 1, 1)


def test_the_holidays_of_a_country_are_known_by_name() -> None:
    assert DaysOff("ID").on(NEW_YEAR)


def test_a_region_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert DaysOff("DE", "BY").on(epiphany)
    assert DaysOff("DE").on(epiphany) is None


def test_a_company_adds_days() -> None:
    assert DaysOff("ID", added={date(2026, 12, 31): "Stocktaking"}).on(date(2026, 12, 31)) == "Stocktaking"


def test_a_company_takes_days_away() -> None:
    assert DaysOff("ID", removed=frozenset([NEW_YEAR])).on(NEW_YEAR) is None


def test_without_a_country_only_added_days_are_off() -> None:
    days_off = DaysOff(added={NEW_YEAR: "Rest"})
    assert dict(days_off.of(2026)) == {NEW_YEAR: "Rest"}


def test_the_days_of_a_year_are_in_order() -> None:
    days_off = DaysOff("ID", added={date(2026, 7, 1): "Founders", date(2025, 7, 1): "Founders"})
    days = list(days_off.of(2026))
    assert days == sorted(days)
    assert {day.year for day in days} == {2026}


def test_a_year_of_which_the_library_has_no_data_is_not_taken_for_one_without_holidays() -> None:
    assert DaysOff("ID").knows(2026)
    assert not DaysOff("ID").knows(2200)


def test_every_year_is_known_where_no_country_is_asked_for() -> None:
    assert DaysOff().knows(2200)


def test_regions_are_known_by_country() -> None:
    assert "BY" in countries()["DE"]
