"""Whose records somebody may see and change, by teams: one by one, in lists, and as people change teams."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.errors import Forbidden, NotFound
from relasi.records import Actor, ListRequest
from relasi.store.users import Post
from tests.records.world import World, make_world

TEAMS = """
teams:
  head: {}
  west: {below: head}
  west_city: {below: west}
  east: {below: head}
"""
ROLES = "roles: {colleague: {}, leader: {}, both: {}}"
NOTE = """
entity: note
fields: {title: text, owner: user}
access:
  colleague: {read: team, update: own}
  leader: {read: tree, update: tree}
  both: {read: own or tree}
"""
PLACES = {"hana": "head", "wati": "west", "wira": "west", "cici": "west_city", "eka": "east", "solo": None}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path, TEAMS, ROLES, NOTE)
    for name, team in PLACES.items():
        _place(world, name, team)
        world.create("note", title=name, owner=world.user(name))
    world.create("note", title="nobody")
    return world


def _place(world: World, name: str, team: str | None) -> None:
    key = world.user(name, "leader" if name in ("hana", "wira") else "colleague")
    with world.crm.store.session() as session:
        session.users.place(key, Post(team))


def seen(world: World, actor: Actor) -> set[str]:
    listed = {row.title for row in world.crm.records.list(actor, ListRequest("note")).records}
    assert world.crm.records.count(actor, ListRequest("note")).number == len(listed)
    assert listed == {each["title"] for each in world.rows("note") if _opens(world, actor, each["id"])}
    return listed


def _opens(world: World, actor: Actor, key: str) -> bool:
    try:
        world.crm.records.get(actor, "note", key)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("wati", {"wati", "wira"}),
        ("wira", {"wati", "wira", "cici"}),
        ("hana", {"hana", "wati", "wira", "cici", "eka"}),
        ("eka", {"eka"}),
        ("solo", set()),
    ],
)
def test_everybody_sees_the_records_of_their_team_or_of_all_below(
    world: World, name: str, titles: set[str]
) -> None:
    assert seen(world, world.actor(name)) == titles


def test_whoever_is_in_no_team_shares_nothing_with_others_in_none(world: World) -> None:
    world.create("note", title="other", owner=world.user("loner", "colleague"))
    assert seen(world, world.actor("solo")) == set()


def test_own_or_tree_joins_both(world: World) -> None:
    world.create("note", title="mine", owner=world.user("duo", "both"))
    assert seen(world, world.actor("duo")) == {"mine"}


def test_whoever_changes_teams_sees_other_records_at_once(world: World) -> None:
    assert seen(world, world.actor("wati")) == {"wati", "wira"}
    _place(world, "wati", "east")
    assert seen(world, world.actor("wati")) == {"wati", "eka"}
    assert seen(world, world.actor("eka")) == {"wati", "eka"}


def test_a_leader_changes_what_the_tree_covers_and_a_colleague_only_their_own(world: World) -> None:
    keys = {row["title"]: row["id"] for row in world.rows("note")}
    world.crm.records.update(world.actor("wira"), "note", keys["cici"], 1, {"title": "changed"})
    with pytest.raises(Forbidden):
        world.crm.records.update(world.actor("wati"), "note", keys["wira"], 1, {"title": "changed"})


def test_people_filter_by_team(world: World) -> None:
    request = ListRequest("note", where=("under(owner.team, west)",))
    found = {row.title for row in world.crm.records.list(world.actor("hana"), request).records}
    assert found == {"wati", "wira", "cici"}


@settings(max_examples=10, deadline=None)
@given(teams=st.dictionaries(st.sampled_from(list(PLACES)), st.sampled_from([None, "head", "west", "east"])))
def test_wherever_people_are_lists_and_single_records_agree(
    tmp_path_factory: pytest.TempPathFactory, teams: dict[str, str | None]
) -> None:
    world = make_world(tmp_path_factory.mktemp("teams"), TEAMS, ROLES, NOTE)
    for name, team in {**PLACES, **teams}.items():
        _place(world, name, team)
        world.create("note", title=name, owner=world.user(name))
    for name in PLACES:
        seen(world, world.actor(name))
    world.crm.close()
