from __future__ import annotations

from datetime import datetime
from threading import Event, Thread

import pytest

from relasi.errors import Refused
from relasi.workflows.worker import Worker
from tests.records.world import NOW


def test_a_worker_works_until_nothing_is_due() -> None:
    due = ["a", "b", "c"]

    def sweep(_now: datetime) -> bool:
        due.pop()
        return bool(due)

    Worker({"some": sweep}, lambda: NOW).drain()
    assert due == []


@pytest.mark.parametrize("error", [Refused("not_json"), ZeroDivisionError()])
def test_a_sweep_that_fails_does_not_keep_the_others_from_working(error: Exception) -> None:
    done: list[str] = []

    def fail(_now: datetime) -> bool:
        raise error

    def work(_now: datetime) -> bool:
        done.append("work")
        return False

    Worker({"failing": fail, "working": work}, lambda: NOW).drain()
    assert done == ["work"]


def test_nobody_waits_with_a_sweep_that_waits_for_others() -> None:
    stop, answered, worked = Event(), Event(), Event()

    def hang(_now: datetime) -> bool:
        answered.wait(10)
        return False

    def work(_now: datetime) -> bool:
        worked.set()
        return False

    worker = Worker({"outbox": hang, "clocks": work}, lambda: NOW, aside=("outbox",))
    thread = Thread(target=worker.work, args=(stop,))
    thread.start()
    in_time = worked.wait(5)
    stop.set()
    answered.set()
    thread.join()
    assert in_time
