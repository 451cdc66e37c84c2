"""A copy is killed again and again: it goes on where it was, and all arrives once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from relasi.transfer import rows
from relasi.transfer.extract import extract
from relasi.transfer.pour import demand_empty, pour
from tests.transfer.conftest import Databases
from tests.transfer.source import furnish, sums_of

ORDERS = 400


def killed(work: Callable[[], None], seconds: float) -> bool:
    """Does the work in a process that is killed after that time; false where it was done before."""
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.postgresql
def test_a_copy_that_is_killed_goes_on_where_it_was(
    new_database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = new_database("sqlite"), new_database("postgresql")
    furnish(source, orders=ORDERS)
    made = extract(source, tmp_path / "extract.db")
    for each in (source, target):
        each.close()
    monkeypatch.setattr(rows, "BATCH", 5)

    def work() -> None:
        pour(made.file, made.sums, Database(target.url), replace=False)

    kills = 0
    while killed(work, 0.1 * 1.5**kills):
        kills += 1
    assert kills > 1
    assert sums_of(target) == sums_of(source)


@pytest.mark.postgresql
def test_what_has_arrived_is_not_sent_again(
    new_database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = new_database("sqlite"), new_database("postgresql")
    furnish(source, orders=20)
    made = extract(source, tmp_path / "extract.db")
    monkeypatch.setattr(rows, "BATCH", 5)
    sent: list[str] = []

    def stop_in_the_middle(table: str, _rows: int) -> None:
        sent.append(table)
        if sent.count("order") == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pour(made.file, made.sums, target, replace=False, progress=stop_in_the_middle)
    demand_empty(target)
    sent.clear()
    pour(made.file, made.sums, target, replace=False, progress=lambda table, _: sent.append(table))
    assert [table for table in sent if not table.startswith("relasi_")] == ["order", "order", "person"]
