"""Moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.schema.fields.making import FOR_ENGLISH, FOR_INDONESIANS, INDONESIAN, MOMENT, made, refusal


def test_a_moment_is_kept_in_utc() -> None:
    local = datetime(2026, 11, 21, 14, 5, tzinfo=timezone(timedelta(hours=7)))
    kept = made("datetime").accept(local)
    assert (kept, kept.tzinfo) == (local, UTC)


@pytest.mark.parametrize("value", ["2026-11-21T14:05:00+07:00", "2026-11-21 07:05:00Z", "2026-11-21T07:05Z"])
def test_iso_text_with_an_offset_is_a_moment(value: str) -> None:
    assert made("datetime").accept(value) == datetime(2026, 11, 21, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize("value", ["2026-11-21T14:05:00", datetime(2026, 11, 21, 14, 5)])  # noqa: DTZ001  # the case
def test_a_moment_without_zone_is_refused(value: object) -> None:
    assert refusal(made("datetime").accept, value) == "no_time_zone"


@pytest.mark.parametrize("value", ["2026-11-21", "now", "2026-11-21T25:00Z", 0, "9999-12-31T23:59:59Z"])
def test_anything_else_is_refused(value: object) -> None:
    assert refusal(made("datetime").accept, value) == "not_a_datetime"


def test_typed_text_is_local_time() -> None:
    assert made("datetime").read("21/11/2026 14:05", INDONESIAN) == datetime(2026, 11, 21, 7, 5, tzinfo=UTC)


def test_now_is_the_moment_of_creation() -> None:
    assert made("datetime", default="now").default_value(MOMENT) == MOMENT.now


def test_it_is_shown_in_the_company_zone() -> None:
    moment = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
    assert made("datetime").show(moment, FOR_INDONESIANS) == "21 Nov 2026 14.05"
    assert made("datetime").show(moment, FOR_ENGLISH) == "Nov 21, 2026, 2:05\u202fPM"
