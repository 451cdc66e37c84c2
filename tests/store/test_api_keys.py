from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from relasi.store import Session
from relasi.store.api_keys import ApiKey
from relasi.store.users import User
from tests.builders import NOW

KEY = ApiKey("k1", "u1", "till", ("invoice:write", "read"), NOW, NOW + timedelta(days=1))


@pytest.fixture(autouse=True)
def _a_key(session: Session) -> None:
    session.users.add(User("u1", "sari", "Sari", "", (), "en"))
    session.api_keys.add("secret", KEY)


def test_a_key_is_found_by_its_token_until_it_expires(session: Session) -> None:
    assert session.api_keys.find("secret", NOW) == KEY
    assert session.api_keys.find("secret", KEY.expires) is None
    assert session.api_keys.find("guessed", NOW) is None


def test_a_touch_notes_when_it_was_used(session: Session) -> None:
    session.api_keys.touch("k1", NOW)
    assert session.api_keys.of("u1") == session.api_keys.all() == (replace(KEY, last_used=NOW),)


def test_all_keys_of_a_user_are_revoked_at_once(session: Session) -> None:
    session.api_keys.revoke_all("u1")
    assert session.api_keys.all() == ()


def test_scopes_follow_the_rename_of_an_entity(session: Session) -> None:
    session.api_keys.rename("invoice", "bill")
    session.api_keys.rename("bil", "bull")
    assert session.api_keys.all()[0].scopes == ("bill:write", "read")
