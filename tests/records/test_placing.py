"""Where each of many records may be put: what the recipe will say, said before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.errors import RelasiError
from relasi.records import Actor
from tests.records.world import World

ROLES = """
roles:
  agent: {}
  lead: {includes: [agent]}
  reader: {}
"""
CASE = """
entity: case
fields:
  subject: text
  owner: user
  due: date
  done_on: {type: date, read_only_when: 'subject = "fixed"'}
  size: {type: choice, options: [small, large]}
process:
  states:
    new: {kind: open}
    held: {kind: paused}
    solved: {kind: done}
  moves:
    hold: {from: [new], to: held}
    solve: {from: [new, held], to: solved, if: subject is not empty}
    close: {from: [held], to: solved, who: [lead]}
access:
  agent: {read: 'subject != "secret"', create: true, update: own}
  reader: {read: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CASE)


@pytest.fixture
def agent(world: World) -> Actor:
    return world.actor("ana", "agent")


def placed(world: World, actor: Actor, name: str, key: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    found = world.crm.records.placings(actor, "case", name, [key])[key]
    return (
        {value: [move.name for move in moves] for value, moves in found.open.items()},
        {value: why.code for value, why in found.closed.items()},
    )


def test_a_state_is_open_by_the_moves_that_lead_there(world: World, agent: Actor) -> None:
    mine = world.create("case", subject="a", owner="u-ana")
    assert placed(world, agent, "status", mine.id) == ({"held": ["hold"], "solved": ["solve"]}, {})


def test_several_moves_may_lead_to_one_state(world: World) -> None:
    lead = world.actor("lea", "lead")
    mine = world.create("case", subject="a", owner="u-lea")
    world.crm.records.move(lead, "case", mine.id, mine.version, move="hold")
    assert placed(world, lead, "status", mine.id) == ({"solved": ["solve", "close"]}, {})


def test_a_state_is_closed_with_the_reason(world: World, agent: Actor) -> None:
    empty = world.create("case", owner="u-ana")
    assert placed(world, agent, "status", empty.id) == ({"held": ["hold"]}, {"solved": "move_condition"})


def test_nothing_is_open_in_a_record_that_may_not_be_changed(world: World, agent: Actor) -> None:
    theirs = world.create("case", subject="a", size="small")
    assert placed(world, agent, "status", theirs.id) == ({}, {})
    assert placed(world, agent, "size", theirs.id) == (
        {},
        {"small": "may_not_update", "large": "may_not_update"},
    )


def test_each_option_of_a_choice_is_open_in_a_record_that_may_be_changed(world: World, agent: Actor) -> None:
    mine = world.create("case", subject="a", owner="u-ana")
    assert placed(world, agent, "size", mine.id) == ({"small": [], "large": []}, {})


def test_of_what_may_not_be_read_nothing_is_said(world: World, agent: Actor) -> None:
    secret = world.create("case", subject="secret", owner="u-ana")
    assert world.crm.records.placings(agent, "case", "status", [secret.id]) == {}
    assert world.crm.records.changeable(agent, "case", ["due"], [secret.id]) == frozenset()


def test_fields_are_changeable_where_a_form_lets_them_be_changed(world: World, agent: Actor) -> None:
    mine = world.create("case", subject="a", owner="u-ana")
    fixed = world.create("case", subject="fixed", owner="u-ana")
    theirs = world.create("case", subject="a")
    keys = [each.id for each in (mine, fixed, theirs)]

    changeable = world.crm.records.changeable
    assert changeable(agent, "case", ["due"], keys) == {mine.id, fixed.id}
    assert changeable(agent, "case", ["due", "done_on"], keys) == {mine.id}
    assert changeable(agent, "case", ["created_at"], keys) == frozenset()
    assert changeable(world.actor("rob", "reader"), "case", ["due"], keys) == frozenset()


def test_what_is_open_can_be_done_and_nothing_else(world: World, agent: Actor) -> None:
    for subject, owner in (("a", "u-ana"), (None, "u-ana"), ("a", None)):
        made = world.create("case", subject=subject, owner=owner)
        found = world.crm.records.placings(agent, "case", "status", [made.id])[made.id]
        for move in ("hold", "solve", "close"):
            case = world.create("case", subject=subject, owner=owner)
            opened = any(move == each.name for moves in found.open.values() for each in moves)
            try:
                world.crm.records.move(agent, "case", case.id, case.version, move=move)
            except RelasiError:
                assert not opened, (subject, owner, move)
            else:
                assert opened, (subject, owner, move)
