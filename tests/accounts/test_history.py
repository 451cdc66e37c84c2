"""What is done with an account is in the audit log, with who did it, and is told in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyotp import TOTP

from relasi.accounts import Accounts
from relasi.accounts.history import Author, History, forget, history_of, people_in
from relasi.accounts.keys import Keys
from relasi.accounts.sentences import Telling
from relasi.errors import Refused
from relasi.messages.inviting import Inviter
from relasi.store.users import Post, User
from relasi.store.verifying import verify

NAMES = {"chief": "The Chief", "u1": "Sari W"}


def told(accounts: Accounts, user: User, language: str = "en") -> list[tuple[str, list[str]]]:
    """Who did what, the newest first."""
    with accounts.store.session(write=False) as session:
        changes = history_of(session, user.id)
    telling = Telling(accounts.model, language, NAMES)
    return [(telling.author(each), telling.deeds(each)) for each in changes]


def test_an_account_is_made_by_whoever_holds_the_files(accounts: Accounts, sari: User) -> None:
    assert told(accounts, sari) == [("the command line", ["The account was made. Roles: a, b"])]


def test_roles_that_are_given_and_taken_name_the_administrator(accounts: Accounts, sari: User) -> None:
    changed = replace(sari, roles=("c",), post=Post("north"))
    accounts.by("chief").change(changed)
    assert told(accounts, sari)[0] == ("The Chief", ["Roles: a, b → c", "Team: – → north"])


def test_what_stays_the_same_is_not_told(accounts: Accounts, sari: User) -> None:
    accounts.by("chief").change(sari)
    assert len(told(accounts, sari)) == 1


def test_an_account_that_is_closed_and_opened_again_says_so(accounts: Accounts, sari: User) -> None:
    accounts.by("chief").disable(sari.id)
    accounts.by("chief").enable(sari.id)
    said = [("The Chief", ["May sign in again"]), ("The Chief", ["May not sign in any more"])]
    assert told(accounts, sari)[:2] == said


def test_whoever_is_signed_out_everywhere_can_be_told_by_whom(accounts: Accounts, sari: User) -> None:
    accounts.by("chief").end_sessions(sari.id)
    assert told(accounts, sari, "id")[0] == ("The Chief", ["Dikeluarkan dari semua perangkat"])


def test_a_second_factor_is_set_up_by_the_person_and_taken_away_by_another(
    accounts: Accounts, sari: User
) -> None:
    factor = accounts.second_factor
    factor.confirm(sari, TOTP(factor.device(sari).secret).at(accounts.clock()))
    factor.renew_codes(sari)
    accounts.by("chief").second_factor.drop(sari.id)
    assert told(accounts, sari)[:3] == [
        ("The Chief", ["The second factor was taken away"]),
        ("Sari W", ["New recovery codes were made"]),
        ("Sari W", ["A second factor was set up"]),
    ]


def test_a_second_factor_that_was_not_there_is_not_said_to_be_taken_away(
    accounts: Accounts, sari: User
) -> None:
    accounts.second_factor.drop(sari.id)
    assert len(told(accounts, sari)) == 1


def test_a_key_is_told_with_what_it_allows_and_never_itself(accounts: Accounts, sari: User) -> None:
    keys = Keys(accounts.store, accounts.clock, accounts.new_id).by(sari.id)
    key, token = keys.add(sari, "till", ["write", "read"])
    keys.revoke(sari, key.id)
    keys.revoke(sari, key.id)
    assert told(accounts, sari)[:-1] == [
        ("Sari W", ["API key till was revoked: read, write"]),
        ("Sari W", ["API key till was made: read, write"]),
    ]
    assert token not in str(told(accounts, sari))


def test_a_password_is_told_without_a_word_of_it(accounts: Accounts, sari: User) -> None:
    accounts.by("chief").set_password(sari.id, "payung kertas di dapur")
    assert told(accounts, sari)[0] == ("The Chief", ["A new password was set"])
    with accounts.store.session(write=False) as session:
        assert "payung" not in str(history_of(session, sari.id))


def test_an_invitation_and_the_password_set_by_it_tell_who_did_which(accounts: Accounts) -> None:
    budi = accounts.add("budi", full_name="B", email="", roles=[], language="en", password=None)
    inviter = Inviter(
        accounts.model, accounts.store, accounts.clock, accounts.new_id, Author("chief", "page")
    )
    link = inviter.invite(budi)
    assert link is not None
    accounts.invitations.accept(link.rpartition("/")[2], "payung kertas di dapur")
    assert told(accounts, budi)[:2] == [
        (NAMES[budi.id], ["A new password was set"]),
        ("The Chief", ["A link to set a password was made"]),
    ]


def test_what_is_refused_is_not_told(accounts: Accounts, sari: User) -> None:
    with pytest.raises(Refused):
        accounts.set_password(sari.id, "kurang")
    with pytest.raises(Refused):
        accounts.by(sari.id).change(replace(sari, roles=()))
    assert len(told(accounts, sari)) == 1


def test_entries_stand_in_the_chain(accounts: Accounts, sari: User) -> None:
    accounts.by("chief").disable(sari.id)
    with accounts.store.session() as session:
        session.audit.extend_chain()
        verdict = verify(session.audit)
    assert (verdict.broken, verdict.entries, verdict.waiting) == (None, 2, 0)


def test_an_erasure_leaves_who_and_when_and_the_chain_whole(accounts: Accounts, sari: User) -> None:
    with accounts.store.session() as session:
        session.audit.extend_chain()
        forget(session, sari.id)
        verdict = verify(session.audit)
    assert told(accounts, sari) == [("the command line", ["Erased"])]
    assert verdict.broken is None


def test_a_deputy_is_among_those_whom_the_history_names(accounts: Accounts, sari: User) -> None:
    with accounts.store.session() as session:
        said = {"first": "2026-11-23", "last": "2026-11-24", "deputy": "chief"}
        history = History(accounts.clock, accounts.new_id).by(sari.id)
        history.noted(session, sari.id, {"absence": (None, said)})
        changes = history_of(session, sari.id)
    assert people_in(changes) == {"chief", sari.id}
    sentence = "Away from 2026-11-23 to 2026-11-24, deputy: The Chief"
    assert told(accounts, sari)[0] == ("Sari W", [sentence])
