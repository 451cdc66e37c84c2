from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.reports.spans import Span, span_before, span_of
from relasi.schema.model.dashboard import Period

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
PERIODS = st.sampled_from([each for each in Period if each is not Period.ALL])


@given(PERIODS, DAYS)
def test_the_day_lies_in_its_period_and_the_period_before_ends_where_it_begins(
    period: Period, day: date
) -> None:
    span = span_of(period, day)
    assert span is not None
    before = span_before(period, span)
    assert span.start <= day < span.end
    assert before.start < before.end == span.start


@given(PERIODS, DAYS)
def test_every_day_of_a_period_on_the_calendar_has_the_same_one(period: Period, day: date) -> None:
    span = span_of(period, day)
    assert span is not None
    if period not in (Period.LAST_30_DAYS, Period.LAST_12_MONTHS):
        assert span_of(period, span.start) == span_of(period, span.end - timedelta(days=1)) == span


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.THIS_WEEK, date(2026, 11, 16), date(2026, 11, 23)),
        (Period.THIS_QUARTER, date(2026, 10, 1), date(2027, 1, 1)),
        (Period.LAST_30_DAYS, date(2026, 10, 24), date(2026, 11, 23)),
        (Period.LAST_12_MONTHS, date(2025, 12, 1), date(2026, 12, 1)),
    ],
)
def test_periods_by_example(period: Period, start: date, end: date) -> None:
    assert span_of(period, date(2026, 11, 22)) == Span(start, end)


def test_all_time_has_no_ends() -> None:
    assert span_of(Period.ALL, date(2026, 11, 22)) is None
