"""`relasi worker`: a process that does what becomes due; `relasi explain run`: what it did."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from relasi.records import Source
from relasi.runtime import Crm, engine_actor, open_crm
from tests.cli.conftest import Relasi
from tests.patience import PATIENCE, until

COMMAND = [sys.executable, "-c", "from relasi.cli import main; main()"]
LATER = """
workflow: later
entity: customer
when: created
do:
  - wait: 1 second
  - set: {notes: done by the worker}
"""


MARKED = "extend: customer\nfields:\n  mark: text\n"
MARK = """
workflow: mark
entity: customer
when: created
do:
  - wait: 1 second
  - set: {mark: done by the worker}
"""


def wait(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until the worker has seen to it."""

    def works() -> bool:
        assert process.poll() is None, process.stdout and process.stdout.read()
        return holds()

    until(works)


def notes(crm: Crm, key: str) -> object:
    return value(crm, key, "notes")


def value(crm: Crm, key: str, field: str) -> object:
    return crm.records.get(engine_actor(Source.CLI), "customer", key).values[field]


@contextmanager
def working(root: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "-C", str(root), "worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_does_what_is_due_and_stops_when_it_is_told_to(relasi: Relasi, ready: Path) -> None:
    (ready / "workflows").mkdir(exist_ok=True)
    (ready / "workflows" / "later.yaml").write_text(LATER)
    crm = open_crm(ready)
    key = crm.records.create(engine_actor(Source.CLI), "customer", {"name": "Ana"}).id
    with crm.store.session(write=False) as session:
        (run,) = session.runs.list()
    waiting = relasi("explain", "run", run.id)

    with working(ready) as process:
        wait(lambda: notes(crm, key) == "done by the worker", process)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE)
    crm.close()

    assert (process.returncode, "Stopped." in said, "Traceback" in said) == (0, True, False)
    assert "It stands at do.0" in waiting.out
    ended = relasi("explain", "run", run.id, "--json").data
    assert (ended["trace"]["outcome"], ended["run"]) == ("ran", None)


def test_it_goes_by_what_is_applied_while_it_works_and_loses_no_run(relasi: Relasi, ready: Path) -> None:
    (ready / "workflows" / "later.yaml").write_text(LATER)
    with working(ready) as process:
        assert process.stdout
        assert "Working" in process.stdout.readline()
        old = open_crm(ready)
        before = old.records.create(engine_actor(Source.CLI), "customer", {"name": "Ana"}).id
        old.close()
        (ready / "schema" / "customer.yaml").write_text(MARKED)
        (ready / "workflows" / "mark.yaml").write_text(MARK)
        assert relasi("apply", "--yes").code == 0
        new = open_crm(ready)
        after = new.records.create(engine_actor(Source.CLI), "customer", {"name": "Budi"}).id

        wait(lambda: value(new, after, "mark") == "done by the worker", process)
        wait(lambda: notes(new, before) == "done by the worker", process)
    assert new.workflows.failed() == ()
    new.close()


def test_a_database_that_is_not_what_the_project_says_is_left_alone(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text("extend: customer\nfields:\n  member_since: date\n")

    answer = relasi("worker")

    assert (answer.code, "Run relasi apply first" in answer.err) == (1, True)


def test_a_run_that_never_was_is_told(relasi: Relasi, ready: Path) -> None:
    answer = relasi("explain", "run", "nonsense")

    assert (answer.code != 0, "There is no run nonsense." in answer.err) == (True, True)
