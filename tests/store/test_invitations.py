from __future__ import annotations

from datetime import timedelta

import pytest

from relasi.store import Session
from relasi.store.invitations import Invitation, Occasion
from relasi.store.users import User
from tests.builders import NOW

DAY = timedelta(days=1)
FIRST = Invitation("i1", "u1", Occasion.WELCOME, NOW)
SECOND = Invitation("i2", "u1", Occasion.FORGOTTEN, NOW + DAY)


@pytest.fixture(autouse=True)
def _a_user(session: Session) -> None:
    session.users.add(User("u1", "sari", "Sari", "", (), "en"))
    session.invitations.put(FIRST)


def test_an_invitation_opens_nothing_until_it_has_a_link(session: Session) -> None:
    assert session.invitations.get("i1") == FIRST
    session.invitations.arm("i1", "secret", NOW + DAY)
    found = session.invitations.find("secret", NOW)
    assert found is not None
    assert (found.id, found.expires) == ("i1", NOW + DAY)


def test_its_time_runs_out(session: Session) -> None:
    session.invitations.arm("i1", "secret", NOW + DAY)
    assert session.invitations.find("secret", NOW + DAY) is None


def test_the_next_one_of_a_user_closes_the_one_before(session: Session) -> None:
    session.invitations.arm("i1", "secret", NOW + DAY)
    session.invitations.put(SECOND)
    assert session.invitations.find("secret", NOW) is None
    assert session.invitations.get("i1") is None
    assert session.invitations.waiting(["u1", "u2"]) == {"u1": SECOND}


def test_only_one_of_two_at_the_same_time_drops_it(session: Session) -> None:
    assert [session.invitations.drop("u1") for _ in range(2)] == [True, False]
    assert session.invitations.get("i1") is None
