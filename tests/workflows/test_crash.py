"""Workers and writers are killed at any moment: what a run does is done once, whatever happens."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relasi.records import Source
from relasi.runtime import Crm, engine_actor, open_model, worker_of
from tests.killing import kill
from tests.postgresql import DATABASES
from tests.records.world import World, compiled

KILLS = 210
AT_MOST = 3
"""Records of one writer: whatever is done with them is to be seen to its end."""
FASTER = 600
"""How much faster than time the clock of all processes goes: a minute passes in a tenth of a second."""

TICKET = """
entity: ticket
fields:
  count: {type: number, default: 0}
"""

TASK = """
entity: task
fields:
  name: text
  count: {type: number, default: 0}
  ticket: {type: link, to: ticket}
"""

FOLLOW_UP = """
workflow: follow_up
entity: ticket
when: created
do:
  - create: task
    set: {name: first, ticket: record}
  - wait: 1 minute
  - set: {count: count + 1}
  - create: task
    set: {name: second, ticket: record}
  - wait: {until: count > 100, at_most: 1 minute}
  - for each: task.ticket
    do:
      - set: {count: count + 1}
      - wait: 1 minute
      - set: {count: count + 10}
  - call: finish
  - set: {count: count + 1}
"""

FINISH = """
workflow: finish
entity: ticket
when: called
do:
  - wait: 1 minute
  - create: task
    set: {name: third, ticket: record}
"""

TEXTS = (TICKET, TASK, FOLLOW_UP, FINISH)


def opened(root: Path, texts: tuple[str, ...], began: datetime) -> Crm:
    return open_model(root, compiled(root, texts), clock=lambda: began + (datetime.now(UTC) - began) * FASTER)


def write(crm: Crm) -> Iterator[str]:
    for _ in range(AT_MOST):
        yield crm.records.create(engine_actor(Source.CLI), "ticket", {}).id
    time.sleep(60)


def work(crm: Crm) -> Iterator[str]:
    worker = worker_of(crm)
    while True:
        worker.step()
        yield ""


@pytest.mark.parametrize("platform", DATABASES, indirect=True)
def test_killed_workers_and_writers_lose_nothing_and_double_nothing(
    build: Callable[..., World], platform: tuple[str, ...]
) -> None:
    world = build(*TEXTS)
    given = (world.crm.root, (*platform, *TEXTS), datetime.now(UTC))

    acknowledged = kill(opened, given, (write, work, work), times=KILLS)

    _finish(world)
    tickets = {row["id"]: row for row in world.rows("ticket")}
    assert acknowledged <= tickets.keys()
    assert len(acknowledged) >= KILLS / 3  # each writer was killed after its first record
    tasks = world.rows("task")
    names = Counter((row["ticket"], row["name"]) for row in tasks)
    assert names == Counter((key, name) for key in tickets for name in ("first", "second", "third"))
    assert {row["count"] for row in tickets.values()} == {2}
    assert {(row["name"], row["count"]) for row in tasks} == {("first", 11), ("second", 11), ("third", 0)}
    with world.crm.store.session(write=False) as session:
        assert session.runs.list() == ()
    for key in tickets:
        outcomes = Counter((trace.workflow, trace.outcome) for trace in world.traces("ticket", key))
        assert outcomes == {("follow_up", "ran"): 1, ("finish", "ran"): 1}


def _finish(world: World) -> None:
    """Lets a worker that nobody kills do the rest."""
    for _ in range(6):
        world.clock.advance(days=30)
        worker_of(world.crm).drain()
