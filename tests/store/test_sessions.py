from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from relasi.platform.sql.database import Database
from relasi.store import Session, Store
from relasi.store.sessions import SignIn, key_of
from relasi.store.users import User
from tests.builders import NOW

HOUR = timedelta(hours=1)
SIGN_IN = SignIn("u1", created=NOW, last_seen=NOW, expires=NOW + HOUR, agent="Firefox")


@pytest.fixture(autouse=True)
def _a_user(session: Session) -> None:
    session.users.add(User("u1", "sari", "Sari", "", (), "en"))


def test_a_session_is_found_by_its_token_until_it_expires(session: Session) -> None:
    session.sessions.open("secret", SIGN_IN)
    assert session.sessions.find("secret", NOW) == SIGN_IN
    assert session.sessions.find("secret", NOW + HOUR) is None
    assert session.sessions.find("guessed", NOW) is None


def test_the_token_itself_is_nowhere_in_the_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("tokens") / "crm.sqlite"
    database = Database.at(file)
    Store(database).prepare()
    with Store(database).session() as session:
        session.users.add(User("u1", "sari", "Sari", "", (), "en"))
        session.sessions.open("a-very-secret-token", SIGN_IN)
    database.close()
    assert b"Firefox" in file.read_bytes()
    assert b"a-very-secret-token" not in file.read_bytes()


def test_opening_one_forgets_those_that_have_expired(session: Session) -> None:
    session.sessions.open("old", SIGN_IN)
    later = NOW + HOUR
    session.sessions.open("new", SignIn("u1", created=later, last_seen=later, expires=later + HOUR, agent=""))
    assert session.sessions.find("old", NOW) is None
    assert session.sessions.find("new", later) is not None


def test_a_touch_notes_when_it_was_used(session: Session) -> None:
    session.sessions.open("secret", SIGN_IN)
    session.sessions.touch("secret", NOW + timedelta(minutes=5))
    found = session.sessions.find("secret", NOW)
    assert found is not None
    assert found.last_seen == NOW + timedelta(minutes=5)


def test_closing_ends_one_session_or_all_of_a_user(session: Session) -> None:
    for token in ("a", "b", "c"):
        session.sessions.open(token, SIGN_IN)
    session.sessions.close("a")
    assert [session.sessions.find(token, NOW) is None for token in "abc"] == [True, False, False]
    session.sessions.close_all("u1")
    assert [session.sessions.find(token, NOW) is None for token in "abc"] == [True, True, True]


def test_the_sessions_of_a_user_are_those_that_let_somebody_in_the_latest_first(session: Session) -> None:
    later = replace(SIGN_IN, last_seen=NOW + HOUR / 2, address="10.0.0.x")
    session.sessions.open("one", SIGN_IN)
    session.sessions.open("two", later)
    session.sessions.open("half", replace(SIGN_IN, waits_for="code"))
    assert session.sessions.of("u1", NOW) == {key_of("two"): later, key_of("one"): SIGN_IN}
    assert session.sessions.last_seen(["u1", "u2"]) == {"u1": NOW + HOUR / 2}


def test_all_but_one_may_be_closed(session: Session) -> None:
    for token in ("one", "two", "three"):
        session.sessions.open(token, SIGN_IN)
    session.sessions.close_all("u1", but="two")
    assert list(session.sessions.of("u1", NOW)) == [key_of("two")]


def test_nobody_closes_a_session_of_somebody_else(session: Session) -> None:
    session.sessions.open("one", SIGN_IN)
    session.sessions.close_one("u2", key_of("one"))
    assert session.sessions.find("one", NOW) == SIGN_IN
    session.sessions.close_one("u1", key_of("one"))
    assert session.sessions.find("one", NOW) is None
