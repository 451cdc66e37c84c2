from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.apps.visitor import Visitor
from relasi.records import ListRequest
from relasi.reports.filters import BELOW, Way, condition, filterable
from relasi.reports.liststate import ListState
from relasi.schema.expressions import Expression
from relasi.schema.scope import ModelScope
from tests.records.world import World


def found(world: World, visitor: Visitor, **filters: tuple[str, ...]) -> set[str]:
    """The subjects of the letters that the filters let through."""
    letter = visitor.entity("letter")
    ways = filterable(letter, (), visitor.trees)
    where = ListState("", "", None, filters).conditions(letter.fields, ways)
    page = world.crm.records.list(visitor.actor, ListRequest("letter", where=where))
    return {str(record.values["subject"]) for record in page.records}


@pytest.mark.parametrize(
    ("name", "values", "subjects"),
    [
        ("urgency", ("high",), {"One"}),
        ("urgency", ("high", "low"), {"One", "Two"}),
        ("tags", ("lost",), {"Two"}),
        ("amount", ("100", ""), {"Two"}),
        ("amount", ("", "100.00"), {"One"}),
        ("amount", ("10", "20"), set()),
        ("sealed", ("yes",), {"One"}),
        ("sealed", ("no",), {"Two", "Three"}),
        ("written_on", ("2026-11-02", "2026-11-02"), {"Two"}),
        ("sent_at", ("2026-11-03", "2026-11-03"), {"One"}),
        ("subject", ("w o",), {"Two"}),
        ("subject", ('"',), set()),
    ],
)
def test_a_filter_lets_the_right_records_through(
    world: World, visit: Callable[..., Visitor], name: str, values: tuple[str, ...], subjects: set[str]
) -> None:
    world.create("letter", subject="One", urgency="high", amount="5", sealed=True, written_on="2026-11-01",
                 sent_at="2026-11-02T17:30:00+00:00")  # fmt: skip
    world.create(
        "letter", subject="Two", urgency="low", amount="500", tags=("lost",), written_on="2026-11-02"
    )
    world.create("letter", subject="Three")

    assert found(world, visit(), **{name: values}) == subjects


def test_a_day_is_the_day_of_the_company(world: World, visit: Callable[..., Visitor]) -> None:
    """17:30 in London is half past midnight of the next day in Jakarta."""
    world.create("letter", subject="Late", sent_at="2026-11-02T17:30:00+00:00")

    assert found(world, visit(), sent_at=("2026-11-03", "")) == {"Late"}
    assert found(world, visit(), sent_at=("", "2026-11-02")) == set()


def test_me_is_whoever_looks(world: World, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    world.create("letter", subject="Mine", owner=visitor.user.id)
    world.create("letter", subject="Nobody's")

    assert found(world, visitor, owner=("me",)) == {"Mine"}


@pytest.mark.parametrize(("below", "subjects"), [((), {"One"}), ((BELOW,), {"One", "Two"})])
def test_a_record_of_a_tree_stands_for_itself_or_for_all_below_it(
    world: World, visit: Callable[..., Visitor], below: tuple[str, ...], subjects: set[str]
) -> None:
    top = world.create("folder", name="Top").id
    inner = world.create("folder", name="Inner", parent=top).id
    world.create("letter", subject="One", folder=top)
    world.create("letter", subject="Two", folder=inner)
    world.create("letter", subject="Three")

    assert found(world, visit(), folder=(top, *below)) == subjects


def test_all_below_is_offered_to_those_who_may_see_the_whole_tree(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    letter = visitor.entity("letter")

    assert filterable(letter, (), visitor.trees)["folder"] is Way.BRANCH
    assert filterable(letter, (), ())["folder"] is Way.RECORD


def test_a_field_that_is_hidden_from_the_visitor_is_not_offered(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    letter = visitor.entity("letter")

    ways = filterable(letter, visitor.hidden(letter))

    assert "secret" not in ways
    assert ways["urgency"] is Way.ONE_OF


@given(values=st.lists(st.text(max_size=90), max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_whatever_stands_in_an_address_is_a_legal_condition_or_none(
    world: World, visit: Callable[..., Visitor], values: list[str]
) -> None:
    scope = ModelScope(world.crm.model, "letter")
    letter = world.crm.model.entities["letter"]

    for name, way in filterable(letter, (), {"folder"}).items():
        text = condition(letter.fields[name], way, tuple(values))
        if text is not None:
            Expression.parse(text, scope)
