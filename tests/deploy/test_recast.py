"""What becomes of a value when the type of its field changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from relasi.deploy.recast import Recast, Usage
from relasi.schema.fields.base import Reading, Showing, ValueProblem
from tests.builders import ZONE, Written, field_type

LEVELS: Written = {"type": "choice", "options": {"low": {"en": "Low", "id": "Rendah"}, "high": "High"}}
MANY: Written = {"type": "multi_choice", "options": {"low": {"en": "Low", "id": "Rendah"}, "high": "High"}}
TO_PERSON: Written = {"type": "link", "to": "person"}
TO_SEVERAL: Written = {"type": "link", "to": ["person", "company"]}
IDS = {"person": {"1", "2"}, "company": {"9"}, "user": {"u1"}}


def usage(language: str = "en") -> Usage:
    locale = Locale(language)
    return Usage(Reading(locale, ZONE), Showing(locale, ZONE, "IDR"), lambda entity: IDS.get(entity, set()))


def recast(old: Written, new: Written, value: Any, language: str = "en") -> Any:  # Any: a value of the types
    return Recast(field_type(old), field_type(new), usage(language)).value(value)


NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("text", "number", "1,200", 1200),
        ("number", "text", 1200, "1200"),
        ("decimal", "text", Decimal("1200.50"), "1200.5"),
        ("text", "date", "21 Nov 2026", date(2026, 11, 21)),
        ("date", "text", date(2026, 11, 21), "2026-11-21"),
        ("text", "boolean", "yes", True),
        ("boolean", "text", True, "Yes"),
        ("text", LEVELS, "Low", "low"),
        (LEVELS, "text", "low", "Low"),
        (LEVELS, MANY, "low", ("low",)),
        (MANY, LEVELS, ("high",), "high"),
        (MANY, "text", ("low", "high"), "Low, High"),
        ("text", MANY, "Low; high", ("low", "high")),
        ("text", "email", "Budi@Example.com", "Budi@example.com"),
        ("text", "phone", "0812 3456 7890", "+6281234567890"),
        ("decimal", "money", Decimal("12.50"), Decimal("12.50")),
        ("money", "number", Decimal("12.00"), 12),
        ("number", "percent", 12, Decimal("12.00")),
        ({"type": "decimal", "places": 3}, "decimal", Decimal("1.500"), Decimal("1.50")),
        ("date", "datetime", date(2026, 11, 21), datetime(2026, 11, 20, 17, tzinfo=UTC)),
        ("datetime", "date", datetime(2026, 11, 20, 17, tzinfo=UTC), date(2026, 11, 21)),
        ("datetime", "text", NOON, "2026-11-21 12:00:00+07:00"),
        ("duration", "text", timedelta(hours=2), "PT2H"),
        (TO_PERSON, TO_SEVERAL, "1", "person/1"),
        (TO_SEVERAL, TO_PERSON, "person/1", "1"),
        (TO_PERSON, {"type": "link", "to": "company"}, "1", None),
        ("text", TO_PERSON, "2", "2"),
        ("text", "user", "u1", "u1"),
        ("files", "image", ("f1",), ("f1",)),
        ({"type": "files", "max_count": 3}, "files", ("f1", "f2"), ("f1", "f2")),
    ],
)
def test_a_value_that_fits_becomes_one_of_the_new_type(
    old: Written,
    new: Written,
    before: Any,  # Any: a value of the type
    after: Any,  # Any: as above
) -> None:
    if after is None:
        with pytest.raises(ValueProblem):
            recast(old, new, before)
    else:
        assert recast(old, new, before) == after


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("text", "number", "twelve"),
        ("text", "date", "31 Feb 2026"),
        ("text", LEVELS, "medium"),
        ("text", {"type": "text", "max_length": 3}, "long"),
        ("decimal", "number", Decimal("12.50")),
        ({"type": "decimal", "places": 3}, "decimal", Decimal("1.125")),
        ("number", "boolean", 5),
        ("number", "date", 20261121),
        ("datetime", "date", NOON),
        (MANY, LEVELS, ("low", "high")),
        (TO_SEVERAL, TO_PERSON, "company/9"),
        (TO_PERSON, "text", "1"),
        (TO_PERSON, "user", "1"),
        ("text", TO_PERSON, "nobody"),
        ("text", "user", "nobody"),
        ("files", "image", ("f1", "f2")),
        ("files", "text", ("f1",)),
        ("files", MANY, ("low",)),
        ("files", "user", ("u1",)),
        ("user", "files", "u1"),
        ("text", "files", "f1"),
        (MANY, "files", ("low",)),
    ],
)
def test_a_value_that_would_lose_anything_is_refused(
    old: Written,
    new: Written,
    value: Any,  # Any: a value of the type
) -> None:
    with pytest.raises(ValueProblem):
        recast(old, new, value)


def test_texts_are_read_as_the_company_writes_them() -> None:
    assert recast("text", "decimal", "1.200,50", "id") == Decimal("1200.50")
    assert recast("decimal", "text", Decimal("1200.50"), "id") == "1200,5"
    assert recast("text", LEVELS, "Rendah", "id") == "low"
    with pytest.raises(ValueProblem):
        recast("text", "number", "1.2", "id")


def test_an_option_moves_before_anything_else() -> None:
    moves = {"urgent": "high"}
    assert Recast(field_type(LEVELS), field_type(LEVELS), usage(), moves).value("urgent") == "high"
    assert Recast(field_type(MANY), field_type(MANY), usage(), moves).value(("urgent", "high")) == ("high",)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from(["en", "id"]))
def test_a_number_that_becomes_text_and_a_number_again_is_the_same(number: Decimal, language: str) -> None:
    assert recast("text", "decimal", recast("decimal", "text", number, language), language) == number


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_a_day_that_becomes_a_moment_and_a_day_again_is_the_same(day: date) -> None:
    assert recast("datetime", "date", recast("date", "datetime", day)) == day


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001  # bounds
def test_a_moment_that_becomes_text_and_a_moment_again_is_the_same(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert recast("text", "datetime", recast("datetime", "text", aware)) == aware
