"""Days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.schema.fields.making import FOR_ENGLISH, FOR_INDONESIANS, MOMENT, made, problems_of, refusal


def test_iso_text_is_a_day() -> None:
    assert made("date").accept("2026-11-21") == date(2026, 11, 21)


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "20261121", "2026-W47-6", "21/11/2026", 20261121, datetime(2026, 11, 21, tzinfo=UTC)],
)
def test_anything_else_is_refused(value: object) -> None:
    assert refusal(made("date").accept, value) == "not_a_date"


def test_a_year_that_must_be_a_slip_is_refused() -> None:
    assert refusal(made("date").accept, "0206-11-21") == "not_a_date"


def test_today_is_the_day_in_the_company_zone() -> None:
    assert made("date", default="today").default_value(MOMENT) == date(2027, 1, 1)


def test_a_default_may_be_a_fixed_day() -> None:
    assert made("date", default="2026-01-01").default_value(MOMENT) == date(2026, 1, 1)


def test_an_unknown_word_as_default_is_reported() -> None:
    (problem,) = problems_of("date", default="yesterday")
    assert problem.path == ("default",)


def test_each_language_shows_it_its_way() -> None:
    day = date(2026, 8, 3)
    assert made("date").show(day, FOR_INDONESIANS) == "3 Agu 2026"
    assert made("date").show(day, FOR_ENGLISH) == "Aug 3, 2026"
