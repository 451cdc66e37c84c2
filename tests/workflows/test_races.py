"""Writers and workers in the same moment, on connections of their own: nothing is missed or done twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from relasi.errors import PlatformUnavailable, RecordError
from relasi.platform.sql import database
from relasi.runtime import open_model, worker_of
from relasi.workflows.sweeps import NOBODY
from tests.patience import PATIENCE
from tests.postgresql import DATABASES, until_somebody_waits
from tests.processes import PROCESSES, start
from tests.records.world import NOW, Clock, compiled
from tests.workflows.desk import PLAIN, Build, Desk, rule

MANY = 8

ON_BOTH = pytest.mark.parametrize("platform", DATABASES, indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("platform", DATABASES[1:], indirect=True)
"""For what needs two writers in the middle of their transactions: SQLite has one at a time."""


def together(*jobs: Callable[[], object]) -> None:
    threads = [Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def drain(desk: Desk) -> Callable[[], None]:
    return lambda: worker_of(desk.world.crm).drain()


def settle(desk: Desk) -> None:
    """Lets a worker finish what those who stood in each other's way have left for later."""
    drain(desk)()
    assert desk.runs() == ()


@ON_POSTGRESQL
def test_what_comes_about_while_a_run_begins_to_wait_for_it_is_not_missed(build: Build) -> None:
    do = "[{wait: 1 hour}, {wait: {until: count = 5}}, {set: {note: seen}}]"
    desk = Desk(build(*PLAIN, rule("r", "created", do)))
    key = desk.ticket()
    desk.world.clock.advance(hours=1)
    worker = Thread(target=drain(desk))

    with desk.world.crm.records.work(desk.world.engine) as work:
        work.update("ticket", key, 1, {"count": 5})
        worker.start()
        until_somebody_waits(desk.world.crm.database)
    worker.join()

    settle(desk)
    assert desk.value(key) == "seen"


@ON_POSTGRESQL
def test_the_last_of_several_parts_that_end_at_once_wakes_what_waits_for_all(build: Build) -> None:
    do = "[{for each: task.ticket, do: [{wait: 1 hour}, {set: {done: true}}]}, {set: {note: seen}}]"
    desk = Desk(build(*PLAIN, rule("r", "{changed: count}", do)))
    key = desk.ticket()
    for _ in range(2):
        desk.world.create("task", ticket=key)
    desk.change(key, count=1)
    desk.world.clock.advance(hours=1)
    crm, worker = desk.world.crm, Thread(target=drain(desk))

    with crm.records.work(NOBODY) as work:
        (first,) = work.store.runs.claim(work.now, 1)
        crm.approvals.course.resume(work, first)
        worker.start()
        until_somebody_waits(crm.database)
    worker.join()

    settle(desk)
    assert desk.value(key) == "seen"


@ON_BOTH
@pytest.mark.parametrize(("runs", "times"), [("once per record", 1), ("queue", 3), ("restart", 1)])
def test_a_button_that_many_press_at_once_does_what_its_rule_says(
    build: Build, runs: str, times: int
) -> None:
    do = "[{wait: 1 hour}, {set: {count: count + 1}}]"
    desk = Desk(build(*PLAIN, rule("r", "{button: {label: {en: Go, id: Jalan}}}", do, more=f"runs: {runs}")))
    keys = [desk.ticket() for _ in range(3)]

    def press() -> None:
        for key in keys:
            desk.world.crm.workflows.press(desk.world.engine, "r", key, 1)

    together(press, press, press)

    for _ in range(3):
        desk.work(hours=1)
    settle(desk)
    assert {desk.value(key, "count") for key in keys} == {times}


@ON_BOTH
def test_a_schedule_that_several_workers_come_to_runs_once_on_every_record(build: Build) -> None:
    desk = Desk(build(*PLAIN, rule("r", "{every: day at 08:00}", "[{set: {count: count + 1}}]")))
    keys = [desk.ticket() for _ in range(30)]
    together(*[drain(desk)] * 3)
    desk.world.clock.advance(days=1)

    together(*[drain(desk)] * 3)

    settle(desk)
    assert {desk.value(key, "count") for key in keys} == {1}


@ON_BOTH
def test_of_a_run_that_is_dropped_while_it_goes_on_all_or_nothing_is_done(build: Build) -> None:
    do = "[{wait: 1 hour}, {set: {count: count + 1}}, {create: task, set: {ticket: record}}]"
    desk = Desk(build(*PLAIN, rule("r", "created", do)))
    keys = [desk.ticket() for _ in range(MANY)]
    runs = desk.runs()
    desk.world.clock.advance(hours=1)

    def drop() -> None:
        for run in runs:
            try:
                desk.world.crm.workflows.cancel(run.id, desk.world.engine)
            except RecordError:
                continue  # it has ended

    together(drain(desk), drop)

    settle(desk)
    tasks = {row["ticket"] for row in desk.world.rows("task")}
    assert {key for key in keys if desk.value(key, "count")} == tasks


def hang(root: Path, texts: tuple[str, ...], hangs: Event) -> None:
    """Stops in the middle of a run, before it commits; then finds that it may not any more."""
    database.LEASE = 3.0
    crm = open_model(root, compiled(root, texts), clock=Clock(NOW + timedelta(hours=1)))
    with pytest.raises(PlatformUnavailable), crm.records.work(NOBODY) as work:  # noqa: PT012 - the end raises
        (run,) = work.store.runs.claim(work.now, 1)
        crm.approvals.course.resume(work, run)
        hangs.set()
        os.kill(os.getpid(), signal.SIGSTOP)


@ON_POSTGRESQL
def test_a_worker_that_hangs_loses_its_run_to_another_and_can_write_no_more(
    build: Build, platform: tuple[str, ...]
) -> None:
    texts = (*PLAIN, rule("r", "created", "[{wait: 1 hour}, {set: {count: count + 1}}]"))
    desk = Desk(build(*texts))
    key = desk.ticket()
    hangs = PROCESSES.Event()
    hanging = start(hang, desk.world.crm.root, (*platform, *texts), hangs)
    assert hangs.wait(PATIENCE)

    desk.world.clock.advance(hours=1)
    while desk.runs():
        drain(desk)()
        sleep(0.02)
    assert hanging.pid is not None
    os.kill(hanging.pid, signal.SIGCONT)
    hanging.join()

    assert (hanging.exitcode, desk.value(key, "count")) == (0, 1)
