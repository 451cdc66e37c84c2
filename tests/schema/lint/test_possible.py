"""Whether a condition can be true: "no" is certain, and for options and yes-or-no fields "yes" is too."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.lint.possible import may_be_true
from tests.schema.expressions.desk import KINDS, PRIORITIES, parsed, situation

FINITE: Mapping[str, tuple[Any, ...]] = {
    "priority": (*PRIORITIES, None),
    "before": (*PRIORITIES, None),
    "status": (*KINDS, None),
    "done": (True, False, None),
    "vip": (True, False, None),
}
OPEN: Mapping[str, st.SearchStrategy[Any]] = {
    "note": st.sampled_from(["a", "b", "c", None]),
    "subject": st.sampled_from(["a", "b", "c", None]),
    "replies": st.sampled_from([0, 3, 4, None]),
    "score": st.sampled_from([0, 3, 4, None]),
}
CERTAIN = st.sampled_from(
    [
        "priority = low", "priority != high", "priority in [high, urgent]", "priority not in [low]",
        "priority = before", "before is empty", "status.kind = paused", "status = new", "status != closed",
        "done", "done = vip", "done = true", "done is empty", "priority is not empty",
    ]
)  # fmt: skip
UNCERTAIN = st.sampled_from(
    [
        'note = "a"', 'note != "a"', "note = subject", 'subject in ["a", "b"]', "note is empty",
        "replies > 3", "replies = 3", "replies = score", "score < 1", "replies is not empty",
    ]
)  # fmt: skip


def combined(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda text: f"not ({text})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda parts: "({} {} {})".format(*parts)
            ),
        ),
        max_leaves=6,
    )


@given(combined(CERTAIN))
def test_of_options_it_says_what_trying_every_record_says(text: str) -> None:
    condition = parsed(text)
    records = (dict(zip(FINITE, values, strict=True)) for values in product(*FINITE.values()))

    assert may_be_true(condition.root) == any(condition.evaluate(situation(each)) for each in records)


@given(
    combined(st.one_of(CERTAIN, UNCERTAIN)),
    st.fixed_dictionaries({**{name: st.sampled_from(each) for name, each in FINITE.items()}, **OPEN}),
)
def test_what_a_record_meets_is_never_called_impossible(text: str, record: dict[str, Any]) -> None:
    condition = parsed(text)

    assert may_be_true(condition.root) or not condition.evaluate(situation(record))


@given(
    combined(st.one_of(CERTAIN, UNCERTAIN)),
    st.fixed_dictionaries({**{name: st.sampled_from(each) for name, each in FINITE.items()}, **OPEN}),
    st.sets(st.sampled_from(["priority", "done", "note", "replies"])),
)
def test_what_is_known_narrows_the_answer_and_keeps_it_certain(
    text: str, record: dict[str, Any], names: set[str]
) -> None:
    condition = parsed(text)
    known: dict[tuple[str, ...], Any] = {(name,): record[name] for name in names}

    assert may_be_true(condition.root, known=known) or not condition.evaluate(situation(record))


@pytest.mark.parametrize(
    "text",
    [
        'note = "a" and note = "b"',
        'note in ["a", "b"] and not (note = "a" or note = "b")',
        "status.kind = paused and status = new",
        "replies = 3 and replies is empty",
        "replies > 3 and replies is empty",
    ],
)
def test_contradictions_are_found(text: str) -> None:
    assert not may_be_true(parsed(text).root)


def test_states_that_do_not_occur_are_left_out() -> None:
    condition = parsed("status = closed")

    assert not may_be_true(condition.root, allowed=lambda read: {"new", "waiting"})


def test_too_many_combinations_count_as_possible() -> None:
    texts = [f"{name} = {name}" for name in ("priority", "before", "status", "done", "vip")]
    texts += [f"(note in {[f't{n}' for n in range(60)]} or subject in {[f't{n}' for n in range(60)]})"]

    assert may_be_true(
        parsed(" and ".join(["priority = low and priority = high", *texts]).replace("'", '"')).root
    )
