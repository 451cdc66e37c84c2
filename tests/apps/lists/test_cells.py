from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from relasi.apps.lists.cells import editor_of, is_editable, save_cell, written
from relasi.apps.visitor import Visitor
from tests.records.world import World


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


def test_what_people_enter_is_editable_and_nothing_else(visitor: Visitor) -> None:
    letter = visitor.entity("letter")
    found = [each.name for each in letter.fields.values() if is_editable(visitor, letter, each)]
    editable = [
        "subject",
        "urgency",
        "amount",
        "share",
        "pages",
        "sealed",
        "said",
        "written_on",
        "sent_at",
        "owner",
    ]
    assert found == editable
    shelf = visitor.entity("shelf")
    assert not is_editable(visitor, shelf, shelf.fields["name"])


@pytest.mark.parametrize(
    ("language", "name", "typed", "value", "shown"),
    [
        ("en", "subject", "Hello", "Hello", "Hello"),
        ("en", "amount", "1,234.5", Decimal("1234.5"), "1,234.5"),
        ("id", "amount", "1.234,5", Decimal("1234.5"), "1.234,5"),
        ("en", "urgency", "high", "high", "high"),
        ("en", "urgency", "", None, ""),
        ("en", "sealed", "true", True, "true"),
        ("en", "written_on", "2026-11-22", date(2026, 11, 22), "2026-11-22"),
        (
            "en",
            "sent_at",
            "2026-11-22T09:30",
            datetime.fromisoformat("2026-11-22T02:30Z"),
            "2026-11-22T09:30",
        ),
    ],
)
def test_what_is_typed_becomes_a_value_and_stands_there_the_next_time(
    world: World,
    visit: Callable[..., Visitor],
    language: str,
    name: str,
    typed: str,
    value: object,
    shown: str,
) -> None:
    visitor = visit(language)
    letter, entity = world.create("letter", subject="A", urgency="low"), visitor.entity("letter")
    assert save_cell(visitor, entity, letter.id, letter.version, name=name, typed=typed) is None
    kept = world.values("letter", letter.id)[name]
    assert kept == value
    assert written(visitor, entity.fields[name], kept) == shown


def test_what_is_refused_is_given_back_with_the_reason(world: World, visitor: Visitor) -> None:
    letter, entity = world.create("letter", subject="A"), visitor.entity("letter")
    for name, typed in (("amount", "much"), ("subject", ""), ("written_on", "soon"), ("urgency", "never")):
        refused = save_cell(visitor, entity, letter.id, letter.version, name=name, typed=typed)
        assert refused is not None
        assert (refused.typed, refused.version, bool(refused.message)) == (typed, letter.version, True)
    assert world.values("letter", letter.id)["version"] == letter.version


def test_a_change_by_somebody_else_is_shown_and_can_be_written_over(world: World, visitor: Visitor) -> None:
    letter, entity = world.create("letter", subject="A"), visitor.entity("letter")
    world.crm.records.update(world.engine, "letter", letter.id, 1, {"subject": "Theirs"})
    refused = save_cell(visitor, entity, letter.id, 1, name="subject", typed="Mine")
    assert refused is not None
    assert "Theirs" in refused.message
    assert save_cell(visitor, entity, letter.id, refused.version, name="subject", typed="Mine") is None
    assert world.values("letter", letter.id)["subject"] == "Mine"


def test_a_change_of_another_field_is_no_obstacle(world: World, visitor: Visitor) -> None:
    letter, entity = world.create("letter", subject="A"), visitor.entity("letter")
    world.crm.records.update(world.engine, "letter", letter.id, 1, {"pages": 3})
    assert save_cell(visitor, entity, letter.id, 1, name="subject", typed="Mine") is None
    found = world.values("letter", letter.id)
    assert (found["subject"], found["pages"]) == ("Mine", 3)


def test_a_field_that_may_not_be_changed_here_is_not(world: World, visitor: Visitor) -> None:
    letter, entity = world.create("letter", subject="A", secret="s"), visitor.entity("letter")
    for name in ("secret", "state", "number", "id", "nothing"):
        save_cell(visitor, entity, letter.id, letter.version, name=name, typed="x")
    assert world.values("letter", letter.id)["version"] == letter.version


def test_a_required_choice_cannot_be_emptied(visitor: Visitor) -> None:
    letter = visitor.entity("letter")
    assert [each["value"] for each in editor_of(visitor, letter.fields["urgency"])["options"]] == [
        "",
        "low",
        "high",
    ]
