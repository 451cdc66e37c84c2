"""`relasi worker`: a process that does what becomes due; `relasi explain run`: what it did."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from relasi.records import Source
from relasi.runtime import Crm, engine_actor, open_crm
from tests.cli.conftest import Relasi

COMMAND = [sys.executable, "-c", "from relasi.cli import main; main()"]
LATER = """
workflow: later
entity: customer
when: created
do:
  - wait: 1 second
  - set: {notes: done by the worker}
"""


def until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if holds():
            return
        assert process.poll() is None, process.stdout and process.stdout.read()
        time.sleep(0.1)
    raise AssertionError("it never came about")


def notes(crm: Crm, key: str) -> object:
    return crm.records.get(engine_actor(Source.CLI), "customer", key).values["notes"]


def test_it_does_what_is_due_and_stops_when_it_is_told_to(relasi: Relasi, ready: Path) -> None:
    (ready / "workflows").mkdir(exist_ok=True)
    (ready / "workflows" / "later.yaml").write_text(LATER)
    crm = open_crm(ready)
    key = crm.records.create(engine_actor(Source.CLI), "customer", {"name": "Ana"}).id
    with crm.store.session(write=False) as session:
        (run,) = session.runs.list()
    waiting = relasi("explain", "run", run.id)

    command = [*COMMAND, "-C", str(ready), "worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until(lambda: notes(crm, key) == "done by the worker", process)
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    crm.close()

    assert (process.returncode, "Stopped." in said, "Traceback" in said) == (0, True, False)
    assert "It stands at do.0" in waiting.out
    ended = relasi("explain", "run", run.id, "--json").data
    assert (ended["trace"]["outcome"], ended["run"]) == ("ran", None)


def test_a_database_that_is_not_what_the_project_says_is_left_alone(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text("extend: customer\nfields:\n  member_since: date\n")

    answer = relasi("worker")

    assert (answer.code, "Run relasi apply first" in answer.err) == (1, True)


def test_a_run_that_never_was_is_told(relasi: Relasi, ready: Path) -> None:
    answer = relasi("explain", "run", "nonsense")

    assert (answer.code != 0, "There is no run nonsense." in answer.err) == (True, True)
