"""A move that somebody confirms while others are at work on the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.apps.screens.moves import asked_for, make_move
from relasi.apps.visitor import Visitor
from relasi.errors import RelasiError, Stale
from relasi.records import Record
from relasi.schema.model import Move
from tests.records.world import World


def move_of(visitor: Visitor, name: str) -> Move:
    process = visitor.entity("letter").process
    assert process is not None
    return next(move for move in process.moves if move.name == name)


def finish(visitor: Visitor, letter: Record, amount: str) -> None:
    """Moves the letter as the visitor has seen it."""
    make_move(visitor, letter, move_of(visitor, "finish"), {"amount": amount})


def change(world: World, letter: Record, **values: object) -> None:
    world.crm.records.update(world.engine, "letter", letter.id, letter.version, values)


def test_what_was_changed_elsewhere_in_the_record_is_no_hindrance(
    world: World, visit: Callable[..., Visitor]
) -> None:
    letter = world.create("letter", subject="Offer")
    change(world, letter, pages=3)

    finish(visit(), letter, "5")

    row = world.values("letter", letter.id)
    assert (row["state"], row["pages"]) == ("done", 3)


def test_what_somebody_else_has_entered_meanwhile_is_not_overwritten(
    world: World, visit: Callable[..., Visitor]
) -> None:
    letter = world.create("letter", subject="Offer")
    change(world, letter, amount="7")

    with pytest.raises(Stale):
        finish(visit(), letter, "5")
    assert world.values("letter", letter.id)["state"] == "open"


def test_a_move_that_somebody_else_has_made_is_not_made_twice(
    world: World, visit: Callable[..., Visitor]
) -> None:
    letter, visitor = world.create("letter", subject="Offer"), visit()
    finish(visitor, letter, "5")

    with pytest.raises(RelasiError) as refused:
        finish(visitor, letter, "5")
    assert not isinstance(refused.value, Stale)
    assert world.values("letter", letter.id)["version"] == 2


def test_what_a_move_needs_is_asked_for_where_it_is_empty(
    world: World, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    finish_ = move_of(visitor, "finish")
    assert asked_for(visitor, world.create("letter", subject="Bare"), finish_) == ["amount"]
    assert asked_for(visitor, world.create("letter", subject="Full", amount=5), finish_) == []


def test_what_a_move_asks_anew_is_asked_for_in_any_case(world: World, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    letter = world.create("letter", subject="Full", amount=5, pages=3)
    assert asked_for(visitor, letter, move_of(visitor, "recount")) == ["pages"]
