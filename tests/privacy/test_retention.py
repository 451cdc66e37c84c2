"""Data whose time is over: listed, taken away when somebody says so, or by themselves after a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from relasi.privacy.retention import NOTICE
from relasi.records import Record
from tests.records.world import SETTINGS, World, make_world

GUEST = """
entity: guest
person: kind = human
purpose: service
keep: 1 year after left_on
fields:
  name: {type: text, personal: true, required: true}
  kind: {type: choice, options: [human, firm], default: human}
  allergy: {type: text, personal: true, keep: 30 days after left_on}
  left_on: date
  rank: number
access:
  clerk: {read: all, update: all}
"""
STAY = """
entity: stay
belongs_to: guest
purpose: service
keep: {for: 2 years, after: ended_on, then: anonymise}
fields:
  guest: {type: link, to: guest}
  note: {type: text, personal: true}
  ended_on: date
"""
ROLES = "roles: {admin: {everything: true}, clerk: null}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, SETTINGS, GUEST, STAY, ROLES)
    yield made
    made.crm.close()


def guest(world: World, left_on: date | None = date(2025, 11, 20), **values: str) -> Record:
    return world.create("guest", **{"name": "Budi", **values}, left_on=left_on)


def due(world: World) -> dict[str, list[str]]:
    found = world.crm.retentions.due(world.engine)
    return {each.rule.name: [key for key, _ in each.records] for each in found}


def sweep(world: World) -> None:
    while world.crm.retentions.sweep(world.clock()):
        pass


def test_a_person_whose_time_is_over_is_due(world: World) -> None:
    budi = guest(world)
    assert due(world) == {"guest": [budi.id]}


@pytest.mark.parametrize("left_on", [date(2025, 11, 23), None], ids=["too early", "still here"])
def test_nobody_is_due_before(world: World, left_on: date | None) -> None:
    guest(world, left_on)
    assert due(world) == {}


def test_what_is_no_person_is_never_due(world: World) -> None:
    guest(world, kind="firm")
    assert due(world) == {}


def test_a_field_may_be_due_before_the_person(world: World) -> None:
    budi = guest(world, date(2026, 10, 1), allergy="nuts")
    assert due(world) == {"guest.allergy": [budi.id]}


def test_a_field_that_is_due_is_emptied_and_forgotten_by_the_audit_log(world: World) -> None:
    budi = guest(world, date(2026, 10, 1), allergy="nuts")
    world.crm.retentions.carry_out(world.engine, "guest.allergy", [budi.id], "over")
    said = [change.fields.get("allergy") for change in world.changes("guest", budi.id)]
    assert (world.values("guest", budi.id)["allergy"], "nuts" in str(said)) == (None, False)


def test_an_erased_person_is_not_due_again(world: World) -> None:
    budi = guest(world)
    world.crm.retentions.carry_out(world.engine, "guest", [budi.id], "over")
    assert (due(world), world.rows("guest")[0]["name"] == "Budi") == ({}, False)


def test_what_is_not_due_any_more_stays(world: World) -> None:
    budi = guest(world, None)
    assert world.crm.retentions.carry_out(world.engine, "guest", [budi.id], "over") == 0


def test_what_is_no_person_is_not_erased_by_its_id_either(world: World) -> None:
    firm = guest(world, kind="firm")
    assert world.crm.retentions.carry_out(world.engine, "guest", [firm.id], "over") == 0


def test_people_who_may_not_erase_see_nothing_of_it(world: World) -> None:
    guest(world)
    assert world.crm.retentions.due(world.actor("eva", "clerk")) == ()


def test_restricted_data_are_kept(world: World) -> None:
    budi = guest(world)
    world.crm.standings.restrict(world.engine, "guest", budi.id, "a lawsuit")
    assert due(world) == {}


def test_nothing_goes_by_itself_that_people_decide_about(world: World) -> None:
    guest(world)
    for _ in range(3):
        sweep(world)
        world.clock.advance(days=8)
    assert world.rows("guest")[0]["name"] == "Budi"


def test_what_goes_by_itself_stands_on_the_list_for_a_week_before(world: World) -> None:
    world.create("stay", guest=guest(world, None).id, note="snores", ended_on=date(2024, 1, 1))
    notes = []
    for _ in range(3):
        sweep(world)
        notes.append(world.rows("stay")[0]["note"])
        world.clock.advance(days=NOTICE.days - 1)
    assert notes == ["snores", "snores", None]


def test_administrators_hear_of_what_went_by_itself(world: World) -> None:
    admin = world.user("ana", "admin")
    world.create("stay", note="snores", ended_on=date(2024, 1, 1))
    sweep(world)
    world.clock.advance(days=8)
    sweep(world)
    with world.crm.store.session(write=False) as session:
        told = session.notifications.of(admin)
    assert [each.title["en"] for each in told] == ["Data were erased"]
