"""`rank`: in which part of all records each stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.records.world import World
from tests.workflows.desk import ROLES, SETTINGS, Desk

Build = Callable[..., World]

SHOP = """
entity: shop
fields:
  name: text
  sales: {type: money}
  open: {type: boolean, default: true}
  part: {type: number, read_only: true}
  good: {type: formula, value: part >= 4}
access: {agent: {read: all}}
"""
SCORE = """
workflow: score
when: every day at 02:00
do: [{rank: shop, where: open, into: 5, set: {part: sales}}]
"""


def shops(build: Build, *sales: Any) -> tuple[Desk, list[str]]:
    crm = Desk(build(SETTINGS, ROLES, SHOP, SCORE))
    crm.work()
    return crm, [crm.world.create("shop", name=f"S{n}", sales=each).id for n, each in enumerate(sales)]


def parts(crm: Desk, keys: list[str]) -> list[int | None]:
    return [crm.value(key, "part", "shop") for key in keys]


def test_the_smallest_are_in_the_first_part_and_the_greatest_in_the_last(build: Build) -> None:
    crm, keys = shops(build, 50, 10, 30, 20, 40)
    crm.work(days=1)
    assert parts(crm, keys) == [5, 1, 3, 2, 4]


def test_equal_values_share_a_part(build: Build) -> None:
    crm, keys = shops(build, 10, 10, 10, 20, 20, 20, 20, 20, 20, 30)
    crm.work(days=1)
    assert parts(crm, keys) == [1, 1, 1, 2, 2, 2, 2, 2, 2, 5]


def test_whoever_does_not_count_or_has_no_value_has_no_part(build: Build) -> None:
    crm, keys = shops(build, 10, None, 20, 30)
    crm.work(days=1)
    crm.change(keys[3], "shop", open=False)
    crm.work(days=1)
    assert parts(crm, keys) == [1, None, 3, None]


def test_what_is_made_of_the_part_follows_and_the_version_stays(build: Build) -> None:
    crm, keys = shops(build, 10, 20, 30, 40, 50)
    crm.work(days=1)
    assert [crm.value(key, "good", "shop") for key in keys] == [False, False, False, True, True]
    assert crm.world.crm.records.get(crm.world.engine, "shop", keys[0]).version == 1


def test_only_what_changes_is_written(build: Build) -> None:
    crm, keys = shops(build, 10, 20, 30, 40, 50)
    crm.work(days=1)
    crm.change(keys[0], "shop", sales=60)
    crm.work(days=1)
    assert parts(crm, keys) == [5, 1, 2, 3, 4]
    crm.work(days=1)
    with crm.world.crm.store.session(write=False) as session:
        told = session.audit.of("shop", keys[4], derived=True)
    assert [change.fields["part"] for change in told if change.kind == "derived"] == [(5, 4), (None, 5)]
