"""Each trigger of a rule says what has come of it on a record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from relasi.cli.triggering import waited
from relasi.messages.incoming import receive
from tests.records.world import NOW, make_world
from tests.workflows.desk import PLAIN, Desk, rule

HOOK = "hook: shop\nentity: ticket\nsecret: {env: SHOP}\nset: {subject: title}\n"
NOT_YET = "no worker has begun to count yet: start relasi worker, or relasi run"
WHEN = """
- created
- updated
- {changed: priority, to: urgent}
- {enters: done}
- {leaves: new}
- {moved: start}
- {incoming: shop}
- deleted
- {button: {who: [agent]}}
- called
- {every: day at 08:00, where: count = 1}
- {time: 1 day before due_at}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    when = "\n".join(f"  {line}" for line in WHEN.strip().splitlines())
    asks = f"workflow: r\nentity: ticket\nwhen:\n{when}\nif: subject = 'x'\ndo: [{{create: task}}]\n"
    call = rule("caller", "{changed: note}", "[{call: r}]")
    world = make_world(tmp_path, *PLAIN, HOOK, asks, call)
    yield Desk(world)
    world.crm.close()


def said(desk: Desk, key: str) -> dict[str, str]:
    crm = desk.world.crm
    with crm.records.work(desk.world.engine, write=False) as work:
        row = work.transaction.get("ticket", [key])[key]
        return {each.waits_for: each.so_far for each in waited(work, crm.model.workflows["r"], row)}


def test_a_new_record_has_met_few_of_them(desk: Desk) -> None:
    assert said(desk, desk.ticket()) == {
        "a record that is created": "it was created on 2026-11-21 14:05 UTC",
        "a record that is updated": "never: it was not changed",
        "a change of priority to urgent": "priority never changed since the record was created",
        "a record that comes to done": (
            "status went from empty to new on 2026-11-21 14:05 UTC, which is not that"
        ),
        "a record that leaves new": "status never changed since the record was created",
        "the move start": "never: it was not moved",
        "what comes in by shop": "never: nothing came in",
        "a record that is deleted": "the record is there",
        "somebody who presses its button": "nobody can press it while its condition is false",
        "another workflow that calls it": "caller can call it",
        "every day at 08:00 where count = 1": NOT_YET,
        "1 day before due_at": NOT_YET,
    }


def test_what_has_come_about_says_when(desk: Desk) -> None:
    key = desk.ticket(subject="x")
    desk.work(hours=1)
    desk.change(key, priority="high")
    told = said(desk, key)
    assert told["a record that is updated"] == "it was changed on 2026-11-21 15:05 UTC"
    assert told["a change of priority to urgent"] == (
        "priority went from low to high on 2026-11-21 15:05 UTC, which is not that"
    )
    desk.change(key, priority="urgent")
    desk.move(key, "start")
    told = said(desk, key)
    assert (
        told["a change of priority to urgent"] == "priority went from high to urgent on 2026-11-21 15:05 UTC"
    )
    assert told["the move start"] == "it was moved on 2026-11-21 15:05 UTC"
    assert told["a record that leaves new"] == "status went from new to working on 2026-11-21 15:05 UTC"
    assert told["somebody who presses its button"] == "agent can press it"


def test_what_came_in_by_a_hook_says_when(desk: Desk) -> None:
    taken = receive(desk.world.crm.records, desk.world.crm.model.hooks["shop"], {}, b'{"title": "x"}')
    assert said(desk, taken.record_id or "")["what comes in by shop"] == (
        "something came in on 2026-11-21 14:05 UTC"
    )


def test_the_clock_says_since_when_it_counts_and_when_it_comes(desk: Desk) -> None:
    desk.work()
    key = desk.ticket()
    told = said(desk, key)
    assert (
        told["every day at 08:00 where count = 1"]
        == "counted since 2026-11-21 14:05 UTC, next on 2026-11-22 01:00 UTC"
    )
    assert told["1 day before due_at"] == "due_at is empty"
    desk.change(key, due_at=NOW + timedelta(days=3))
    assert said(desk, key)["1 day before due_at"] == "that comes on 2026-11-23 14:05 UTC"
    desk.change(key, due_at=NOW)
    assert said(desk, key)["1 day before due_at"] == (
        "that was on 2026-11-20 14:05 UTC, when nobody counted yet"
    )


def test_the_condition_of_the_clock_is_asked_of_the_record(desk: Desk) -> None:
    crm, key = desk.world.crm, desk.ticket(count=2)
    with crm.records.work(desk.world.engine, write=False) as work:
        row = work.transaction.get("ticket", [key])[key]
        asked = [each.asked for each in waited(work, crm.model.workflows["r"], row) if each.asked]
    assert [(each["text"], each["value"]) for each in asked] == [("count = 1", False)]
