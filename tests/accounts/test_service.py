"""Who may sign in: the right password of an open account, not too many tries, and for so long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import pytest

from relasi.accounts import SESSION_LENGTH, Accounts
from relasi.accounts.passwords import nobodys
from relasi.errors import DuplicateValue, Refused, SignInRefused
from relasi.platform.sql.database import Database
from relasi.schema.model import Role
from relasi.store.invitations import Invitation, Occasion
from relasi.store.users import Post, User
from tests.accounts.conftest import PASSWORD
from tests.records.world import Clock


def refusal(accounts: Accounts, name: str, password: str, address: str = "10.0.0.1") -> str:
    with pytest.raises(SignInRefused) as caught:
        accounts.sign_in(name, password, address=address)
    return caught.value.code


def fail(accounts: Accounts, times: int, name: str = "sari", address: str = "10.0.0.1") -> None:
    """As if somebody had tried so often; a try through the front door costs a hash."""
    with accounts.store.session() as session:
        for _ in range(times):
            session.tries.add(name, address, accounts.clock())


class TestSignIn:
    def test_the_right_password_opens_a_session(self, accounts: Accounts, sari: User) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="10.0.0.1")

        assert accounts.user_of(token) == sari
        assert sari.roles == ("a", "b")

    def test_every_session_has_its_own_token(self, accounts: Accounts, sari: User) -> None:
        tokens = {accounts.sign_in("SARI", PASSWORD, address="x") for _ in range(3)}

        assert len(tokens) == 3
        assert {accounts.user_of(token) for token in tokens} == {sari}

    def test_a_language_chosen_on_the_way_in_is_the_users_from_then_on(
        self, accounts: Accounts, sari: User
    ) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x", language="en")

        assert accounts.user_of(token) == replace(sari, language="en")

    def test_a_wrong_password_an_unknown_name_and_a_disabled_user_are_told_the_same(
        self, accounts: Accounts, sari: User
    ) -> None:
        other = accounts.add("budi", full_name="B", email="", roles=[], language="en", password=PASSWORD)
        accounts.disable(other.id)

        codes = [
            refusal(accounts, name, password)
            for name, password in (("sari", "wrong"), ("nobody", PASSWORD), ("budi", PASSWORD), ("", ""))
        ]

        assert codes == ["sign_in_refused"] * 4

    def test_an_unknown_name_costs_a_hash_like_any_other(
        self, accounts: Accounts, sari: User, database: Database
    ) -> None:
        with accounts.store.session(write=False) as session:
            held = session.users.password_hash("sari") or ""

        assert held.split("$")[:4] == ["", "argon2id", "v=19", "m=19456,t=2,p=1"]
        assert nobodys().split("$")[:4] == held.split("$")[:4]

    def test_a_password_with_something_behind_it_is_another_one(self, accounts: Accounts) -> None:
        longest = token_hex(128)
        accounts.add("tono", full_name="T", email="", roles=[], language="en", password=longest)

        assert refusal(accounts, "tono", longest + "y") == "sign_in_refused"
        assert accounts.sign_in("tono", longest, address="x")


class TestThrottle:
    def test_five_wrong_tries_of_a_name_make_it_wait_even_with_the_right_password(
        self, accounts: Accounts, sari: User
    ) -> None:
        told = [refusal(accounts, "sari", "wrong", f"10.0.0.{n}") for n in range(5)]

        code = refusal(accounts, "sari", PASSWORD, "10.9.9.9")

        assert (set(told), code) == ({"sign_in_refused"}, "sign_in_throttled")

    def test_a_name_that_nobody_has_waits_too(self, accounts: Accounts) -> None:
        told = [refusal(accounts, "nobody", "wrong") for _ in range(6)]

        assert told == ["sign_in_refused"] * 5 + ["sign_in_throttled"]

    def test_another_name_does_not_wait(self, accounts: Accounts, sari: User) -> None:
        fail(accounts, 5, "nobody")

        assert accounts.sign_in("sari", PASSWORD, address="10.0.0.1")

    def test_thirty_wrong_tries_from_an_address_make_it_wait_for_every_name(
        self, accounts: Accounts, sari: User
    ) -> None:
        for n in range(30):
            fail(accounts, 1, f"guess{n}")

        assert refusal(accounts, "sari", PASSWORD, "10.0.0.1") == "sign_in_throttled"
        assert accounts.sign_in("sari", PASSWORD, address="10.0.0.2")

    def test_a_quarter_of_an_hour_later_it_goes_on(
        self, accounts: Accounts, sari: User, clock: Clock
    ) -> None:
        fail(accounts, 5)
        clock.advance(minutes=15, seconds=1)

        assert accounts.sign_in("sari", PASSWORD, address="10.0.0.1")

    def test_nobody_waits_for_a_clock_that_was_ahead_when_they_tried(
        self, accounts: Accounts, sari: User, clock: Clock
    ) -> None:
        fail(accounts, 5)
        clock.advance(days=-1)

        assert accounts.sign_in("sari", PASSWORD, address="10.0.0.1")

    def test_signing_in_forgets_the_wrong_tries_of_the_name(self, accounts: Accounts, sari: User) -> None:
        fail(accounts, 4)
        accounts.sign_in("sari", PASSWORD, address="10.0.0.1")
        fail(accounts, 4)

        assert accounts.sign_in("sari", PASSWORD, address="10.0.0.1")


class TestSessions:
    def test_a_session_ends_after_its_time(self, accounts: Accounts, sari: User, clock: Clock) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x")

        clock.now += SESSION_LENGTH - timedelta(seconds=1)
        assert accounts.user_of(token) == sari
        clock.advance(seconds=1)
        assert accounts.user_of(token) is None

    def test_a_session_outlives_a_clock_that_is_set_back(
        self, accounts: Accounts, sari: User, clock: Clock
    ) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x")
        clock.advance(days=-1)

        assert accounts.user_of(token) == sari

    def test_signing_out_ends_this_session_alone(self, accounts: Accounts, sari: User) -> None:
        here, there = (accounts.sign_in("sari", PASSWORD, address="x") for _ in range(2))

        accounts.sign_out(here)

        assert (accounts.user_of(here), accounts.user_of(there)) == (None, sari)

    def test_an_unknown_token_opens_nothing(self, accounts: Accounts, sari: User) -> None:
        assert accounts.user_of("made up") is None
        accounts.sign_out("made up")

    def test_disabling_a_user_ends_every_session(self, accounts: Accounts, sari: User) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x")

        accounts.disable(sari.id)

        assert accounts.user_of(token) is None

    def test_a_new_password_ends_every_session(self, accounts: Accounts, sari: User) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x")

        accounts.set_password(sari.id, "another secret")

        assert accounts.user_of(token) is None
        assert refusal(accounts, "sari", PASSWORD) == "sign_in_refused"
        assert accounts.sign_in("sari", "another secret", address="x")

    def test_a_session_is_known_even_where_nothing_can_be_written(
        self, accounts: Accounts, sari: User, clock: Clock, database: Database
    ) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x")
        clock.advance(hours=1)
        with database.transaction() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER refuse BEFORE UPDATE ON relasi_session BEGIN SELECT RAISE(ABORT, 'no'); END"
            )

        assert accounts.user_of(token) == sari


class TestPasswords:
    @pytest.mark.parametrize("password", ["", "1234567", "x" * 257])
    def test_too_short_and_too_long_ones_are_refused(
        self, accounts: Accounts, sari: User, password: str
    ) -> None:
        with pytest.raises(Refused):
            accounts.set_password(sari.id, password)
        with pytest.raises(Refused):
            accounts.add("budi", full_name="", email="", roles=[], language="en", password=password)

    def test_any_characters_do(self, accounts: Accounts) -> None:
        accounts.add("ni", full_name="Ni", email="", roles=[], language="en", password="पासवर्ड 🔑 ")

        assert accounts.sign_in("ni", "पासवर्ड 🔑 ", address="x")

    def test_a_name_is_taken_whatever_its_case(self, accounts: Accounts, sari: User) -> None:
        with pytest.raises(DuplicateValue):
            accounts.add("SARI", full_name="", email="", roles=[], language="en", password=PASSWORD)

    def test_no_file_holds_a_password_or_a_token(
        self, accounts: Accounts, sari: User, tmp_path: Path, database: Database
    ) -> None:
        token = accounts.sign_in("sari", PASSWORD, address="x")
        refusal(accounts, "sari", "mistyped secret")
        database.close()

        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())

        assert b"argon2id" in kept
        assert [secret for secret in (PASSWORD, token, "mistyped secret") if secret.encode() in kept] == []


class TestChanges:
    def test_whoever_changes_their_password_stays_here_and_is_out_everywhere_else(
        self, accounts: Accounts, sari: User
    ) -> None:
        here, there = (accounts.sign_in("sari", PASSWORD, address="x") for _ in range(2))

        accounts.change_password(sari, PASSWORD, "payung kertas di dapur", token=here)

        assert (accounts.user_of(here), accounts.user_of(there)) == (sari, None)
        assert accounts.sign_in("sari", "payung kertas di dapur", address="x")

    def test_the_old_password_is_asked_and_not_to_be_guessed(self, accounts: Accounts, sari: User) -> None:
        told = []
        for _ in range(6):
            with pytest.raises(SignInRefused) as caught:
                accounts.change_password(sari, "wrong", "payung kertas di dapur", token="x")
            told.append(caught.value.code)

        assert told == [*["old_password_wrong"] * 5, "sign_in_throttled"]

    def test_a_password_set_for_somebody_closes_the_link_that_they_were_sent(
        self, accounts: Accounts, sari: User
    ) -> None:
        with accounts.store.session() as session:
            session.invitations.put(Invitation("i1", sari.id, Occasion.FORGOTTEN, accounts.clock()))
        found = accounts.invitations.link("i1")
        assert found is not None

        accounts.set_password(sari.id, "payung kertas di dapur")

        assert accounts.invitations.invited(found[1]) is None

    def test_an_administrator_gives_others_roles_and_keeps_their_own(
        self, accounts: Accounts, sari: User
    ) -> None:
        role = Role("admin", {"en": "A"}, frozenset({"admin"}), everything=True)
        accounts = replace(accounts, model=replace(accounts.model, roles={"admin": role}))
        changed = replace(sari, full_name="Sari L", roles=("admin",), post=Post("desk"))

        accounts.by("u9").change(changed)

        with accounts.store.session(write=False) as session:
            assert session.users.get(sari.id) == changed
        with pytest.raises(Refused):
            accounts.by(sari.id).change(replace(changed, roles=()))
