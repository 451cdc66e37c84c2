"""Defaults that are made of other values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from relasi.errors import Invalid
from relasi.records import Actor, ListRequest, Source
from tests.records.world import NOW, World

FIRM = "entity: firm\nfields: {name: text, keeper: user}\n"
CASE = """
entity: case
fields:
  firm: {type: link, to: firm}
  urgency: {type: choice, options: {low: {weight: 1}, high: {weight: 2.5}, unknown: }, default: low}
  owner: {type: user, default_from: "coalesce(firm.keeper, user)"}
  due: {type: datetime, default_from: now() + 2 days}
  chance: {type: percent, max: 20, default_from: urgency.weight * 10}
  locked: {type: number, read_only: true, default_from: "7"}
  subject: {type: text, default_from: "Case of {firm.name}"}
process:
  states: {new: {weight: 10}, held: {kind: done, weight: 100}}
  moves: {hold: {from: [new], to: held}}
access: {clerk: {read: all, create: true, update: all}}
"""
ROLES = "roles: {clerk: , boss: {everything: true}}\n"

Build = Callable[..., World]


@pytest.fixture
def world(build: Build) -> World:
    return build(ROLES, FIRM, CASE)


def test_a_default_comes_from_a_linked_record(world: World) -> None:
    firm = world.create("firm", name="Maju", keeper=world.user("ana", "clerk"))
    made = world.create("case", firm=firm.id)
    assert (made.values["owner"], made.values["subject"]) == (world.user("ana"), "Case of Maju")


def test_a_default_comes_from_who_creates_the_record(world: World) -> None:
    made = world.crm.records.create(world.actor("budi", "clerk"), "case", {})
    assert made.values["owner"] == world.user("budi")


def test_a_default_comes_from_the_moment(world: World) -> None:
    assert world.create("case").values["due"] == NOW + timedelta(days=2)


def test_what_is_given_stays(world: World) -> None:
    assert world.create("case", subject="Mine").values["subject"] == "Mine"


def test_it_counts_on_every_channel(world: World) -> None:
    with world.crm.records.work(world.actor("ana", "clerk", source=Source.IMPORT)) as work:
        (result,) = work.create_many("case", [{"urgency": "low"}])
    assert world.values("case", result.id or "")["chance"] == 10


def test_a_field_that_nobody_may_write_gets_its_default(world: World) -> None:
    assert world.create("case").values["locked"] == 7


def test_an_update_fills_nothing(world: World) -> None:
    made = world.create("case")
    changed = world.crm.records.update(world.engine, "case", made.id, 1, {"subject": None})
    assert changed.values["subject"] is None


def test_a_default_that_does_not_fit_is_told(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.create("case", urgency="high")
    assert [issue.field for issue in caught.value.issues] == ["chance"]


def test_an_empty_form_shows_what_does_not_depend_on_its_fields(world: World) -> None:
    values = world.crm.records.new_values(world.actor("ana", "clerk"), "case")
    assert (values["due"], values["locked"], values["chance"]) == (NOW + timedelta(days=2), 7, None)


def test_a_form_demands_nothing_that_is_filled_in_by_itself(build: Build) -> None:
    course = """
entity: course
fields:
  first_day: {type: date, required: true}
  last_day: {type: date, required: true, default_from: first_day + 1 day}
access: {clerk: {read: all, create: true, update: all}}
"""
    world = build(ROLES, course)
    ana, made = world.actor("ana", "clerk"), world.create("course", first_day="2027-01-04")

    assert world.crm.records.form_state(ana, "course", {}).required == {"first_day"}
    assert world.crm.records.form_state(ana, "course", {}, record=made).required == {"first_day", "last_day"}


def test_a_form_that_was_given_a_link_shows_what_follows_from_it(world: World) -> None:
    firm = world.create("firm", name="Maju", keeper=world.user("budi", "clerk"))
    given = {"firm": firm.id}
    clerk = world.crm.records.new_values(world.actor("ana", "clerk"), "case", given)
    reader = world.crm.records.new_values(world.actor("rudi", "boss"), "case", given)
    assert (clerk["firm"], clerk["owner"]) == (firm.id, None)
    assert (reader["firm"], reader["owner"]) == (firm.id, world.user("budi"))


def test_a_form_that_was_given_a_link_shows_what_has_to_suit_it(build: Build) -> None:
    person = """
entity: person
fields: {firm: {type: link, to: firm}}
access: {clerk: {read: created_by = user, create: true}}
"""
    call = """
entity: call
fields:
  firm: {type: link, to: firm}
  caller: {type: link, to: person, where: firm = record.firm or record.firm is empty}
access: {clerk: {create: true}}
"""
    world = build(ROLES, FIRM + "access: {clerk: {read: all}}\n", person, call)
    ana, budi = world.actor("ana", "clerk"), world.actor("budi", "clerk")
    firm = world.create("firm", name="Maju")
    caller = world.crm.records.create(ana, "person", {"firm": firm.id})

    def shown(actor: Actor) -> object:
        return world.crm.records.new_values(actor, "call", {"caller": caller.id})["firm"]

    assert (shown(ana), shown(budi)) == (firm.id, None)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("urgency.weight = 1", ["low"]),
        ("urgency.weight != 1", ["high", "unknown"]),
        ("urgency.weight >= 2.5", ["high"]),
        ("urgency.weight * 2 in [2, 5]", ["high", "low"]),
        ("urgency.weight is empty", ["unknown"]),
        ("status.weight < 50 and urgency.weight < 2", ["low"]),
    ],
)
def test_lists_ask_for_the_weight_of_an_option(world: World, condition: str, found: list[str]) -> None:
    for urgency in ("low", "high", "unknown"):
        world.create("case", urgency=urgency, chance=Decimal(1))
    records = world.crm.records.list(world.engine, ListRequest("case", where=(condition,))).records
    assert sorted(str(each.values["urgency"]) for each in records) == found
