"""What stands on a board: all that the visitor may see of a list, counted and added up in columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from relasi.apps.lists.boards import Column, board_data, columns_of, needed
from relasi.apps.places import Here, Place
from relasi.apps.visitor import visitor_of
from relasi.records import ListRequest
from relasi.reports.listed import Listed
from relasi.reports.liststate import ListState
from relasi.schema.model.layout import Board
from tests.records.world import World, make_world

DEAL = """
entity: deal
title: "{name}"
fields:
  name: text
  amount: number
  owner: user
  size: {type: choice, options: [small, large]}
board: {sum: amount, card: [owner, amount]}
process:
  states: {new: {kind: open, color: blue}, won: {kind: done}, lost: {kind: done}}
  moves:
    win: {from: [new], to: won, if: amount > 5}
    lose: {from: [new], to: lost, who: [lead]}
lists:
  all: {columns: [name], sort: [name]}
  open: {columns: [name], where: status.kind = open}
access:
  agent: {read: 'name != "secret"', update: all}
  blind: {read: all, hide: [amount]}
  stateless: {read: all, hide: [status]}
  lead: {}
"""
ROLES = "roles: {agent: {}, blind: {}, stateless: {}, lead: {}}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path, ROLES, DEAL)
    for name, amount in (("a", 10), ("b", 1), ("c", 4), ("secret", 1000)):
        world.create("deal", name=name, amount=amount, size="small" if name == "b" else None)
    return world


def seen_by(world: World, role: str) -> Here:
    world.actor(role, role)
    with world.crm.store.session(write=False) as session:
        user = session.users.by_name(role)
    assert user is not None
    return Here(visitor_of(world.crm, user), Place("", "deal"), {})


def board_of(here: Here) -> Board:
    assert here.entity.board is not None
    return here.entity.board


def columns(here: Here, board: Board | None = None, **sizes: int) -> dict[str, Column]:
    layout = board or board_of(here)
    listed = Listed.of(here.visitor, here.entity)
    request = replace(listed.request(ListState("all")), fields=needed(here, layout))
    return {column.key: column for column in columns_of(here, layout, request, sizes)}


def test_every_state_has_a_column_with_the_count_and_the_sum_of_what_may_be_seen(world: World) -> None:
    found = columns(seen_by(world, "agent"))
    assert list(found) == ["new", "won", "lost"]
    assert (found["new"].count, found["new"].total) == (3, 15)
    assert [record.title for record in found["new"].records] == ["a", "b", "c"]
    assert (found["won"].count, found["won"].total, found["won"].records) == (0, None, ())


def test_a_column_has_as_many_cards_as_are_asked_for_and_counts_all(world: World) -> None:
    here = seen_by(world, "agent")
    layout = board_of(here)
    found = columns(here, new=2)
    assert (found["new"].count, len(found["new"].records)) == (3, 2)
    assert board_data(here, layout, found.values(), 0)["columns"][0]["more"] is True


def test_nothing_is_added_up_that_may_not_be_seen(world: World) -> None:
    here = seen_by(world, "blind")
    found = columns(here)
    assert (found["new"].count, found["new"].total) == (4, None)
    data = board_data(here, board_of(here), found.values(), 0)
    assert data["columns"][0]["sum"] == ""
    assert all(fact["label"] != "Amount" for card in data["columns"][0]["cards"] for fact in card["facts"])


def test_a_card_names_what_a_bare_number_is(world: World) -> None:
    here = seen_by(world, "agent")
    world.create("deal", name="owned", amount=7, owner=here.visitor.user.id)
    cards = board_data(here, board_of(here), columns(here).values(), 0)["columns"][0]["cards"]
    facts = next(card["facts"] for card in cards if card["title"] == "owned")
    assert [(fact["label"], fact["is_bare"]) for fact in facts] == [("Owner", False), ("Amount", True)]


def test_there_is_no_board_for_whoever_does_not_see_its_columns(world: World) -> None:
    assert Listed.of(seen_by(world, "agent").visitor, world.crm.model.entities["deal"]).layouts == ("board",)
    stateless = Listed.of(seen_by(world, "stateless").visitor, world.crm.model.entities["deal"])
    assert stateless.layouts == ()
    assert stateless.state({"layout": ["board"]}).layout == ""


def test_a_card_tells_where_it_can_go_and_why_not(world: World) -> None:
    here = seen_by(world, "agent")
    cards = board_data(here, board_of(here), columns(here).values(), 0)["columns"][0]["cards"]
    assert cards[0]["open"] == ["won"]
    assert cards[1]["open"] == []
    assert set(cards[1]["closed"]) == {"won", "lost"}
    assert "5" in cards[1]["closed"]["won"]
    assert "Lead" in cards[1]["closed"]["lost"]


def test_records_without_a_value_have_a_column_of_their_own(world: World) -> None:
    here = seen_by(world, "agent")
    found = columns(here, Board("size", None, ()))
    assert {key: column.count for key, column in found.items()} == {"small": 1, "large": 0, "": 2}


def test_the_columns_go_by_the_condition_of_the_list(world: World) -> None:
    here = seen_by(world, "agent")
    record = world.rows("deal")[0]
    world.crm.records.move(world.engine, "deal", record["id"], record["version"], move="win")
    request = ListRequest("deal", where=("amount > 3",))
    found = columns_of(here, board_of(here), request, {})
    assert [(column.key, column.count) for column in found] == [("new", 1), ("won", 1), ("lost", 0)]
