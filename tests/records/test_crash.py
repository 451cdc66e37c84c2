"""Processes are killed while they write: what is there afterwards is whole, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import pytest

from relasi.records import Source
from relasi.runtime import Crm, engine_actor, open_model
from tests.killing import kill
from tests.postgresql import DATABASES
from tests.records.world import World, compiled

KILLS = 24
AT_MOST = 20
"""Records of one writer."""

TICKET = """
entity: ticket
fields:
  number: {type: series, pattern: "T-{n}"}
  subject: text
"""

TASK = """
entity: task
fields:
  number: {type: series, pattern: "F-{n}"}
  about: {type: link, to: ticket}
"""

FOLLOW_UP = """
workflow: follow_up
entity: ticket
when: created
do:
  - create: task
    set: {about: record}
  - set: {subject: "{number} has a follow-up"}
"""

TEXTS = (TICKET, TASK, FOLLOW_UP)


def opened(root: Path, texts: tuple[str, ...]) -> Crm:
    return open_model(root, compiled(root, texts))


def write(crm: Crm) -> Iterator[str]:
    for _ in range(AT_MOST):
        yield crm.records.create(engine_actor(Source.CLI), "ticket", {}).id
    sleep(60)


@pytest.mark.parametrize("platform", DATABASES, indirect=True)
def test_killed_writers_leave_whole_records_without_gaps(
    build: Callable[..., World], platform: tuple[str, ...]
) -> None:
    world = build(*TEXTS)

    acknowledged = kill(opened, (world.crm.root, (*platform, *TEXTS)), (write, write), times=KILLS)

    tickets, tasks = world.rows("ticket"), world.rows("task")
    assert acknowledged <= {row["id"] for row in tickets}
    assert len(acknowledged) >= KILLS
    assert {row["number"] for row in tickets} == {f"T-{n}" for n in range(1, len(tickets) + 1)}
    assert {row["number"] for row in tasks} == {f"F-{n}" for n in range(1, len(tasks) + 1)}
    assert sorted(row["about"] for row in tasks) == sorted(row["id"] for row in tickets)
    for row in tickets:
        assert row["subject"] == f"{row['number']} has a follow-up"
        assert [change.version for change in world.changes("ticket", row["id"])] == [1, 2]
        assert [trace.outcome for trace in world.traces("ticket", row["id"])] == ["ran"]
