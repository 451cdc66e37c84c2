"""The accounts of people outside, which rules gave them: they are closed when the person is erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from relasi.cli.backup import restore
from relasi.platform.keyring import add_key
from relasi.runtime import open_model
from relasi.store.api_keys import ApiKey
from relasi.store.factors import Factor
from relasi.store.identities import Identity
from relasi.store.invitations import Invitation, Occasion
from relasi.store.sessions import SignIn
from relasi.store.users import User
from relasi.transfer.backup import back_up
from relasi.transfer.copy import Place
from tests.postgresql import WORLDS_ON_BOTH
from tests.privacy.people import PERSON, bytes_of, clinic, person
from tests.records.world import NOW, World

ROLES = "roles: {clerk: , officer: , patient: {outside: true}}"
ACCOUNT = PERSON.replace("  owner:", "  account: user\n  owner:")
RULE = """
workflow: invite_person
label: {en: Invite, id: Undang}
entity: person
when: called
do:
  - invite: {email: email, full_name: "{name}", roles: [patient], into: account}
"""


@pytest.fixture
def world(tmp_path: Path, platform: tuple[str, ...]) -> Iterator[World]:
    world = clinic(tmp_path, ACCOUNT, ROLES, RULE, *platform)
    yield world
    world.crm.close()


def account(world: World, key: str = "0193", *roles: str) -> str:
    """Of somebody whose address the record does not have."""
    user = User(
        key, "bartho@home.example", "Bartholomeus", "bartho@home.example", roles or ("patient",), "id"
    )
    with world.crm.store.session() as session:
        session.users.add(user, "hash")
    return key


def known(world: World, key: str = "0193") -> User:
    with world.crm.store.session(write=False) as session:
        user = session.users.get(key)
    assert user is not None
    return user


def erase(world: World, key: str) -> None:
    world.crm.privacy.erase(world.engine, "person", key, reason="asked")
    world.crm.privacy.finish(NOW)


def test_the_account_is_closed_and_tells_nothing_of_the_person(world: World) -> None:
    budi = person(world, "Budi", account=account(world))
    world.crm.accounts.change(replace(known(world), full_name="Bartho"))
    erase(world, budi)
    assert known(world) == User("0193", "0193", "(erased)", "", (), "id", active=False)
    assert b"bartho" not in bytes_of(world).lower()


def test_no_way_in_is_left(world: World) -> None:
    key = account(world)
    ends = NOW + timedelta(days=1)
    add_key(world.crm.root / "keys" / "data.keys", "2026-11-21")
    with world.crm.store.session() as session:
        session.sessions.open("token", SignIn(key, NOW, NOW, ends, "Firefox"))
        session.api_keys.add("key", ApiKey("1", key, "phone", ("read",), NOW, ends))
        session.invitations.put(Invitation("1", key, Occasion.FORGOTTEN, NOW))
        session.factors.put(key, Factor("secret", NOW))
        session.factors.put_codes(key, ["code"])
        session.identities.put(key, Identity("https://id.example", "0815"))
    erase(world, person(world, "Budi", account=key))
    with world.crm.store.session(write=False) as session:
        assert session.sessions.find("token", NOW) is None
        assert session.api_keys.of(key) == ()
        assert session.invitations.waiting([key]) == {}
        assert (session.factors.get(key), session.factors.codes_left(key)) == (None, 0)
        assert session.users.with_password([key]) == session.identities.held([key]) == set()


def test_the_preview_and_the_proof_count_it(world: World) -> None:
    budi = person(world, "Budi", account=account(world))
    shown = world.crm.privacy.preview(world.engine, "person", budi)
    assert known(world).active
    assert shown.counts["told"]["relasi_user"] == 1
    erase(world, budi)
    (proof,) = world.crm.privacy.proofs(world.engine)
    assert (proof.counts, proof.kept) == (shown.counts, [])
    assert "relasi_user" not in world.crm.privacy.preview(world.engine, "person", budi).counts["told"]


def test_who_works_here_is_only_pointed_out(world: World) -> None:
    budi = person(world, "Budi", account=account(world, "0193", "clerk", "patient"))
    before = known(world)
    erase(world, budi)
    (proof,) = world.crm.privacy.proofs(world.engine)
    assert known(world) == before
    assert [("account" in each["because"]["en"], each["count"]) for each in proof.kept] == [(True, 1)]


@WORLDS_ON_BOTH
def test_an_account_of_two_goes_with_the_second(world: World) -> None:
    key = account(world)
    budi, ani = person(world, "Budi", account=key), person(world, "Ani", account=key)
    erase(world, budi)
    assert known(world).active
    erase(world, ani)
    assert not known(world).active


def test_the_record_names_the_account_no_more_so_another_can_be_given(world: World) -> None:
    budi = person(world, "Budi", account=account(world))
    erase(world, budi)
    assert world.values("person", budi)["account"] is None
    assert "0193" not in str([each.fields for each in world.changes("person", budi)])


def test_a_field_that_the_model_keeps_names_an_account_that_tells_nothing(tmp_path: Path) -> None:
    why = "on_erase: {do: keep, because: {en: For statistics., id: Untuk statistik.}}"
    kept = ACCOUNT.replace("account: user", f"account: {{type: user, {why}}}")
    world = clinic(tmp_path, kept, ROLES, RULE)
    budi = person(world, "Budi", account=account(world))
    erase(world, budi)
    assert (world.values("person", budi)["account"], known(world).active) == ("0193", False)
    world.crm.close()


def test_somebody_from_outside_in_another_field_stays(world: World) -> None:
    erase(world, person(world, "Budi", owner=account(world)))
    assert known(world).full_name == "Bartholomeus"


def test_a_backup_of_before_opens_no_account_again(tmp_path: Path) -> None:
    world = clinic(tmp_path, ACCOUNT, ROLES, RULE)
    budi, file = person(world, "Budi", account=account(world)), tmp_path / "before.relasi.zip"
    back_up(Place(world.crm.database, world.crm.files.contents), file, "local", NOW)
    erase(world, budi)
    world.crm.close()
    restore(tmp_path, file, yes=True, as_json=True)
    world.crm = open_model(tmp_path, world.crm.model, clock=world.clock, new_id=world.ids)
    assert (known(world).full_name, known(world).active) == ("(erased)", False)
    world.crm.close()
