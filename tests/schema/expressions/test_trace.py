from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.expressions import Trace, trace
from tests.platform.sql import expression_texts
from tests.schema.expressions.desk import NOW, parsed, situation


def test_a_trace_shows_what_each_part_answered() -> None:
    expression = parsed("priority in [high, urgent] and (amount > 100 or not done)")
    record = {"priority": "high", "amount": Decimal("99.50"), "done": True}
    assert trace(expression, situation(record)) == Trace(
        "priority in [high, urgent] and (amount > 100 or not done)",
        False,
        (
            Trace("priority in [high, urgent]", True, (Trace("priority", "high"),)),
            Trace(
                "(amount > 100 or not done)",
                False,
                (
                    Trace("amount > 100", False, (Trace("amount", "99.50"),)),
                    Trace("not done", False, (Trace("done", True),)),
                ),
            ),
        ),
    )


def test_parts_that_no_longer_mattered_are_shown_too() -> None:
    parts = trace(parsed("done and status.kind = open"), situation({"status": "new"})).children
    assert [part.value for part in parts] == [None, True]


def test_times_and_lists_become_json() -> None:
    record = {"opened": NOW, "channels": ("email",)}
    told = trace(
        parsed("opened + 90 minutes = now() and channels contains email"), situation(record)
    ).to_json()
    moment, channels = told["children"]
    assert moment["children"][0]["value"] == "2025-06-15T22:00:00+00:00"
    assert channels["children"][0]["value"] == ["email"]


@given(expression_texts.conditions(2), st.booleans())
def test_every_trace_is_json_and_ends_in_the_answer(text: str, done: bool) -> None:
    expression = parsed(text)
    here = situation({"done": done, "opened": NOW, "amount": Decimal("1.00")})
    told = trace(expression, here)
    assert json.loads(json.dumps(told.to_json()))["text"] == text
    assert bool(told.value) is bool(expression.evaluate(here))
