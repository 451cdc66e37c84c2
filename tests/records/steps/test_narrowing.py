"""Choices and links that depend on other fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.errors import Invalid
from relasi.records import Choosing, Source
from tests.records.world import World

FIRM = """
entity: firm
fields: {name: text, country: {type: choice, options: [indonesia, singapore]}}
access: {clerk: {read: all, create: true, update: all}}
"""
PERSON = """
entity: person
fields: {name: text, firm: {type: link, to: firm}, left: boolean}
access: {clerk: {read: all, create: true, update: all}}
"""
CASE = """
entity: case
fields:
  firm: {type: link, to: firm}
  person: {type: link, to: person, where: firm = record.firm and not left}
  country: {type: choice, options: [indonesia, singapore]}
  cities:
    type: multi_choice
    options:
      bandung: {when: country = indonesia}
      jakarta: {when: country = indonesia}
      jurong: {when: firm.country = singapore}
      elsewhere:
  note: text
access: {clerk: {read: all, create: true, update: all}}
"""
ROLES = "roles: {clerk: }\n"

Build = Callable[..., World]


@pytest.fixture
def world(build: Build) -> World:
    made = build(ROLES, FIRM, PERSON, CASE)
    for firm, country in (("maju", "indonesia"), ("jaya", "singapore")):
        made.create("firm", name=firm, country=country)
    for name, firm, left in (("ana", "maju", False), ("budi", "maju", True), ("citra", "jaya", False)):
        made.create("person", name=name, firm=key(made, "firm", firm), left=left)
    return made


def key(world: World, entity: str, name: str) -> str:
    return next(str(row["id"]) for row in world.rows(entity) if row["name"] == name)


def refused(call: Callable[[], object]) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        call()
    return [(issue.field, issue.code) for issue in caught.value.issues]


def test_a_link_takes_the_records_that_suit_the_record(world: World) -> None:
    made = world.create("case", firm=key(world, "firm", "maju"), person=key(world, "person", "ana"))
    assert made.values["person"] == key(world, "person", "ana")


@pytest.mark.parametrize("person", ["budi", "citra"])
def test_a_link_refuses_what_does_not_suit(world: World, person: str) -> None:
    firm, chosen = key(world, "firm", "maju"), key(world, "person", person)
    assert refused(lambda: world.create("case", firm=firm, person=chosen)) == [("person", "not_available")]


def test_what_was_chosen_must_suit_what_it_depends_on_when_that_changes(world: World) -> None:
    made = world.create("case", firm=key(world, "firm", "maju"), person=key(world, "person", "ana"))
    change = {"firm": key(world, "firm", "jaya")}
    update = world.crm.records.update
    assert refused(lambda: update(world.engine, "case", made.id, 1, change)) == [("person", "not_available")]


def test_a_record_that_suits_no_more_can_still_be_changed_elsewhere(world: World) -> None:
    ana = key(world, "person", "ana")
    made = world.create("case", firm=key(world, "firm", "maju"), person=ana)
    world.crm.records.update(world.engine, "person", ana, 1, {"left": True})
    changed = world.crm.records.update(world.engine, "case", made.id, 1, {"note": "called"})
    assert changed.values["note"] == "called"


def test_imports_are_held_to_it_too(world: World) -> None:
    actor = world.actor("ana", "clerk", source=Source.IMPORT)
    rows = [
        {"firm": key(world, "firm", "maju"), "person": key(world, "person", each)}
        for each in ("ana", "citra")
    ]
    with world.crm.records.work(actor) as work:
        results = work.create_many("case", rows)
    assert [[issue.code for issue in result.issues] for result in results] == [[], ["not_available"]]


def test_the_picker_offers_what_suits(world: World) -> None:
    chosen = Choosing("case", "person", {"firm": key(world, "firm", "maju")})
    offered = world.crm.records.options(world.actor("ana", "clerk"), "person", chosen=chosen)
    assert [title for _, title in offered] == ["ana"]


@pytest.mark.parametrize("values", [{}, {"firm": 3}, {"firm": None}, {"nonsense": "x"}])
def test_the_picker_offers_nothing_while_it_depends_on_what_is_not_there(
    world: World, values: dict[str, object]
) -> None:
    chosen = Choosing("case", "person", values)
    assert world.crm.records.options(world.engine, "person", chosen=chosen) == ()


def test_options_are_chosen_under_their_condition(world: World) -> None:
    made = world.create("case", country="indonesia", cities=["jakarta", "elsewhere"])
    assert made.values["cities"] == ("jakarta", "elsewhere")


def test_options_are_refused_without_their_condition(world: World) -> None:
    create = world.create
    assert refused(lambda: create("case", country="singapore", cities=["jakarta"])) == [
        ("cities", "not_available")
    ]


def test_a_form_offers_what_suits_what_is_entered(world: World) -> None:
    values = {"firm": key(world, "firm", "jaya"), "country": "indonesia"}
    state = world.crm.records.form_state(world.engine, "case", values)
    assert state.options["cities"] == {"bandung", "jakarta", "jurong", "elsewhere"}
    assert state.given["person"] == f'{{"firm": "{values["firm"]}"}}'
