"""A change of rights is told in records and fields that the people of a role gain and lose."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from relasi.records.access.reach import Reach, reaches
from relasi.schema.grants import grants_of
from tests.records.world import World, compiled

ROLES = "roles: {boss: {everything: true}, seller: {}, clerk: {}, head: {includes: [clerk]}}"
DEAL = """
entity: deal
title: "{{name}}"
fields:
  name: text
  amount: number
  cost: number
  owner: user
access:
  seller: {seller}
  clerk: {clerk}
"""
OPEN = "{read: all}"

Changed = Callable[..., tuple[Reach, ...]]


@pytest.fixture
def changed(build: Callable[..., World], tmp_path: Path) -> Changed:
    """What it means that the rights of sellers were others, with four deals, two of them ana's."""

    def changed(*, before: str, after: str) -> tuple[Reach, ...]:
        world = build(ROLES, DEAL.format(seller=after, clerk="{read: all}"))
        ana = world.user("ana", "seller")
        world.user("ben", "seller")
        for amount, owner in ((1, ana), (2, ana), (3, None), (4, None)):
            world.create("deal", name="One", amount=amount, owner=owner)
        past = compiled(tmp_path / "past", (ROLES, DEAL.format(seller=before, clerk="{read: all}")))
        noted = json.loads(json.dumps(grants_of(past)))
        return reaches(world.crm.model, world.crm.records, noted)

    return changed


def test_nothing_is_told_where_nothing_changed(changed: Changed) -> None:
    same = "{read: own, hide: {cost: amount > 2}, mask: {name: last 4}, deny: {read: amount = 4}}"
    assert changed(before=same, after=same) == ()


def test_records_are_counted_that_come_and_go(changed: Changed) -> None:
    (reach,) = changed(before='{read: "amount < 3"}', after='{read: "amount > 1"}')
    assert (reach.role, reach.entity, reach.gained, reach.lost) == ("seller", "deal", 2, 1)
    assert not reach.per_person


def test_what_depends_on_the_person_is_told_of_the_one_for_whom_most_changes(changed: Changed) -> None:
    (reach,) = changed(before="{read: own}", after="{read: all}")
    assert (reach.gained, reach.lost, reach.per_person) == (4, 0, True)


def test_fields_are_named_that_are_seen_or_no_longer(changed: Changed) -> None:
    (reach,) = changed(before="{read: all, hide: [cost]}", after="{read: all, mask: {name: last 4}}")
    assert (reach.fields_gained, reach.fields_lost) == (("cost",), ("name",))
    assert (reach.gained, reach.lost) == (0, 0)


def test_a_role_that_reads_nothing_any_more_loses_all_records(changed: Changed) -> None:
    (reach,) = changed(before="{read: all}", after="{create: true}")
    assert (reach.gained, reach.lost, reach.fields_lost) == (0, 4, ())
    assert reach.rights == ("create",)


def test_other_rights_are_named(changed: Changed) -> None:
    (reach,) = changed(before="{read: all, update: own}", after="{read: all, update: all, export: true}")
    assert reach.rights == ("update", "export")


def test_a_role_is_told_of_with_what_it_includes(build: Callable[..., World], tmp_path: Path) -> None:
    world = build(ROLES, DEAL.format(seller=OPEN, clerk="{read: all, hide: [cost]}"))
    past = compiled(tmp_path / "past", (ROLES, DEAL.format(seller=OPEN, clerk=OPEN)))
    found = reaches(world.crm.model, world.crm.records, grants_of(past))
    assert [(each.role, each.fields_lost) for each in found] == [("clerk", ("cost",)), ("head", ("cost",))]
