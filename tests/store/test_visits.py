from __future__ import annotations

from datetime import timedelta

import pytest

from relasi.store import Session
from relasi.store.erasing import Told
from relasi.store.users import User
from relasi.store.visits import KEPT
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ani(session: Session) -> str:
    for name in ("ani", "budi"):
        session.users.add(User(name, name, name, f"{name}@example.com", (), "en"))
    return "ani"


def test_what_was_opened_last_comes_first(session: Session, ani: str) -> None:
    for n, key in enumerate(("a", "b", "a")):
        session.visits.note(ani, ("note", key), NOW + n * MINUTE)
    assert session.visits.recent(ani) == [("note", "a"), ("note", "b")]
    assert session.visits.recent("budi") == []


def test_the_oldest_of_too_many_are_forgotten_but_for_those_with_a_star(session: Session, ani: str) -> None:
    session.visits.note(ani, ("note", "starred"), NOW)
    session.visits.star(ani, ("note", "starred"), NOW)
    for n in range(KEPT + 1):
        session.visits.note(ani, ("note", f"{n:03}"), NOW + (n + 1) * MINUTE)
    found = [key for _, key in session.visits.recent(ani)]
    assert found[-2:] == ["001", "starred"]


def test_a_star_can_be_taken_away(session: Session, ani: str) -> None:
    session.visits.star(ani, ("note", "a"), NOW)
    session.visits.star(ani, ("note", "b"), NOW + MINUTE)
    session.visits.unstar(ani, ("note", "a"))
    assert session.visits.starred(ani) == [("note", "b")]
    assert not session.visits.is_starred(ani, ("note", "a"))
    assert session.visits.recent(ani) == []


def test_they_follow_the_rename_of_an_entity(session: Session, ani: str) -> None:
    session.visits.star(ani, ("note", "a"), NOW)
    session.visits.rename("note", "memo")
    assert session.visits.starred(ani) == [("memo", "a")]


def test_they_do_not_outlive_whom_they_tell_of(session: Session, ani: str) -> None:
    session.visits.note(ani, ("note", "a"), NOW)
    session.erasing.erase(Told(frozenset({"note/a"})))
    assert session.visits.recent(ani) == []
