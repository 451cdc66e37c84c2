from __future__ import annotations

import pytest

from relasi.errors import DuplicateValue
from relasi.store import Session
from relasi.store.users import User

SARI = User("u1", "Sari", "Sari Dewi", "sari@example.org", ("agent", "manager"), "id")
BUDI = User("u2", "budi", "Budi Hartono", "budi@example.org", ("agent",), "en")


@pytest.fixture(autouse=True)
def _two_users(session: Session) -> None:
    session.users.add(SARI, "hash")
    session.users.add(BUDI)


def test_a_user_is_found_by_id_and_by_name_in_any_case(session: Session) -> None:
    assert session.users.get("u1") == SARI
    assert session.users.by_name("sARI") == SARI
    assert session.users.get("none") is None
    assert session.users.by_name("none") is None


def test_a_name_is_taken_in_any_case(session: Session) -> None:
    with pytest.raises(DuplicateValue):
        session.users.add(User("u3", "SARI", "Another", "", (), "en"))


def test_users_are_listed_by_full_name(session: Session) -> None:
    assert session.users.list() == (BUDI, SARI)


def test_with_role_gives_the_active_users_who_have_any_of_them(session: Session) -> None:
    assert session.users.with_role(["agent"]) == (SARI, BUDI)
    assert session.users.with_role(["manager", "director"]) == (SARI,)
    session.users.disable("u1")
    assert session.users.with_role(["agent", "manager"]) == (BUDI,)


def test_active_tells_which_ids_name_users_who_may_sign_in(session: Session) -> None:
    session.users.disable("u1")
    assert session.users.active(["u1", "u2", "u3"]) == {"u2"}
    assert session.users.active([]) == set()


def test_a_disabled_user_stays_known_but_has_no_password(session: Session) -> None:
    session.users.disable("u1")
    found = session.users.get("u1")
    assert found is not None
    assert not found.active
    assert session.users.password_hash("sari") is None


def test_a_password_hash_is_kept_and_replaced(session: Session) -> None:
    assert session.users.password_hash("SARI") == "hash"
    assert session.users.password_hash("budi") is None
    session.users.set_password_hash("u2", "new")
    assert session.users.password_hash("budi") == "new"


def test_the_language_can_be_changed(session: Session) -> None:
    session.users.set_language("u1", "en")
    found = session.users.get("u1")
    assert found is not None
    assert found.language == "en"
