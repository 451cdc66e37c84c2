from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relasi.apps.places import Here, Place
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.apps.words.clocks import with_due
from relasi.records import Record
from relasi.workflows.sla import ClockSweep
from tests.records.world import World, make_world

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
time_zone: UTC
calendars:
  office: {hours: {mon-fri: "09:00-17:00"}}
"""
CASE = """
entity: case
fields:
  priority: {type: choice, options: [low, high], default: low}
process:
  states: {new: {kind: open}, waiting: {kind: paused}, solved: {kind: done}}
  moves: {wait: {from: [new], to: waiting}, solve: {from: [new], to: solved}}
sla:
  answer:
    target: {by: priority, low: 3 working days, high: 2 working hours}
    met_when: status = solved
    warn: 50%
  visit: {target: 3 days, met_when: status = solved}
access:
  clerk: {read: all, create: true, update: all}
"""
ROLES = "roles: {clerk: {label: {en: Clerk, id: Juru tulis}}}\n"
OFFICE = "department: office\nroles: [clerk]\nmenu: {case: }\n"

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, SETTINGS, CASE, ROLES, OFFICE)
    made.clock.now = MONDAY
    yield made
    made.crm.close()


@pytest.fixture
def shown(world: World, visit: Callable[..., Visitor]) -> Callable[..., dict[str, Any]]:
    """The badge of a clock, as the time is when it is asked for."""
    place = Place("office", "case")

    def shown(record: Record, clock: str, language: str = "en") -> dict[str, Any]:
        ClockSweep(world.crm.records)(world.clock())
        here = Here(visit(language), place, {place: None})  # type: ignore[dict-item]  # pages exist only while Streamlit runs a script
        now = world.crm.records.get(world.engine, "case", record.id)
        cell = Display.of(here, [now], []).cell(here.entity.fields[f"{clock}_state"], now)
        badge: dict[str, Any] = cell["badges"][0]
        return badge

    return shown


Shown = Callable[..., dict[str, Any]]


def test_working_days_are_told_as_such(world: World, shown: Shown) -> None:
    record = world.create("case")
    assert shown(record, "answer") == {"text": "3 working days left", "color": "blue"}
    assert shown(record, "answer", "id")["text"] == "Sisa 3 hari kerja"


def test_plain_days_are_plain(world: World, shown: Shown) -> None:
    record = world.create("case")
    world.clock.advance(hours=30)
    assert shown(record, "visit") == {"text": "1 day left", "color": "blue"}


def test_what_is_due_soon_is_told_in_hours_and_minutes(world: World, shown: Shown) -> None:
    record = world.create("case", priority="high")
    assert shown(record, "answer") == {"text": "2 hours left", "color": "blue"}
    world.clock.advance(minutes=90)
    assert shown(record, "answer") == {"text": "30 minutes left", "color": "orange"}


def test_what_is_late_says_by_how_much_working_time(world: World, shown: Shown) -> None:
    record = world.create("case", priority="high")
    world.clock.advance(days=1)
    assert shown(record, "answer") == {"text": "Late by 6 hours", "color": "red"}
    assert shown(record, "answer", "id")["text"] == "Terlambat 6 jam"


def test_less_than_a_minute_is_one(world: World, shown: Shown) -> None:
    record = world.create("case", priority="high")
    world.clock.advance(hours=2)
    assert shown(record, "answer")["text"] == "Late by 1 minute"


def test_a_clock_that_stands_says_why(world: World, shown: Shown) -> None:
    record = world.create("case")
    world.crm.records.move(world.engine, "case", record.id, 1, move="wait")
    assert shown(record, "answer") == {"text": "Paused", "color": "gray"}


def test_a_clock_that_is_met_says_so(world: World, shown: Shown) -> None:
    record = world.create("case")
    world.crm.records.move(world.engine, "case", record.id, 1, move="solve")
    assert shown(record, "answer", "id") == {"text": "Tercapai", "color": "green"}


def test_lists_fetch_what_the_words_are_made_of(world: World) -> None:
    entity = world.crm.model.entities["case"]
    assert with_due(entity, ["priority", "answer_state"]) == ("priority", "answer_state", "answer_due")
