"""Fields that are for some roles only, on every channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relasi.errors import Forbidden, Invalid
from relasi.records import Actor, ListRequest, Source
from relasi.schema.model import Sort
from tests.records.world import World

ROLES = "roles: {clerk: {}, manager: {includes: [clerk]}, auditor: {}}"
CLAIM = """
entity: claim
fields:
  subject: text
  refund: {type: money, access: {read: [manager]}}
  limit: {type: money, access: {update: [manager]}}
  note: {type: text, access: {read: [clerk, auditor], update: [clerk]}}
  home: {type: address, access: {read: [manager]}}
  case: {type: link, to: case}
access:
  clerk: {read: all, create: true, update: all}
  auditor: {read: all, update: all}
"""
CASE = """
entity: case
fields: {name: text}
access:
  auditor: {read: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CLAIM, CASE)


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor("cleo", "clerk")


@pytest.fixture
def manager(world: World) -> Actor:
    """Holds no grant of the role's own: what it includes is granted."""
    return world.actor("maya", "manager", "clerk")


@pytest.fixture
def auditor(world: World) -> Actor:
    return world.actor("asri", "auditor")


def test_a_field_does_not_exist_for_those_whom_it_is_not_for(world: World, clerk: Actor) -> None:
    claim = world.create("claim", refund=5, limit=9)

    seen = world.crm.records.get(clerk, "claim", claim.id)

    assert "refund" not in seen.values
    assert "limit" in seen.values


def test_a_role_that_includes_others_sees_what_is_for_it(world: World, manager: Actor) -> None:
    claim = world.create("claim", refund=5)

    assert world.crm.records.get(manager, "claim", claim.id).values["refund"] == 5


def test_a_group_is_hidden_with_all_its_parts(world: World, clerk: Actor) -> None:
    claim = world.create("claim", home_street="Jl. Melati 1")

    seen = world.crm.records.get(clerk, "claim", claim.id)

    assert not [name for name in seen.values if name.startswith("home")]


def test_nobody_sorts_by_what_they_do_not_see(world: World, clerk: Actor) -> None:
    with pytest.raises(Forbidden):
        world.crm.records.list(clerk, ListRequest("claim", sort=(Sort("refund"),)))


@pytest.mark.parametrize("value", [7, None])
def test_what_is_for_others_to_change_stays_as_it_is(world: World, clerk: Actor, value: int | None) -> None:
    claim = world.create("claim", limit=9)

    with pytest.raises(Invalid) as refused:
        world.crm.records.update(clerk, "claim", claim.id, claim.version, {"limit": value})

    assert [(each.field, each.code) for each in refused.value.issues] == [("limit", "read_only")]


def test_nor_is_it_given_to_a_new_record(world: World, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        world.crm.records.create(clerk, "claim", {"limit": 7})


def test_whom_it_is_for_changes_it(world: World, manager: Actor) -> None:
    claim = world.crm.records.create(manager, "claim", {"limit": 7})

    assert claim.values["limit"] == 7


def test_saving_it_unchanged_is_no_change(world: World, clerk: Actor) -> None:
    claim = world.create("claim", limit=9)
    values: dict[str, Any] = {"limit": 9, "subject": "x"}

    assert world.crm.records.update(clerk, "claim", claim.id, claim.version, values).values["subject"] == "x"


def test_the_form_shows_it_locked(world: World, clerk: Actor) -> None:
    state = world.crm.records.form_state(clerk, "claim", {})

    assert "limit" in state.visible & state.read_only


def test_who_may_read_but_not_update_it_sees_it_locked(world: World, auditor: Actor) -> None:
    state = world.crm.records.form_state(auditor, "claim", {})

    assert "note" in state.visible & state.read_only


def test_a_link_to_what_somebody_may_not_look_at_is_not_theirs_to_fill_in(
    world: World, clerk: Actor, auditor: Actor
) -> None:
    for actor, is_theirs in ((clerk, False), (auditor, True)):
        state = world.crm.records.form_state(actor, "claim", {})

        assert ("case" not in state.read_only) is is_theirs


def test_an_import_is_bound_by_it_too(world: World, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        world.crm.records.create(replace(clerk, source=Source.IMPORT), "claim", {"limit": 7})


def test_rules_and_imports_with_all_rights_write_it(world: World) -> None:
    boundless = replace(world.actor("root", "clerk"), everything=True, source=Source.CLI)

    assert world.crm.records.create(boundless, "claim", {"refund": 3}).values["refund"] == 3
