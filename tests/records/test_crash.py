"""Processes are killed while they write: what is there afterwards is whole, nothing is lost or doubled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.records.world import World

KILLS = 24

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

WRITER = """
import os, random, signal, sys, time
from pathlib import Path

from tests.records.test_crash import TEXTS
from tests.records.world import compiled, opened

root, kills = Path(sys.argv[1]), int(sys.argv[2])
model = compiled(root, TEXTS)
dice = random.Random(7)

def write(name, told):
    world = opened(root, model, prefix=name)
    while True:
        world.create("ticket")
        os.write(told, b".")

for n in range(0, kills, 2):
    children = []
    heard, told = os.pipe()
    for name in (f"{n:02}-", f"{n + 1:02}-"):
        child = os.fork()
        if not child:
            try:
                write(name, told)
            finally:
                os._exit(1)
        children.append(child)
    os.read(heard, 1)
    time.sleep(dice.uniform(0.02, 0.12))
    for child in children:
        time.sleep(dice.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"the writer ended by itself: {status}"
    os.close(heard)
    os.close(told)
"""


def test_killed_writers_leave_whole_records_without_gaps(build: Callable[..., World]) -> None:
    world = build(*TEXTS)
    checkout = Path(__file__).parents[2]
    path = os.pathsep.join([str(checkout), str(checkout / "src")])

    writer = subprocess.run(
        [sys.executable, "-c", WRITER, world.crm.root, str(KILLS)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (writer.returncode, writer.stderr) == (0, "")
    tickets, tasks = world.rows("ticket"), world.rows("task")
    assert len(tickets) >= KILLS / 2
    assert {row["number"] for row in tickets} == {f"T-{n}" for n in range(1, len(tickets) + 1)}
    assert {row["number"] for row in tasks} == {f"F-{n}" for n in range(1, len(tasks) + 1)}
    assert sorted(row["about"] for row in tasks) == sorted(row["id"] for row in tickets)
    for row in tickets:
        assert row["subject"] == f"{row['number']} has a follow-up"
        assert [change.version for change in world.changes("ticket", row["id"])] == [1, 2]
        assert [trace.outcome for trace in world.traces("ticket", row["id"])] == ["ran"]
