"""Conditions that people write into records: checked on entry, and held to what their writer sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.errors import Invalid
from relasi.records import Actor
from tests.records.world import World, make_world

ROLES = "roles: {agent: {}, clerk: {}, guest: {}}\n"
CLIENT = """
entity: client
fields:
  name: text
  city: text
  margin: money
  owner: user
access:
  agent: {read: all}
  clerk: {read: all, hide: [margin]}
  guest: {read: own}
"""
GROUP = """
entity: group
fields:
  name: text
  who: {type: expression, of: client}
access:
  agent: {read: all, create: true, update: all}
  clerk: {read: all, create: true, update: all}
  guest: {read: all, create: true, update: all}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, ROLES, CLIENT, GROUP)


def refused(world: World, actor: Actor, text: str) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        world.crm.records.create(actor, "group", {"who": text})
    return [(issue.field, issue.code) for issue in caught.value.issues]


def test_what_makes_sense_is_kept(world: World) -> None:
    made = world.crm.records.create(
        world.actor("ani", "agent"), "group", {"who": "margin > 5 and city = null"}
    )
    assert made.values["who"] == "margin > 5 and city = null"


def test_every_mistake_is_told_with_the_nearest_word(world: World) -> None:
    agent = world.actor("ani", "agent")
    with pytest.raises(Invalid) as caught:
        world.crm.records.create(agent, "group", {"who": "ctiy = null and name > 3"})
    first, second = caught.value.issues
    assert first.text("en") == "There is no ctiy here. Did you mean city?"
    assert (second.field, second.code) == ("who", "condition_wrong")


def test_a_value_is_no_condition(world: World) -> None:
    assert refused(world, world.actor("ani", "agent"), "name") == [("who", "condition_wrong")]


def test_whoever_asks_is_nobody_since_rules_ask_too(world: World) -> None:
    assert refused(world, world.actor("ani", "agent"), "owner = user")[0][0] == "who"


def test_a_hidden_field_is_as_unknown_as_a_wrong_one(world: World) -> None:
    clerk = world.actor("cici", "clerk")
    with pytest.raises(Invalid) as caught:
        world.crm.records.create(clerk, "group", {"who": "margn > 5"})
    assert "margin" not in caught.value.text("en")
    assert refused(world, clerk, "margin > 5")[0][0] == "who"


def test_nobody_chooses_among_records_that_they_do_not_see(world: World) -> None:
    assert refused(world, world.actor("gita", "guest"), "name = null") == [("who", "condition_not_yours")]


def test_one_that_is_there_is_not_asked_about_again(world: World) -> None:
    made = world.crm.records.create(world.actor("ani", "agent"), "group", {"who": "margin > 5"})
    clerk = world.actor("cici", "clerk")
    changed = world.crm.records.update(clerk, "group", made.id, made.version, {"name": "Rich"})
    assert changed.values["name"] == "Rich"
