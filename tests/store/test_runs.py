from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from relasi.store import Session
from relasi.store.runs import Run
from relasi.store.schedules import Schedule

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
RUN = Run(
    id="r1",
    workflow="follow_up",
    version="v1",
    entity="ticket",
    record_id="t1",
    body="do",
    position="do.1",
    status="waiting",
    waiting_for="time",
    due_at=NOW,
    started=NOW,
    since=NOW,
    actor={"user": "u1", "chain": ["follow_up"]},
)


def put(session: Session, *runs: Run) -> None:
    for run in runs:
        session.runs.put(run)


def test_a_run_comes_back_as_it_was_kept(session: Session) -> None:
    run = replace(RUN, old={"subject": "x"}, outer_id="t0", parent="r0", error={"en": "no"}, failed_at="do.2")
    put(session, run)
    assert session.runs.get("r1") == run


def test_due_runs_are_claimed_the_longest_due_first_and_others_left(session: Session) -> None:
    due = {"a": 0, "b": -5, "c": 1, "d": None, "e": -1}
    put(
        session,
        *(
            replace(RUN, id=name, due_at=None if at is None else NOW + timedelta(hours=at))
            for name, at in due.items()
        ),
    )
    assert [run.id for run in session.runs.claim(NOW, 2)] == ["b", "e"]
    assert [run.id for run in session.runs.claim(NOW, 9)] == ["b", "e", "a"]
    assert session.runs.any_due(NOW)
    assert not session.runs.any_due(NOW - timedelta(hours=6))


def test_a_run_is_found_by_the_records_that_it_watches_until_it_is_woken(session: Session) -> None:
    session.runs.put(RUN, [("ticket", "t1"), ("customer", "c1")])
    assert [run.id for run in session.runs.watching("customer", ["c1", "c2"])] == ["r1"]
    assert session.runs.watching("ticket", ["c1"]) == ()
    assert session.runs.watched("r1") == (("customer", "c1"), ("ticket", "t1"))

    session.runs.wake("r1", NOW, "met")
    assert session.runs.watching("customer", ["c1"]) == ()
    session.runs.remove("r1")
    assert session.runs.watched("r1") == ()


def test_a_failed_run_is_not_woken(session: Session) -> None:
    put(session, replace(RUN, status="failed", due_at=None))
    session.runs.wake("r1", NOW, "met")
    assert [run.due_at for run in session.runs.failed()] == [None]


def test_runs_are_listed_newest_first_and_page_by_page(session: Session) -> None:
    put(session, *(replace(RUN, id=f"r{n}", started=NOW + timedelta(hours=n // 2)) for n in range(5)))
    first = session.runs.list(limit=2)
    rest = session.runs.list(limit=9, after=first[-1])
    assert [run.id for run in (*first, *rest)] == ["r4", "r3", "r2", "r1", "r0"]
    assert session.runs.counts() == {("follow_up", "v1"): 5}


def test_parts_of_other_runs_are_no_runs_on_the_record(session: Session) -> None:
    put(session, RUN, replace(RUN, id="r2", outer_id="t0"))
    assert [run.id for run in session.runs.of("follow_up", "t1")] == ["r1"]
    assert [run.id for run in session.runs.on(["t1"])] == ["r1", "r2"]


def test_a_definition_is_kept_once(session: Session) -> None:
    for document in ({"do": 1}, {"do": 2}):
        session.definitions.keep("follow_up", "v1", document, NOW)
    assert session.definitions.get("follow_up", "v1") == {"do": 1}
    session.definitions.drop("follow_up", "v1")
    assert session.definitions.get("follow_up", "v1") is None


@pytest.mark.parametrize(("hours", "found"), [(-1, None), (0, "b"), (5, "b")])
def test_the_schedule_that_is_longest_due_is_claimed(session: Session, hours: int, found: str | None) -> None:
    session.schedules.add(Schedule("a", "every hour", due_at=NOW + timedelta(hours=2), since=NOW))
    session.schedules.add(Schedule("b", "every hour", due_at=NOW, since=NOW))
    claimed = session.schedules.claim(NOW + timedelta(hours=hours))
    assert (claimed and claimed.workflow) == found
    assert session.schedules.any_due(NOW + timedelta(hours=hours)) == (found is not None)


def test_a_schedule_says_how_far_it_has_come(session: Session) -> None:
    begun = Schedule("a", "every hour", due_at=NOW, since=NOW)
    on_the_way = replace(begun, until=NOW, cursor="x")
    session.schedules.add(begun)
    session.schedules.put(on_the_way)
    assert session.schedules.all() == {("a", "every hour"): on_the_way}
    session.schedules.drop("a", "every hour")
    assert session.schedules.all() == {}
