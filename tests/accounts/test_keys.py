"""API keys: who comes in by one, as whom, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from relasi.accounts.keys import PREFIX, Keys
from relasi.errors import Refused, SignInRefused
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.users import User
from tests.records.world import Clock

HERE = "10.0.0.1"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.at(tmp_path / "crm.db")
    yield database
    database.close()


@pytest.fixture
def keys(database: Database, clock: Clock) -> Keys:
    store = Store(database)
    store.prepare()
    ids = count(1)
    return Keys(store, clock, lambda: f"k{next(ids)}")


@pytest.fixture
def sari(keys: Keys) -> User:
    user = User("u1", "sari", "Sari", "", (), "en")
    with keys.store.session() as session:
        session.users.add(user)
    return user


def test_a_key_lets_a_program_in_as_its_maker(keys: Keys, sari: User) -> None:
    key, token = keys.add(sari, "till", ["read", "invoice:write", "read"])

    assert token.startswith(PREFIX)
    assert key.scopes == ("invoice:write", "read")
    assert keys.holder(token, address=HERE) == (key, sari)


def test_the_token_is_not_in_the_file(keys: Keys, sari: User, database: Database) -> None:
    _, token = keys.add(sari, "till", ["read"])
    database.close()

    assert database.file is not None
    held = database.file.read_bytes()
    assert b"till" in held
    assert token.encode() not in held


def test_a_key_ends_with_its_time(keys: Keys, sari: User, clock: Clock) -> None:
    _, token = keys.add(sari, "till", ["read"], length=timedelta(days=1))
    clock.advance(days=1)

    assert keys.holder(token, address=HERE) is None
    assert len(keys.of(sari)) == 1


def test_a_revoked_key_lets_nobody_in(keys: Keys, sari: User) -> None:
    key, token = keys.add(sari, "till", ["read"])
    keys.revoke(sari, key.id)

    assert keys.holder(token, address=HERE) is None
    assert keys.of(sari) == ()


def test_nobody_revokes_a_key_of_somebody_else(keys: Keys, sari: User) -> None:
    key, token = keys.add(sari, "till", ["read"])
    keys.revoke(User("u2", "budi", "Budi", "", (), "en"), key.id)

    assert keys.holder(token, address=HERE) is not None


def test_no_key_of_a_closed_account_lets_anybody_in(keys: Keys, sari: User) -> None:
    _, token = keys.add(sari, "till", ["read"])
    with keys.store.session() as session:
        session.users.disable(sari.id)

    assert keys.holder(token, address=HERE) is None


@pytest.mark.parametrize("name", ["", "  ", "till"])
def test_a_key_needs_a_name_of_its_own(keys: Keys, sari: User, name: str) -> None:
    keys.add(sari, "till", ["read"])

    with pytest.raises(Refused, match="name"):
        keys.add(sari, name, ["read"])


def test_a_key_that_is_never_good_is_not_made(keys: Keys, sari: User) -> None:
    with pytest.raises(Refused):
        keys.add(sari, "till", ["read"], length=timedelta())


def test_it_is_noted_when_a_key_was_last_used(keys: Keys, sari: User, clock: Clock) -> None:
    _, token = keys.add(sari, "till", ["read"])
    clock.advance(hours=1)
    keys.holder(token, address=HERE)

    (key,) = keys.of(sari)
    assert key.last_used == clock.now


def test_wrong_keys_are_soon_not_even_looked_at_and_right_ones_are(keys: Keys, sari: User) -> None:
    _, token = keys.add(sari, "till", ["read"])
    for _ in range(5):
        assert keys.holder("relasi_guessed", address=HERE) is None

    with pytest.raises(SignInRefused):
        keys.holder("relasi_guessed", address=HERE)
    assert keys.holder("relasi_guessed", address="10.0.0.2") is None
    assert keys.holder(token, address=HERE) is not None
