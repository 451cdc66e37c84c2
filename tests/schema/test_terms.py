"""How long people's data are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.terms import Term

TERMS = st.builds(Term, st.integers(0, 600), st.integers(0, 4000)).filter(lambda term: term != Term(0, 0))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("3 years", Term(36, 0)),
        ("18 months", Term(18, 0)),
        ("1 year 6 months", Term(18, 0)),
        ("2 weeks", Term(0, 14)),
        ("90 days", Term(0, 90)),
    ],
)
def test_years_months_weeks_and_days_are_read(text: str, term: Term) -> None:
    assert Term.read(text) == term


@pytest.mark.parametrize(
    "text", ["", "3", "years", "3 yeers", "0 days", "3 hours", "9999 years", "3 years ago"]
)
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert Term.read(text) is None


def test_a_month_ends_no_later_than_it_has_days() -> None:
    assert Term(12, 0).before(date(2024, 2, 29)) == date(2023, 2, 28)


def test_a_moment_keeps_its_time_of_day() -> None:
    assert Term(1, 1).before(datetime(2026, 3, 31, 8, 15, tzinfo=UTC)) == datetime(
        2026, 2, 27, 8, 15, tzinfo=UTC
    )


@given(TERMS, st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(0, 400))
def test_what_is_due_stays_due(term: Term, day: date, later: int) -> None:
    assert term.before(day) <= term.before(date.fromordinal(day.toordinal() + later))


def test_a_term_is_said_in_both_languages() -> None:
    assert [Term(42, 0).in_words(each) for each in ("en", "id")] == ["3 years 6 months", "3 tahun 6 bulan"]
