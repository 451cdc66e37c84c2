"""Records that stand below others of their entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.errors import Forbidden, Invalid
from relasi.records import ListRequest
from tests.postgresql import WORLDS_ON_BOTH
from tests.records.world import World

UNIT = "entity: unit\nfields: {name: text, parent: {type: tree, on_delete: clear}}\n"

Build = Callable[..., World]


def chain(world: World, *names: str) -> dict[str, str]:
    """Each below the one before."""
    keys: dict[str, str] = {}
    for name in names:
        above = list(keys.values())[-1] if keys else None
        keys[name] = world.create("unit", name=name, parent=above).id
    return keys


def move(world: World, key: str, parent: str | None) -> Mapping[str, Any]:
    version = world.values("unit", key)["version"]
    return world.crm.records.update(world.engine, "unit", key, version, {"parent": parent}).values


def test_a_tree_links_to_its_own_entity(build: Build) -> None:
    world = build(UNIT)
    assert world.crm.model.entities["unit"].fields["parent"].links_to == ("unit",)


@pytest.mark.parametrize(("moved", "below"), [("a", "a"), ("a", "b"), ("a", "c"), ("b", "c")])
def test_no_record_comes_to_stand_below_itself(build: Build, moved: str, below: str) -> None:
    world = build(UNIT)
    keys = chain(world, "a", "b", "c")
    with pytest.raises(Invalid) as caught:
        move(world, keys[moved], keys[below])
    assert [(issue.field, issue.code) for issue in caught.value.issues] == [("parent", "below_itself")]


@WORLDS_ON_BOTH
def test_a_branch_moves_to_another(build: Build) -> None:
    world = build(UNIT)
    one, other = chain(world, "a", "b"), chain(world, "c", "d")
    assert move(world, one["a"], other["d"])["parent"] == other["d"]


@WORLDS_ON_BOTH
def test_several_moved_at_once_form_no_circle_together(build: Build) -> None:
    world = build(UNIT)
    a, b = (world.create("unit", name=name).id for name in "ab")
    with world.crm.records.work(world.engine) as work:
        results = work.update_many("unit", [(a, 1, {"parent": b}), (b, 1, {"parent": a})])
    assert {issue.code for result in results for issue in result.issues} == {"below_itself"}


def test_a_tree_grows_a_hundred_levels_deep_and_no_further(build: Build) -> None:
    world = build(UNIT)
    upper = list(chain(world, *(f"a{n}" for n in range(60))).values())
    lower = list(chain(world, *(f"b{n}" for n in range(41))).values())
    with pytest.raises(Invalid) as caught:
        move(world, lower[0], upper[-1])
    assert [(issue.field, issue.code) for issue in caught.value.issues] == [("parent", "too_deep")]

    move(world, lower[1], upper[-1])
    with pytest.raises(Invalid):
        world.create("unit", name="deeper", parent=lower[-1])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=12))
def test_whatever_is_moved_every_record_has_a_way_to_the_top(
    build: Build, moves: list[tuple[int, int | None]]
) -> None:
    world = build(UNIT)
    keys = [world.create("unit", name=str(n)).id for n in range(5)]
    for moved, below in moves:
        try:
            move(world, keys[moved], None if below is None else keys[below])
        except Invalid:
            continue
    above = {row["id"]: row["parent"] for row in world.rows("unit")}
    for key in keys:
        way = [key]
        while (parent := above[way[-1]]) is not None and len(way) <= len(keys):
            way.append(parent)
        assert above[way[-1]] is None


PLAN = """
entity: plan
fields:
  name: text
  region: {type: link, to: unit}
  place: {type: link, to: unit, where: "under(parent, record.region)"}
  site: {type: link, to: unit}
access:
  planner: {read: "under(site, region)"}
  auditor: {read: all}
"""
READ_BY = "access: {planner: {read: all}, auditor: {read: name != null}}\n"
ROLES = "roles: {planner: , auditor: }\n"


@pytest.fixture
def plans(build: Build) -> tuple[World, dict[str, str]]:
    world = build(UNIT + READ_BY, PLAN, ROLES)
    return world, chain(world, "country", "province", "city")


def test_a_condition_on_a_tree_decides_who_reads(plans: tuple[World, dict[str, str]]) -> None:
    world, units = plans
    world.create("plan", name="inside", region=units["province"], site=units["city"])
    world.create("plan", name="at", region=units["province"], site=units["province"])
    world.create("plan", name="above", region=units["province"], site=units["country"])
    world.create("plan", name="nowhere", region=units["province"])

    found = world.crm.records.list(world.actor("pia", "planner"), ListRequest("plan")).records
    assert {record.values["name"] for record in found} == {"inside", "at"}


def test_a_link_can_be_narrowed_to_a_branch(plans: tuple[World, dict[str, str]]) -> None:
    world, units = plans
    world.create("plan", region=units["country"], place=units["city"])
    with pytest.raises(Invalid) as caught:
        world.create("plan", region=units["city"], place=units["province"])
    assert [(issue.field, issue.code) for issue in caught.value.issues] == [("place", "not_available")]


def test_who_may_not_read_the_whole_tree_cannot_ask_where_a_record_stands(
    plans: tuple[World, dict[str, str]],
) -> None:
    world, units = plans
    request = ListRequest("plan", where=(f'under(site, "{units["country"]}")',))
    with pytest.raises(Forbidden):
        world.crm.records.list(world.actor("adi", "auditor"), request)
    assert world.crm.records.list(world.actor("pia", "planner"), request).records == ()
