from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from relasi.apps.lists.views import (
    audiences,
    drop,
    is_changed,
    made,
    open_with,
    opening,
    query_of,
    save,
    shared,
    state_of,
    views_of,
)
from relasi.apps.visitor import Visitor, visitor_of
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.schema.model import Sort
from tests.records.world import World, make_world

ROLES = """
roles:
  clerk: {}
  head: {includes: [clerk], share_views: true}
"""
NOTE = """
entity: note
title: "{name}"
fields: {name: text, size: number, price: number, made_on: date}
lists:
  all: {columns: [name, size]}
  big: {where: size > 5, columns: [name]}
access:
  clerk: {read: all, hide: [price]}
  head: {read: all}
"""
STATE = ListState(
    "big", "x", Sort("size", True), {"made_on": ("2026-01-01", "")}, columns=("size", "name"), at="somewhere"
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made_world = make_world(tmp_path, ROLES, NOTE)
    yield made_world
    made_world.crm.close()


@pytest.fixture
def person(world: World) -> Callable[..., Visitor]:
    def visitor(name: str, role: str) -> Visitor:
        key = world.user(name, role)
        with world.crm.store.session(write=False) as session:
            user = session.users.get(key)
        assert user is not None
        return visitor_of(world.crm, user)

    return visitor


def listed(visitor: Visitor) -> Listed:
    return Listed.of(visitor, visitor.entity("note"))


def test_a_view_brings_back_what_the_list_showed(person: Callable[..., Visitor]) -> None:
    ani = person("ani", "clerk")
    save(ani, made(ani, "note", "Big ones", "own", STATE))
    (view,) = views_of(ani, "note")
    state, is_less = state_of(listed(ani), view)
    assert state == replace(STATE, view=view.id, at="")
    assert not is_less
    assert not is_changed(state, view)
    assert is_changed(replace(state, search="y"), view)


def test_what_is_there_no_more_is_left_out_and_told(person: Callable[..., Visitor]) -> None:
    ani = person("ani", "clerk")
    view = replace(
        made(ani, "note", "Old", "own", STATE),
        query={"list": ["gone"], "c": ["name", "lost"], "f.lost": ["1"], "sort": ["-lost"]},
    )
    state, is_less = state_of(listed(ani), view)
    assert state == ListState("all", columns=("name",), view=view.id)
    assert is_less


def test_a_view_of_others_shows_nothing_that_is_hidden(person: Callable[..., Visitor]) -> None:
    head, ani = person("budi", "head"), person("ani", "clerk")
    state = ListState("all", sort=Sort("price"), filters={"price": ("3", "3")}, columns=("name", "price"))
    save(head, made(head, "note", "Prices", "all", state))
    (view,) = views_of(ani, "note")
    seen, is_less = state_of(listed(ani), view)
    assert (seen.columns, seen.filters, seen.sort, is_less) == (("name",), {}, None, True)
    assert state_of(listed(head), view)[0].columns == ("name", "price")


def test_who_may_not_share_saves_for_nobody_else(person: Callable[..., Visitor]) -> None:
    ani, head = person("ani", "clerk"), person("budi", "head")
    assert (audiences(ani), audiences(head)) == (("own",), ("own", "all"))
    save(ani, made(ani, "note", "Mine", "all", STATE))
    assert views_of(head, "note") == ()


def test_a_view_is_changed_and_taken_away_by_its_owner_alone(person: Callable[..., Visitor]) -> None:
    head, ani = person("budi", "head"), person("ani", "clerk")
    view = made(head, "note", "Shared", "all", STATE)
    save(head, view)
    save(ani, replace(view, name="Taken over"))
    drop(ani, view)
    assert [each.name for each in views_of(ani, "note")] == ["Shared"]
    save(head, replace(shared(head, view, "own"), name="Renamed"))
    assert ([each.name for each in views_of(head, "note")], views_of(ani, "note")) == (["Renamed"], ())
    drop(head, view)
    assert views_of(head, "note") == ()


def test_a_list_opens_with_the_view_that_was_chosen_unless_one_was_left(
    person: Callable[..., Visitor],
) -> None:
    ani = person("ani", "clerk")
    view = made(ani, "note", "Big ones", "own", STATE)
    save(ani, view)
    assert opening(ani, "note", "") is None
    open_with(ani, "note", view.id)
    assert opening(ani, "note", "") == view
    assert opening(ani, "note", "-") is None


def test_a_view_that_is_not_shared_any_more_opens_nothing(person: Callable[..., Visitor]) -> None:
    head, ani = person("budi", "head"), person("ani", "clerk")
    view = made(head, "note", "Shared", "all", STATE)
    save(head, view)
    open_with(ani, "note", view.id)
    save(head, shared(head, view, "own"))
    assert opening(ani, "note", "") is None
    assert opening(ani, "note", view.id) is None


def test_columns_that_are_chosen_are_shown_and_exported_in_their_order(
    person: Callable[..., Visitor],
) -> None:
    found = listed(person("ani", "clerk"))
    state = found.state({"c": ["size", "price", "nothing", "name"]})
    assert found.columns(state) == ("size", "name")
    assert found.request(state).fields == ("size", "name")
    assert query_of(state) == {"c": ["size", "name"]} | {"list": ["all"]}


def test_a_link_to_what_somebody_may_not_look_at_is_no_column_for_them(
    build: Callable[..., World],
) -> None:
    safe = "entity: safe\nfields: {name: text}\naccess: {head: {read: all}}\n"
    note = NOTE.replace("fields: {", "fields: {safe: {type: link, to: safe}, ").replace(
        "all: {columns: [name, size]}", "all: {columns: [name, safe]}"
    )
    world = build(ROLES, note, safe)
    seen = {}
    for role in ("clerk", "head"):
        key = world.user(role, role)
        with world.crm.store.session(write=False) as session:
            user = session.users.get(key)
        assert user is not None
        found = listed(visitor_of(world.crm, user))
        seen[role] = (found.columns(found.state({})), "safe" in found.offered)
    assert seen == {"clerk": (("name",), False), "head": (("name", "safe"), True)}
