from __future__ import annotations

import pytest

from relasi.store import Session
from relasi.store.factors import Factor
from relasi.store.users import User
from tests.builders import NOW

FACTOR = Factor("kept", since=NOW, last_step=7)


@pytest.fixture(autouse=True)
def _two_users(session: Session) -> None:
    session.users.add(User("u1", "sari", "Sari", "", (), "en"))
    session.users.add(User("u2", "budi", "Budi", "", (), "en"))
    session.factors.put("u1", FACTOR)


def test_a_step_of_time_is_spent_once_and_those_before_it_never(session: Session) -> None:
    spent = [session.factors.spend("u1", step) for step in (7, 8, 8, 6, 9)]
    assert spent == [False, True, False, False, True]


def test_one_that_no_code_has_proven_is_not_in_use(session: Session) -> None:
    session.factors.put("u2", Factor("kept"))
    assert session.factors.in_use(["u1", "u2"]) == {"u1"}


def test_a_recovery_code_works_once_and_for_its_user(session: Session) -> None:
    session.factors.put_codes("u1", ["one", "two"])
    assert [session.factors.spend_code(*pair) for pair in (("u2", "one"), ("u1", "one"), ("u1", "one"))] == [
        False,
        True,
        False,
    ]
    assert session.factors.codes_left("u1") == 1


def test_new_recovery_codes_take_the_place_of_the_old_ones(session: Session) -> None:
    session.factors.put_codes("u1", ["one"])
    session.factors.put_codes("u1", ["two"])
    assert not session.factors.spend_code("u1", "one")


def test_a_dropped_factor_takes_its_codes_along(session: Session) -> None:
    session.factors.put_codes("u1", ["one"])
    session.factors.drop("u1")
    assert (session.factors.get("u1"), session.factors.codes_left("u1")) == (None, 0)
