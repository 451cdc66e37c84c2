"""The worker: what it does when there is nothing to do, when a sweep fails, and when it is told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from relasi.errors import PlatformUnavailable
from relasi.runtime import worker_of
from relasi.workflows.worker import Worker
from tests.patience import PATIENCE
from tests.workflows.desk import PLAIN, Build, Desk, rule

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def worker(**sweeps: Callable[[datetime], bool]) -> Worker:
    return Worker(sweeps, lambda: NOW)


def test_every_sweep_hears_what_time_it_is() -> None:
    heard: list[datetime] = []

    def hears(now: datetime) -> bool:
        heard.append(now)
        return False

    worker(one=hears, two=hears).step()
    assert heard == [NOW, NOW]


def test_it_goes_on_at_once_while_there_is_more() -> None:
    left = [True, True, False]
    worker(one=lambda _now: left.pop(0)).drain()
    assert left == []


def test_a_leisurely_sweep_with_more_to_do_leaves_most_of_the_time_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds, stop = [0.0], Event()
    done: list[str] = []
    monkeypatch.setattr("relasi.workflows.worker.monotonic", lambda: seconds[0])

    def sweep(name: str, *, most: int) -> Callable[[datetime], bool]:
        def one_second(_now: datetime) -> bool:
            seconds[0] += 1
            done.append(name)
            if done.count(name) == most:
                stop.set()
            return True

        return one_second

    both = {"slow": sweep("slow", most=2), "quick": sweep("quick", most=100)}
    Worker(both, lambda: NOW, leisurely=["slow"]).work(stop)

    assert done == ["slow", *["quick"] * 9, "slow", "quick"]


@pytest.mark.parametrize("failure", [PlatformUnavailable("unavailable"), ZeroDivisionError()])
def test_a_sweep_that_fails_keeps_no_other_from_working_and_is_left_alone_for_a_while(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[str] = []

    def fails(_now: datetime) -> bool:
        tries.append("fails")
        raise failure

    def works(_now: datetime) -> bool:
        tries.append("works")
        return False

    found = worker(fails=fails, works=works)
    with caplog.at_level(logging.WARNING):
        found.step()
        found.step()

    assert tries == ["fails", "works", "works"]
    assert "fails" in caplog.text


def test_it_stops_when_it_is_told_to() -> None:
    stop, steps = Event(), Event()

    def sweep(_now: datetime) -> bool:
        steps.set()
        return False

    thread = Thread(target=worker(one=sweep).work, args=(stop,))
    thread.start()
    assert steps.wait(PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_two_workers_on_one_file_do_everything_once(build: Build) -> None:
    do = "[{wait: 1 hour}, {set: {count: count + 1}}, {create: task, set: {ticket: record}}]"
    desk = Desk(build(*PLAIN, rule("r", "created", do)))
    keys = [desk.ticket() for _ in range(60)]
    desk.world.clock.advance(hours=1)

    workers = [Thread(target=worker_of(desk.world.crm).drain) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert {desk.value(key, "count") for key in keys} == {1}
    assert sorted(row["ticket"] for row in desk.world.rows("task")) == sorted(keys)


def test_a_clock_that_was_set_back_only_makes_runs_wait_longer(build: Build) -> None:
    desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: 1 hour}, {set: {count: count + 1}}]")))
    key = desk.ticket()

    desk.work(hours=-5)
    desk.work(hours=5, minutes=59)
    assert desk.value(key, "count") == 0
    desk.work(minutes=1)
    desk.work(hours=-5)
    desk.work(hours=9)
    assert desk.value(key, "count") == 1


def test_a_fault_in_a_run_fails_that_run_and_not_the_worker(build: Build) -> None:
    desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: 1 hour}, {set: {count: count + 1}}]")))
    keys = [desk.ticket(), desk.ticket()]
    with desk.world.crm.store.session() as session:
        (run,) = session.runs.on([keys[0]])
        session.runs.put(replace(run, actor={}))  # what no version of Relasi ever wrote

    desk.work(hours=1)

    assert [desk.value(key, "count") for key in keys] == [0, 1]
    assert [run.record_id for run in desk.world.crm.workflows.failed()] == [keys[0]]
