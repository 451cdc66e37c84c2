from __future__ import annotations

import pytest

from relasi.schema.expressions import ExpressionError
from relasi.schema.expressions.types import Choice
from relasi.schema.scope import ModelScope
from tests.builders import condition, entity, model

DESK = model(
    entity("room", {"kind": {"type": "choice", "options": ["single", "double"]}, "floor": "number"}),
    entity(
        "visit",
        {"room": {"type": "link", "to": "room"}, "price": "money"},
        states={"planned": "open", "held": "done"},
    ),
)


def test_a_filter_may_read_every_field_the_engines_own_too() -> None:
    assert condition(DESK, "visit", "price > 3 and created_at < now()").fields == {"price", "created_at"}


def test_a_filter_may_follow_links() -> None:
    assert condition(DESK, "visit", "room.kind = double").reads == {("visit", "room"), ("room", "kind")}


def test_a_filter_may_ask_for_the_kind_of_a_state() -> None:
    assert condition(DESK, "visit", "status.kind = done").fields == {"status"}


def test_a_choice_knows_whose_options_it_has() -> None:
    found = ModelScope(DESK, "visit").field("room", "kind")
    assert found is not None
    assert found.type == Choice(("single", "double"), owner="room.kind")


@pytest.mark.parametrize("text", ["flor > 3", "kind = triple", "old.floor = 3", "floor.x = 1"])
def test_a_filter_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        condition(DESK, "room", text)


def test_names_that_the_model_lacks_are_none() -> None:
    scope = ModelScope(DESK, "room")
    assert (scope.field("room", "size"), scope.field("hotel", "name"), list(scope.fields("hotel"))) == (
        None,
        None,
        [],
    )
