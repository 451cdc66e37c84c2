from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from relasi.store import Session, Store
from tests.processes import PROCESSES


def test_a_counter_starts_at_one_and_goes_on(session: Session) -> None:
    assert [session.series.take("a") for _ in range(3)] == [1, 2, 3]


def test_a_block_is_consecutive_and_its_first_number_is_returned(session: Session) -> None:
    assert [session.series.take("a", 10), session.series.take("a"), session.series.take("a", 2)] == [
        1,
        11,
        12,
    ]


def test_counters_do_not_touch_each_other(session: Session) -> None:
    session.series.take("CMP-2026", 5)
    assert session.series.take("CMP-2027") == 1


def test_a_rollback_gives_the_numbers_back(database: Database) -> None:
    store = Store(database)

    def take_and_fail() -> None:
        with store.session() as session:
            session.series.take("a", 5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take_and_fail()
    with store.session() as session:
        assert session.series.take("a") == 1


def take_many(file: Path) -> list[int]:
    """Every third transaction fails after it has taken its numbers."""
    store, taken = Store(Database.at(file, wait=60)), []
    for turn in range(30):
        try:
            with store.session() as session:
                first = session.series.take("a", 2)
                if turn % 3 == 0:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue
        taken += [first, first + 1]
    return taken


def test_processes_leave_no_gap_and_take_no_number_twice(tmp_path: Path) -> None:
    file = tmp_path / "crm.sqlite"
    Store(Database.at(file)).prepare()
    with ProcessPoolExecutor(4, mp_context=PROCESSES) as processes:
        taken = [number for numbers in processes.map(take_many, [file] * 4) for number in numbers]
    assert sorted(taken) == list(range(1, 4 * 20 * 2 + 1))


def test_a_renamed_counter_goes_on_counting(session: Session) -> None:
    session.series.take("note.number:{n}", 3)
    session.series.take("notebook.number:{n}")
    session.series.rename("note.", "memo.")
    assert session.series.take("memo.number:{n}") == 4
    assert session.series.take("notebook.number:{n}") == 2
