"""What several do at once: each test has as many connections as there are people in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest

from relasi.platform.sql.database import Database
from relasi.store import Session, Store
from relasi.store.effects import Effect
from relasi.store.runs import Run
from relasi.store.schedules import Schedule
from tests.postgresql import empty_database, until_somebody_waits

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
MANY = 4

T = TypeVar("T")

RUN = Run(
    id="r1",
    workflow="follow_up",
    version="v1",
    entity="ticket",
    record_id="t1",
    body="do",
    position="do.1",
    status="waiting",
    waiting_for="condition",
    due_at=None,
    started=NOW,
    since=NOW,
    actor={"user": None, "chain": []},
)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def on_postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """For what needs two writers in the middle of their transactions: SQLite has one at a time."""
    request.getfixturevalue("postgresql")
    request.param = "postgresql"
    database = empty_database(request, tmp_path)
    Store(database).prepare()
    yield database
    database.close()


def at_once(store: Store, do: Callable[[Session, int], T]) -> list[T]:
    """What each of MANY is given that begin in the same moment, in transactions of their own."""
    ready = Barrier(MANY)

    def one(number: int) -> T:
        ready.wait()
        with store.session() as session:
            return do(session, number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.mark.parametrize("key", ["first", "second", "third"])
def test_everybody_who_is_chosen_in_the_same_moment_is_somebody_else(store: Store, key: str) -> None:
    people = [f"u{number}" for number in range(MANY)]
    assert sorted(at_once(store, lambda session, _: session.turns.take(key, people))) == people


def test_an_effect_is_added_by_one_of_all_who_try(store: Store) -> None:
    effect = Effect("run:do.0", "email", "budi@example.com", {}, NOW)
    assert sorted(at_once(store, lambda session, _: session.effects.add(effect))) == [False] * 3 + [True]


def test_a_definition_that_several_keep_is_kept(store: Store) -> None:
    at_once(store, lambda session, _: session.definitions.keep("follow_up", "v1", {"do": []}, NOW))
    with store.session(write=False) as session:
        assert session.definitions.get("follow_up", "v1") == {"do": []}


def test_a_schedule_is_begun_by_one_of_all_workers(store: Store) -> None:
    moments = [NOW + timedelta(seconds=number) for number in range(MANY)]
    at_once(
        store,
        lambda session, number: session.schedules.add(Schedule("r", "daily", moments[number], since=NOW)),
    )
    with store.session(write=False) as session:
        (only,) = session.schedules.all().values()
    assert only.due_at in moments


def test_what_senders_take_at_once_is_shared_among_them(store: Store) -> None:
    with store.session() as session:
        for number in range(8):
            session.effects.add(Effect(f"e{number}", "email", "x@example.com", {}, NOW))

    def take(session: Session, number: int) -> list[str]:
        taken = session.effects.claim(NOW, lease=str(number), until=LATER, limit=2)
        return [each.id for each in taken]

    taken = [key for some in at_once(store, take) for key in some]
    assert len(taken) == len(set(taken))


def test_a_worker_leaves_what_another_has_in_its_hands(on_postgresql: Database) -> None:
    store = Store(on_postgresql)
    with store.session() as session:
        for number in range(3):
            session.runs.put(replace(RUN, id=f"r{number}", due_at=NOW))
            session.schedules.add(Schedule("r", str(number), NOW, since=NOW))
    with ExitStack() as stack:
        workers = [stack.enter_context(store.session()) for _ in range(3)]
        runs = [[run.id for run in each.runs.claim(NOW, 2)] for each in workers]
        schedules = [each.schedules.claim(NOW) for each in workers]
    assert runs == [["r0", "r1"], ["r2"], []]
    assert len({each and each.key for each in schedules}) == 3


def test_who_writes_to_a_record_waits_for_the_worker_that_brings_its_run_on(on_postgresql: Database) -> None:
    store = Store(on_postgresql)
    with store.session() as session:
        session.runs.put(RUN, [("ticket", "t1")])

    def write() -> list[str]:
        with store.session() as session:
            return [run.id for run in session.runs.watching("ticket", ["t1"])]

    further = replace(RUN, position="do.2", waiting_for="time", due_at=LATER)
    with ThreadPoolExecutor(1) as pool:
        with store.session() as session:
            session.runs.get("r1", hold=True)
            found = pool.submit(write)
            until_somebody_waits(on_postgresql)
            session.runs.put(further)
        assert found.result() == []
    with store.session(write=False) as session:
        assert session.runs.get("r1") == further
