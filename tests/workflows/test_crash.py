"""Workers and writers are killed at any moment: what a run does is done once, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from relasi.runtime import worker_of
from tests.records.world import World

KILLS = 210
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

KILLER = """
import os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path

from relasi.runtime import engine_actor, open_model, worker_of
from relasi.records import Source
from tests.records.world import compiled
from tests.workflows.test_crash import FASTER, TEXTS

root, kills = Path(sys.argv[1]), int(sys.argv[2])
model = compiled(root, TEXTS)
dice = random.Random(7)

began = datetime.now(UTC)

def clock():
    return began + (datetime.now(UTC) - began) * FASTER

def write(told, ready):
    crm = open_model(root, model, clock=clock)
    while True:
        key = crm.records.create(engine_actor(Source.CLI), "ticket", {}).id
        os.write(told, f"{key}\\n".encode())
        os.write(ready, b".")
        ready = nowhere
        time.sleep(0.05)

def work(told, ready):
    crm = open_model(root, model, clock=clock)
    worker = worker_of(crm)
    while True:
        if worker.step():
            os.write(ready, b".")
            ready = nowhere

heard, told = os.pipe()
os.set_blocking(heard, False)
nowhere = os.open(os.devnull, os.O_WRONLY)
written = b""
done = 0
while done < kills:
    children = []
    up, ready = os.pipe()
    for job in (write, work, work):
        child = os.fork()
        if not child:
            try:
                job(told, ready)
            finally:
                os._exit(1)
        children.append(child)
    for _ in children:
        os.read(up, 1)  # all of them are in the middle of their work
    os.close(up)
    os.close(ready)
    time.sleep(dice.uniform(0, 0.05))
    dice.shuffle(children)
    for child in children:
        time.sleep(dice.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"it ended by itself: {status}"
        done += 1
    try:
        while chunk := os.read(heard, 65536):
            written += chunk
    except BlockingIOError:
        pass
sys.stdout.write(written.decode())
"""


def test_killed_workers_and_writers_lose_nothing_and_double_nothing(build: Callable[..., World]) -> None:
    world = build(*TEXTS)
    checkout = Path(__file__).parents[2]
    path = os.pathsep.join([str(checkout), str(checkout / "src")])

    killer = subprocess.run(
        [sys.executable, "-c", KILLER, world.crm.root, str(KILLS)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert (killer.returncode, killer.stderr) == (0, "")
    acknowledged = set(killer.stdout.split())
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
        world.clock.advance(days=365)
        worker_of(world.crm).drain()
