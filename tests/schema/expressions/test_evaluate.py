"""The meaning of the language, one rule at a time. That SQL means the same is tests/platform/sql's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.schema.expressions.desk import NOW, answer, parsed, situation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("priority = high", False),
        ("priority != high", True),
        ("priority = null", True),
        ("priority = before", True),
        ("priority in [low, null]", True),
        ("priority not in [low, high]", True),
        ("amount > 0", False),
        ("amount <= 0", False),
        ("not amount > 0", True),
        ("amount + 1 = null", True),
        ("subject contains 'a'", False),
        ("(subject contains 'a') = false", True),
        ("channels contains email", False),
        ("done", None),
        ("not done", True),
        ("done = false", False),
        ("done or true", True),
        ("coalesce(amount, 5) = 5", True),
        ("min(amount, 5) = null", True),
        ("customer.tier is empty", True),
        ("status.kind = open", False),
    ],
)
def test_null_follows_one_rule(text: str, expected: bool | None) -> None:
    assert answer(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount + 0.1", Decimal("1000.30")),
        ("amount * 3", Decimal("3000.60")),
        ("amount / 3", Decimal("333.400000")),
        ("1 / 3", Decimal("0.333333")),
        ("1 / 2000000", Decimal("0.000000")),
        ("3 / 2000000", Decimal("0.000002")),
        ("amount / 0", None),
        ("round(2.5)", Decimal(3)),
        ("round(-2.5)", Decimal(-3)),
        ("round(1.005, 2)", Decimal("1.01")),
        ("abs(-3)", 3),
        ("-(-3)", 3),
        ("min(replies, 2.5)", Decimal("2.5")),
        ("max(replies, 2.5)", 4),
        ("0.1 + 0.2 = 0.3", True),
        ("replies = 4.0", True),
        ("9999999999999999999 * 9999999999999999999", Decimal("99999999999999999980000000000000000001")),
    ],
)
def test_numbers_are_exact(text: str, expected: Any) -> None:
    assert answer(text, amount=Decimal("1000.20"), replies=4) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now()", NOW),
        ("today()", date(2025, 6, 16)),
        ("date(now())", date(2025, 6, 16)),
        ("week(now())", date(2025, 6, 16)),
        ("week(due)", date(2025, 6, 9)),
        ("month(due)", date(2025, 6, 1)),
        ("quarter(due)", date(2025, 4, 1)),
        ("year(now())", date(2025, 1, 1)),
        ("now() - opened", timedelta(days=1)),
        ("opened + 24 hours = now()", True),
        ('opened = "2025-06-15 03:30"', True),
        ("due - today()", timedelta(days=-1)),
        ("due + 2 weeks", date(2025, 6, 29)),
        ("due - limit", date(2025, 6, 14)),
        ("due + limit", date(2025, 6, 16)),
        ("limit * 2", timedelta(days=3)),
        ("limit / 1 day", Decimal("1.500000")),
        ("1 week + 1 day", timedelta(days=8)),
        ("1.5 hours", timedelta(minutes=90)),
        ('from_time > "09:00"', True),
        ("max(due, today())", date(2025, 6, 16)),
        ("opened + 36500000 days", None),
        ("due - 36500000 days", None),
        ("1 day * 99999999999", None),
    ],
)
def test_times_are_counted_in_the_companys_zone(text: str, expected: Any) -> None:
    values: dict[str, Any] = {
        "opened": datetime(2025, 6, 14, 20, 30, tzinfo=UTC),
        "due": date(2025, 6, 15),
        "limit": timedelta(hours=36),
        "from_time": time(9, 30),
    }
    assert answer(text, **values) == expected


@pytest.mark.parametrize(
    "text",
    [
        "subject contains 'école'",
        "subject starts with 'une é'",
        "subject ends with 'IER'",
        "lower(subject) = 'une école à fermier'",
        "length(subject) = 19",
        "subject > 'Umbra'",
        "not subject > 'a'",
        "upper(subject) contains subject",
    ],
)
def test_searching_ignores_case_and_comparing_does_not(text: str) -> None:
    assert answer(text, subject="Une ÉCOLE à fermier") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("owner = user", True),
        ("owner = user.id", True),
        ("owner in [author, user]", True),
        ("customer.tier = gold", True),
        ("customer.boss.tier = gold", False),
        ("customer.state.kind = paused", True),
        ("customer.boss is empty", False),
        ("customer.boss.name is empty", True),
        ("parent = record", False),
        ("record = record", True),
        ("about = customer", True),
        ('about = "customer/c1"', True),
        ("channels contains phone", True),
        ("channels contains chat", False),
        ("channels is not empty", True),
    ],
)
def test_links_users_and_lists(text: str, expected: bool) -> None:
    record = {
        "id": "t1",
        "owner": "budi",
        "customer": "c1",
        "about": "customer/c1",
        "channels": ("email", "phone"),
    }
    linked = {("customer", "c1"): {"tier": "gold", "boss": "c404", "state": "waiting"}}
    assert parsed(text).evaluate(situation(record, linked=linked)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("answers is empty", False),
        ("answers is not empty", True),
        ('answers contains "t2"', True),
        ("answers contains record", False),
        ("answers contains parent", False),
        ("parent.answers contains record", False),
        ("customer.tickets contains record", True),
        ('customer.tickets contains "t2"', False),
        ('customer.threads contains "t2"', True),
        ("customer.threads contains record", False),
    ],
)
def test_a_table_is_asked_what_it_holds(text: str, expected: bool) -> None:
    record = {"id": "t1", "customer": "c1"}
    linked = {
        ("ticket", "t1"): record,
        ("ticket", "t2"): {"id": "t2", "parent": "t1"},
        ("ticket", "t3"): {"id": "t3", "parent": "t2", "about": "customer/c1"},
        ("ticket", "t4"): {"id": "t4", "parent": "t9", "about": "product/c1"},
    }
    assert parsed(text).evaluate(situation(record, linked=linked)) is expected


@pytest.mark.parametrize(
    ("text", "on_update", "on_create"),
    [
        ("changed(priority)", True, True),
        ("changed(subject)", False, True),
        ("changed(note)", False, False),
        ("old.priority = low", True, False),
        ("old.subject = subject", True, False),
        ("old.status.kind = open", True, False),
        ("old.customer.tier = gold", True, False),
    ],
)
def test_the_old_record(text: str, on_update: bool, on_create: bool) -> None:
    record = {"priority": "high", "subject": "Broken"}
    old = {"priority": "low", "subject": "Broken", "status": "new", "customer": "c1"}
    linked = {("customer", "c1"): {"tier": "gold"}}
    assert parsed(text).evaluate(situation(record, old=old, linked=linked)) is on_update
    assert parsed(text).evaluate(situation(record, old=None, linked=linked)) is on_create


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if(replies > 3, subject, note)", "many"),
        ("if(done, subject, note)", "few"),
        ("coalesce(before, priority)", "low"),
        ("priority = if(replies > 3, low, high)", True),
        ("if(replies > 3, low, high) = priority", True),
    ],
)
def test_choosing_a_value(text: str, expected: Any) -> None:
    assert answer(text, subject="many", note="few", replies=4, priority="low") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("priority >= high", True),
        ("priority > high", False),
        ("low < priority", True),
        ("priority > before", True),
        ("priority < urgent and priority > normal", True),
        ("status.kind > open", True),
        ("parent.priority < urgent", False),
        ("priority < null", False),
    ],
)
def test_options_are_ordered_as_they_are_declared(text: str, expected: bool) -> None:
    assert answer(text, priority="high", before="low", status="waiting") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('under(parent, "1")', True),
        ('under(parent, "3")', True),
        ('under(parent, "4")', False),
        ("under(record, record)", True),
        ("under(record, parent)", True),
        ("under(parent, record)", False),
        ("under(parent, null)", False),
        ('under(customer, "1")', False),
    ],
)
def test_a_record_is_under_another_at_any_depth(text: str, expected: bool) -> None:
    above = {("ticket", "3"): {"parent": "2"}, ("ticket", "2"): {"parent": "1"}, ("ticket", "1"): {}}
    here = situation({"id": "4", "parent": "3"}, linked=above)
    assert parsed(text).evaluate(here) is expected
