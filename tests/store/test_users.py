from __future__ import annotations

import pytest

from relasi.errors import DuplicateValue
from relasi.store import Session
from relasi.store.users import Post, User

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


def test_a_user_works_in_a_team_with_skills_and_territories(session: Session) -> None:
    post = Post("west", ("pumps", "repair"), ("bandung",))
    session.users.add(User("u3", "eka", "Eka", "", (), "en", post=post))
    assert session.users.get("u3") == User("u3", "eka", "Eka", "", (), "en", post=post)
    session.users.place("u3", Post("east", ("pumps",)))
    assert session.users.get("u3") == User("u3", "eka", "Eka", "", (), "en", post=Post("east", ("pumps",)))


def test_the_teams_of_people_follow_every_change(session: Session) -> None:
    assert session.users.teams() == {}
    session.users.place("u1", Post("west"))
    assert session.users.teams() == {"u1": "west"}
    session.users.disable("u1")
    assert session.users.teams() == {"u1": "west"}, "the records of somebody who left stay with the team"


def test_in_teams_gives_the_active_users_of_any_of_them(session: Session) -> None:
    session.users.place("u1", Post("west"))
    session.users.place("u2", Post("east"))
    assert [user.id for user in session.users.in_teams(["west", "east"])] == ["u1", "u2"]
    session.users.disable("u1")
    assert [user.id for user in session.users.in_teams(["west", "east"])] == ["u2"]


def test_roles_are_given_anew(session: Session) -> None:
    session.users.set_roles("u1", ["clerk"])
    assert [user.roles for user in session.users.list()] == [("agent",), ("clerk",)]


def test_people_are_searched_by_name_full_name_and_address(session: Session) -> None:
    found = [session.users.search(words, limit=10) for words in ("", "SAR", "hartono", "@example", "%")]
    assert found == [(BUDI, SARI), (SARI,), (BUDI,), (BUDI, SARI), ()]
    assert [session.users.count(words) for words in ("", "sar", "%")] == [2, 1, 0]
    assert session.users.search(limit=1, offset=1) == (SARI,)


def test_somebody_is_reached_by_name_or_address_while_they_may_sign_in(session: Session) -> None:
    session.users.add(User("u3", "tono", "Tono", "", (), "en"))
    assert session.users.reached_by("SARI") == session.users.reached_by("Sari@Example.org") == (SARI,)
    assert session.users.reached_by("tono") == ()
    session.users.disable("u1")
    assert session.users.reached_by("sari") == ()
    session.users.enable("u1")
    assert session.users.reached_by("sari") == (SARI,)


def test_who_has_a_password_is_known_without_it(session: Session) -> None:
    assert session.users.with_password(["u1", "u2"]) == {"u1"}
