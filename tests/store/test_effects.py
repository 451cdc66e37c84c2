from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.platform.sql.database import Database
from relasi.store import Session, Store
from relasi.store.effects import Effect, Status, Verdict, back_off

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def effect(key: str, to: str = "budi@example.com", at: datetime = NOW) -> Effect:
    return Effect(key, "email", to, {"text": "hi"}, at)


def claim(session: Session, now: datetime = NOW, lease: str = "l", limit: int = 9) -> list[str]:
    return [each.id for each in session.effects.claim(now, lease=lease, until=now, limit=limit)]


def test_an_effect_with_a_key_that_is_there_is_not_written_again(session: Session) -> None:
    assert session.effects.add(effect("a"))
    assert not session.effects.add(effect("a", to="other@example.com"))
    assert [each.to for each in session.effects.list()] == ["budi@example.com"]


def test_the_longest_due_are_taken_first(session: Session) -> None:
    session.effects.add(effect("late", at=NOW))
    session.effects.add(effect("early", at=NOW - timedelta(hours=1)))
    assert claim(session, limit=1) == ["early"]


def test_nothing_is_taken_before_its_time(session: Session) -> None:
    session.effects.add(effect("a", at=LATER))
    assert not session.effects.is_due(NOW)
    assert claim(session) == []


def test_what_is_taken_is_left_to_whoever_took_it_until_the_lease_ends(session: Session) -> None:
    session.effects.add(effect("a"))
    taken = session.effects.claim(NOW, lease="one", until=LATER, limit=1)
    assert [each.attempts for each in taken] == [1]
    assert session.effects.claim(NOW, lease="two", until=LATER, limit=1) == ()
    again = session.effects.claim(LATER, lease="two", until=LATER + timedelta(1), limit=1)
    assert [each.attempts for each in again] == [2]


def test_two_senders_never_take_the_same(database: Database) -> None:
    store = Store(database)
    with store.session() as session:
        for number in range(10):
            session.effects.add(effect(f"e{number}"))
    taken: list[str] = []
    for lease in ("one", "two"):
        with store.session() as session:
            taken += [each.id for each in session.effects.claim(NOW, lease=lease, until=LATER, limit=6)]
    assert sorted(taken) == [f"e{number}" for number in range(10)]


def settled(session: Session, status: Status) -> Effect:
    session.effects.add(effect("a"))
    (taken,) = session.effects.claim(NOW, lease="l", until=LATER, limit=1)
    again = LATER if status == "waiting" else None
    assert session.effects.settle(taken, Verdict(status, {"en": "so"}, next_at=again), NOW)
    found = session.effects.get("a")
    assert found
    return found


@pytest.mark.parametrize("status", ["sent", "kept", "withheld", "dead"])
def test_what_has_ended_says_when(session: Session, status: Status) -> None:
    assert settled(session, status).ended_at == NOW


@pytest.mark.parametrize(
    ("status", "again"),
    [("sent", False), ("kept", True), ("withheld", True), ("dead", True), ("waiting", True)],
)
def test_what_was_sent_is_not_sent_again_by_hand(session: Session, status: Status, again: bool) -> None:
    settled(session, status)
    assert session.effects.retry("a", NOW) is again


@pytest.mark.parametrize(
    ("status", "droppable"),
    [("sent", False), ("kept", True), ("withheld", True), ("dead", True), ("waiting", True)],
)
def test_what_was_sent_cannot_be_dropped(session: Session, status: Status, droppable: bool) -> None:
    settled(session, status)
    assert session.effects.drop("a", NOW) is droppable


def test_what_is_under_way_can_be_neither_dropped_nor_sent_twice(session: Session) -> None:
    session.effects.add(effect("a"))
    session.effects.claim(NOW, lease="l", until=LATER, limit=1)
    assert not session.effects.drop("a", NOW)
    assert not session.effects.retry("a", NOW)


def test_effects_are_found_by_a_part_of_their_address(session: Session) -> None:
    session.effects.add(effect("a", to="Budi@Example.com"))
    session.effects.add(effect("b", to="100%@example.com"))
    assert [each.id for each in session.effects.list(search="budi@")] == ["a"]
    assert [each.id for each in session.effects.list(search="0%@")] == ["b"]
    assert session.effects.list(search="%x%") == ()


def test_effects_are_counted_by_what_became_of_them(session: Session) -> None:
    settled(session, "dead")
    session.effects.add(effect("b"))
    assert session.effects.counts() == {"dead": 1, "waiting": 1}


@given(st.integers(1, 60), st.floats(0, 1))
def test_tries_grow_apart_up_to_a_limit(attempts: int, spread: float) -> None:
    wait = back_off(attempts, spread=spread)
    assert timedelta(minutes=1) <= wait <= timedelta(hours=7.2)
    assert back_off(attempts, spread=0) <= wait
    assert back_off(attempts, spread=0) <= back_off(attempts + 1, spread=0)
