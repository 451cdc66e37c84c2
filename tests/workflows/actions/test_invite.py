from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relasi.accounts.history import history_of
from relasi.store.users import User
from tests.messages.desk import DESK, SETTINGS, rule
from tests.records.world import World
from tests.workflows.desk import Build

INVITED = """
invite:
  email: guest.email
  full_name: "{guest.name}"
  roles: [novice]
  language: guest.language
  into: owner
""".strip().replace("\n", "\n    ")


def desk(build: Build) -> World:
    return build(SETTINGS, *DESK, rule(INVITED))


def letter(
    world: World, *, email: str | None = "ana@example.com", **values: str
) -> tuple[str, Mapping[str, Any]]:
    """The id of a letter, and what came of it."""
    guest = world.create("guest", name="Ana", email=email, language="id")
    key = world.create("letter", guest=guest.id, subject="x", **values).id
    return key, world.values("letter", key)


def called(world: World, name: str) -> User | None:
    with world.crm.store.session(write=False) as session:
        return session.users.by_name(name)


def mailed(world: World) -> list[tuple[str, str]]:
    with world.crm.store.session(write=False) as session:
        return [(each.kind, each.to) for each in session.effects.list()]


def test_the_person_gets_an_account_a_mail_and_a_place_in_the_record(build: Build) -> None:
    world = desk(build)

    _, row = letter(world)

    ana = called(world, "ana@example.com")
    assert ana is not None
    assert (ana.full_name, ana.roles, ana.language, ana.email) == (
        "Ana",
        ("novice",),
        "id",
        "ana@example.com",
    )
    assert row["owner"] == ana.id
    assert mailed(world) == [("invitation", "ana@example.com")]


def test_the_history_of_the_account_names_the_rule(build: Build) -> None:
    world = desk(build)
    letter(world)
    ana = called(world, "ana@example.com")
    assert ana is not None
    with world.crm.store.session(write=False) as session:
        (made,) = history_of(session, ana.id)
    assert (made.kind, made.user_id, made.source, made.rule is None) == ("created", None, "rule", False)


def test_nobody_is_invited_where_there_is_no_address_or_the_field_holds_somebody(build: Build) -> None:
    world = desk(build)

    letter(world, email=None)
    letter(world, owner=world.user("budi", "clerk"))

    assert mailed(world) == []
    assert called(world, "ana@example.com") is None


def test_the_same_person_is_invited_once_and_named_in_both_records(build: Build) -> None:
    world = desk(build)

    (_, first), (_, second) = letter(world), letter(world)

    assert first["owner"] == second["owner"] is not None
    assert len(mailed(world)) == 1


def test_an_account_with_other_roles_is_nobodys_to_take(build: Build) -> None:
    world = desk(build)
    with world.crm.store.session() as session:
        session.users.add(User("u1", "ana@example.com", "Ana", "", ("admin",), "en"))

    key, row = letter(world)

    assert (row["owner"], mailed(world)) == (None, [])
    assert "already" in str(world.traces("letter", key)[-1].error)
