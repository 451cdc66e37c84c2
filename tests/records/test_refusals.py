"""What an entity refuses is not saved, through whichever channel it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from relasi.errors import Invalid
from relasi.records import Source
from tests.records.world import World

STAY = """
entity: stay
fields:
  guest: text
  first: date
  last: date
  paid: {type: money, default: 0}
process:
  states: {booked: {}, over: {kind: done}}
  moves: {leave: {from: [booked], to: over}}
refuse:
  backwards:
    when: last < first
    message: {en: The last day is before the first., id: Hari terakhir sebelum hari pertama.}
    field: last
  unpaid: {when: status = over and paid = 0, message: Nobody leaves without paying.}
"""
RULE = """
workflow: turn_back
entity: stay
when: {changed: guest}
do: [{set: {last: first - 1 day}}]
"""
FIRST, DAY_BEFORE = date(2026, 11, 21), date(2026, 11, 20)


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build("roles: {agent: {}}", STAY, RULE)


def test_what_it_says_is_told_beside_its_field_in_the_language_of_the_reader(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.create("stay", first=FIRST, last=DAY_BEFORE)

    (issue,) = caught.value.issues
    assert (issue.field, issue.text("en"), issue.text("id")) == (
        "last",
        "The last day is before the first.",
        "Hari terakhir sebelum hari pertama.",
    )


def test_a_comparison_with_an_empty_field_refuses_nothing(world: World) -> None:
    assert world.create("stay", last=DAY_BEFORE).values["first"] is None


def test_a_change_is_refused_like_a_new_record(world: World) -> None:
    stay = world.create("stay", first=FIRST, last=FIRST)

    with pytest.raises(Invalid):
        world.crm.records.update(world.engine, "stay", stay.id, 1, {"last": DAY_BEFORE})


def test_an_import_is_refused_row_by_row(world: World) -> None:
    importer = replace(world.engine, source=Source.IMPORT)
    rows = [{"first": FIRST, "last": last} for last in (FIRST, DAY_BEFORE)]

    with world.crm.records.work(importer) as work:
        results = work.create_many("stay", rows)

    assert [[issue.code for issue in each.issues] for each in results] == [[], ["refused"]]


def test_a_move_is_refused(world: World) -> None:
    stay = world.create("stay")

    with pytest.raises(Invalid) as caught:
        world.crm.records.move(world.engine, "stay", stay.id, 1, move="leave")

    assert [issue.text() for issue in caught.value.issues] == ["Nobody leaves without paying."]


def test_a_rule_fails(world: World) -> None:
    stay = world.create("stay", first=FIRST, last=FIRST)

    world.crm.records.update(world.engine, "stay", stay.id, 1, {"guest": "Budi"})

    assert world.values("stay", stay.id)["last"] == FIRST
    assert [trace.outcome for trace in world.traces("stay", stay.id)] == ["failed"]
