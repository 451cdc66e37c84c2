"""Records that may be one and the same are told of before another one is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relasi.errors import Invalid, LooksAlike
from relasi.platform.keyring import add_key
from relasi.records import Actor, Source
from relasi.records.steps.twins import Twin
from tests.records.world import World

ROLES = "roles: {agent: {}, clerk: {}}"
CLIENT = """
entity: client
title: "{name}"
fields:
  name: text
  kind: {type: choice, options: [company, person], default: company}
  email: email
  phone: phone
  street: text
  code: {type: text, encrypted: true, searchable: exact}
  owner: user
duplicates:
  same_email: {same: email, label: Same e-mail address}
  company: {when: kind = company, like: {name: company}, at_least: 0.9}
  person:
    when: kind = person
    like: {name: {words: person, weight: 3}, street: address}
  same_code: {same: code, then: refuse}
  recent: {same: [phone], within: 7 days}
access:
  agent: {read: all, create: true, update: all, delete: all}
  clerk: {read: own, create: true}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CLIENT)


def asking(world: World, *, name: str = "sari", role: str = "agent") -> Actor:
    return replace(world.actor(name, role), asks=True)


def save(world: World, actor: Actor, **values: Any) -> str:
    return world.crm.records.create(actor, "client", values).id


def told(error: Invalid) -> list[tuple[str, str]]:
    """The title and the rule of each record that was found."""
    (issue,) = error.issues
    twins = issue.params["twins"]
    assert isinstance(twins, tuple)
    return [(str(issue.params["titles"]), each.rule.name) for each in twins if isinstance(each, Twin)]


def test_whoever_can_be_asked_is_told_of_records_like_it(world: World) -> None:
    world.create("client", name="PT. Maju Jaya Tbk")

    with pytest.raises(LooksAlike) as caught:
        save(world, asking(world), name="Maju Jaya")

    assert told(caught.value) == [("PT. Maju Jaya Tbk", "company")]


def test_it_is_saved_where_nobody_asks(world: World) -> None:
    world.create("client", name="PT Maju Jaya")

    assert save(world, world.actor("sari", "agent"), name="Maju Jaya")


def test_an_address_is_one_whatever_its_case(world: World) -> None:
    world.create("client", name="Budi", email="Budi@Example.com")

    with pytest.raises(LooksAlike):
        save(world, asking(world), name="Someone else", email="budi@example.com")


def test_a_condition_says_which_records_are_compared(world: World) -> None:
    world.create("client", name="Budi Santoso", kind="company")

    assert save(world, asking(world), name="Budi Santoso", kind="person")


def test_what_is_empty_on_one_side_speaks_neither_for_nor_against(world: World) -> None:
    world.create("client", name="Budi Santoso", kind="person", street="Jl. Melati 7")

    with pytest.raises(LooksAlike):
        save(world, asking(world), name="Budi Santoso", kind="person")
    assert save(world, asking(world), name="Budi Santoso", kind="person", street="Jl. Anggrek 90")


def test_a_rule_that_refuses_asks_nobody(world: World) -> None:
    add_key(world.crm.root / "keys" / "data.keys", "2026-11-22")
    world.create("client", name="Budi", code="A1")

    with pytest.raises(Invalid) as caught:
        world.create("client", name="Sari", code="a1")

    assert not isinstance(caught.value, LooksAlike)
    assert [issue.code for issue in caught.value.issues] == ["is_a_twin"]


def test_records_count_for_so_long_only_as_the_rule_says(world: World) -> None:
    world.create("client", name="Budi", phone="0812 3456 7890")
    with pytest.raises(LooksAlike):
        save(world, asking(world), name="Sari", phone="+6281234567890")
    world.clock.advance(days=8)

    assert save(world, asking(world), name="Sari", phone="+6281234567890")


def test_of_a_record_that_one_may_not_see_nothing_is_told_but_that_it_is_there(world: World) -> None:
    world.create("client", name="Maju Jaya")

    with pytest.raises(LooksAlike) as caught:
        save(world, asking(world, name="budi", role="clerk"), name="PT Maju Jaya")

    (issue,) = caught.value.issues
    assert issue.code == "looks_alike_unseen"
    assert "Maju" not in issue.text("en")


def test_a_change_that_makes_a_record_like_another_is_told_and_no_other_change(world: World) -> None:
    world.create("client", name="Maju Jaya")
    other = world.create("client", name="Sinar Laut")
    records, actor = world.crm.records, asking(world)

    with pytest.raises(LooksAlike):
        records.update(actor, "client", other.id, 1, {"name": "PT Maju Jaya"})
    assert records.update(actor, "client", other.id, 1, {"street": "Jl. Melati"}).version == 2


def test_a_record_is_found_by_what_it_is_now(world: World) -> None:
    client = world.create("client", name="Maju Jaya")
    world.crm.records.update(world.engine, "client", client.id, 1, {"name": "Sinar Laut"})

    assert save(world, asking(world), name="Maju Jaya")
    with pytest.raises(LooksAlike):
        save(world, asking(world), name="CV Sinar Laut")


def test_a_record_that_was_deleted_is_like_none(world: World) -> None:
    client = world.create("client", name="Maju Jaya")
    world.crm.records.delete(world.engine, "client", client.id, 1)

    assert save(world, asking(world), name="Maju Jaya")


def test_an_import_notes_what_rows_are_like_those_of_one_batch_too(world: World) -> None:
    world.create("client", name="Maju Jaya")
    rows = [{"name": name} for name in ("PT Maju Jaya", "Sinar Laut", "Toko Sinar Laut, CV", "Sinar Laut UD")]

    with world.crm.records.work(replace(world.engine, source=Source.IMPORT)) as work:
        results = work.create_many("client", rows)

    titles = [[note.params["titles"] for note in each.notes] for each in results]
    assert titles == [["Maju Jaya"], [], [], ["Sinar Laut"]]
