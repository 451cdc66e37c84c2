"""The law of clocks: whatever is done with a record and whenever, they show what a slow witness counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.derivation.clocks import reckoned
from relasi.schema.expressions import Situation
from relasi.schema.model import Entity, Model
from tests.records.world import compiled

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
time_zone: Europe/Berlin
calendars:
  office: {hours: {mon-fri: ["08:00-12:00", "13:00-17:00"], sun: "00:30-04:00"}}
"""
CASE = """
entity: case
fields:
  priority: {type: choice, options: [low, high, plain], default: low}
  begun_at: datetime
  solved_at: datetime
process:
  states: {new: {kind: open}, waiting: {kind: paused}, solved: {kind: done}}
sla:
  by_moment:
    starts: begun_at
    target: {by: priority, high: 2 working hours, plain: 7 hours, else: 1 working day}
    met_when: solved_at
    warn: 50%
  by_condition:
    starts: begun_at
    target: {by: priority, high: 2 working hours, plain: 7 hours, else: 1 working day}
    met_when: status = solved
    warn: 50%
"""
START = datetime(2026, 3, 27, 13, 0, tzinfo=UTC)
"""On a Friday; the clocks of Berlin go forward in the night to Sunday."""
MINUTE = timedelta(minutes=1)
MINUTES_AGREED = {"low": 480, "high": 120, "plain": 420}


class Witness:
    """Looks at the record every minute."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.now = START
        self.row: dict[str, Any] = {
            name: None for name in model.entities["case"].fields if name not in ("id", "version")
        } | {"priority": "low", "status": "new", "begun_at": START}
        self.worked, self.passed = 0, 0

    @property
    def entity(self) -> Entity:
        return self.model.entities["case"]

    def wait(self, minutes: int) -> None:
        calendar = self.model.settings.calendar
        for _ in range(minutes):
            if self.row["status"] == "new":
                self.passed += 1
                self.worked += calendar.is_open(self.now)
            self.now += MINUTE

    def write(self, **values: Any) -> None:
        turns = values.get("status", self.row["status"]) != self.row["status"]
        self.row |= values
        if turns:
            self.row["solved_at"] = self.now if values["status"] == "solved" else None
        self.row |= reckoned(self.entity, Situation(self.row, self.now, self.model.settings.zone))

    @property
    def used(self) -> int:
        return self.passed if self.row["priority"] == "plain" else self.worked

    @property
    def state(self) -> str:
        agreed = MINUTES_AGREED[self.row["priority"]]
        match self.row["status"]:
            case "solved":
                return "met_late" if self.used > agreed else "met"
            case _ if self.used >= agreed:
                return "breached"
            case "waiting":
                return "paused"
        return "open"


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Witness]:
    """Makes a witness of a new record."""
    root: Path = tmp_path_factory.mktemp("clocks")
    model = compiled(root, (SETTINGS, CASE))

    def look() -> Witness:
        witness = Witness(model)
        witness.write()
        return witness

    return look


writes: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.fixed_dictionaries({"status": st.sampled_from(["new", "waiting", "solved"])}),
    st.fixed_dictionaries({"priority": st.sampled_from(list(MINUTES_AGREED))}),
    st.just({}),
)


@settings(max_examples=30, deadline=None)
@given(story=st.lists(st.tuples(st.integers(0, 600), writes), min_size=1, max_size=8))
@pytest.mark.parametrize("sla", ["by_moment", "by_condition"])
def test_a_clock_shows_what_a_slow_witness_counts(
    look: Callable[[], Witness], sla: str, story: list[tuple[int, dict[str, str]]]
) -> None:
    witness = look()
    for minutes, values in story:
        witness.wait(minutes)
        witness.write(**values)
        state = witness.row[f"{sla}_state"]
        assert ("open" if state in ("running", "warned") else state) == witness.state
        if witness.row["status"] != "new":
            assert witness.row[f"{sla}_used"] == witness.used * MINUTE


@settings(max_examples=20, deadline=None)
@given(story=st.lists(st.tuples(st.integers(0, 600), writes), min_size=1, max_size=6))
def test_nothing_happens_before_the_next_moment_and_something_then(
    look: Callable[[], Witness], story: list[tuple[int, dict[str, str]]]
) -> None:
    witness = look()
    for minutes, values in story:
        witness.wait(minutes)
        witness.write(**values)
    before = dict(witness.row)
    while (following := witness.row["by_moment_next"]) is not None:
        assert following > witness.now
        witness.now = following - timedelta(microseconds=1)
        witness.write()
        assert witness.row == before
        witness.now = following
        witness.write()
        assert witness.row["by_moment_state"] != before["by_moment_state"]
        before = dict(witness.row)


@settings(max_examples=20, deadline=None)
@given(story=st.lists(st.tuples(st.integers(0, 600), writes), min_size=1, max_size=6))
def test_to_look_again_changes_nothing(
    look: Callable[[], Witness], story: list[tuple[int, dict[str, str]]]
) -> None:
    witness = look()
    for minutes, values in story:
        witness.wait(minutes)
        witness.write(**values)
    before = dict(witness.row)
    witness.write()
    assert witness.row == before
