"""Every rule of access with what it answers for a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from relasi.records.access.answers import Explanation, explained
from tests.records.world import World

ROLES = "roles: {clerk: {}, boss: {}, trainee: {}, admin: {everything: true}}"
CASE = """
entity: case
title: "{name}"
fields:
  name: text
  code: text
  award: number
  margin: {type: number, access: {read: [boss]}}
  owner: user
  closed: boolean
process:
  states: {open: {}, settled: {kind: done}}
  moves: {settle: {from: [open], to: settled}}
access:
  clerk: {read: own, create: true, update: own, hide: [award], mask: {code: last 2}, read_only: [name]}
  boss: {read: all, move: [settle]}
  trainee: {deny: {read: closed = true, move: [settle]}}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CASE)


def explain(world: World, name: str, *roles: str, **values: object) -> Explanation:
    case = world.create("case", **values)
    with world.crm.records.work(world.actor(name, *roles), write=False) as work:
        return explained(work, "case", dict(work.follow("case", case.id) or {}))


def test_a_rule_that_grants_says_where_it_stands_and_what_it_asked(world: World) -> None:
    found = explain(world, "cleo", "clerk", owner=world.user("cleo", "clerk"))

    (answer,) = found.because("read")
    assert (answer.role, answer.effect, answer.keys) == ("clerk", "grants", ("access", "clerk", "read"))
    assert answer.condition is not None
    assert (answer.condition.text, answer.condition.value) == ("owner = user", True)
    assert [each.value for each in answer.condition.children] == ["u-cleo", "u-cleo"]


def test_a_rule_that_does_not_hold_is_told_as_well(world: World) -> None:
    found = explain(world, "cleo", "clerk", owner=world.user("other"))

    assert not any(found.may.values())
    assert [(each.role, each.holds) for each in found.answers if each.right == "read"] == [("clerk", False)]


def test_a_denial_settles_it(world: World) -> None:
    found = explain(world, "tom", "boss", "trainee", closed=True)

    assert not found.may["read"]
    assert [each.keys for each in found.because("read")] == [("access", "trainee", "deny", "read")]


def test_moves_are_told_each_by_its_name(world: World) -> None:
    found = explain(world, "tom", "boss", "trainee")

    assert (found.may["read"], found.may["move settle"]) == (True, False)
    assert [(each.effect, each.holds) for each in found.answers if each.right == "move settle"] == [
        ("grants", True),
        ("grants", False),
        ("denies", True),
    ]


def test_fields_of_which_less_is_seen_name_the_rules_that_say_so(world: World) -> None:
    found = explain(world, "cleo", "clerk", owner=world.user("cleo", "clerk"))

    assert [(each.field, each.is_, each.rules) for each in found.fields] == [
        ("name", "locked", (("access", "clerk", "read_only", "name"),)),
        ("code", "masked", (("access", "clerk", "mask", "code"),)),
        ("award", "hidden", (("access", "clerk", "hide", "award"),)),
        ("margin", "hidden", (("fields", "margin", "access", "read"),)),
    ]


def test_who_passes_all_rules_is_asked_by_none(world: World) -> None:
    found = explain(world, "ada", "admin")

    assert (found.everything, found.answers, all(found.may.values())) == (True, (), True)


def test_what_is_asked_in_the_place_of_somebody_says_of_whom(world: World) -> None:
    case = world.create("case", owner=world.user("cleo", "clerk"))
    absent = world.actor("cleo")
    with world.crm.records.work(replace(world.actor("dan"), stands_in_for=(absent,)), write=False) as work:
        found = explained(work, "case", dict(work.follow("case", case.id) or {}))

    assert [(each.absent, each.holds) for each in found.because("read")] == [("u-cleo", True)]
