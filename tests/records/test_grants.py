"""What a role may do beyond reading and writing: denials, moves, fields that are masked or shown on some
records only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.errors import Forbidden, Invalid, NotFound, Stale
from relasi.records import Actor, ListRequest
from relasi.schema.model import Sort
from tests.records.world import World

ROLES = "roles: {clerk: {}, senior: {includes: [clerk]}, trainee: {}, judge: {}, guard: {}}"
CASE = """
entity: case
title: "{name}"
search: [name, phone]
fields:
  name: text
  phone: phone
  email: email
  owner: user
  closed: boolean
  secret: boolean
  award: {type: number, required_when: status = settled}
  remark: text
process:
  states: {open: {}, settled: {kind: done}}
  moves:
    settle: {from: [open], to: settled, needs: [award]}
    reopen: {from: [settled], to: open}
access:
  clerk:
    read: all
    create: true
    update: all
    export: own
    mask: {phone: last 4, email: {show: domain, unless: own}}
    hide: {award: owner != user}
    read_only: {remark: closed = true}
  senior: {read: all, export: all}
  trainee:
    read: all
    update: all
    deny: {read: secret = true, update: closed = true, move: [settle]}
  judge: {read: all, move: [settle]}
  guard: {read: all, move: {reopen: own}}
"""
PHONE = "+6281234567890"


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CASE)


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor("cleo", "clerk")


@pytest.fixture
def trainee(world: World) -> Actor:
    return world.actor("tara", "trainee")


class TestDenied:
    def test_a_record_does_not_exist_whatever_another_role_grants(self, world: World) -> None:
        case = world.create("case", secret=True)
        both = world.actor("bo", "trainee", "senior")

        assert world.crm.records.list(both, ListRequest("case")).records == ()
        with pytest.raises(NotFound):
            world.crm.records.get(both, "case", case.id)

    def test_a_change_is_refused_where_the_condition_holds(self, world: World, trainee: Actor) -> None:
        case = world.create("case", closed=True)

        with pytest.raises(Forbidden):
            world.crm.records.update(trainee, "case", case.id, case.version, {"name": "x"})

    def test_where_it_does_not_hold_the_grant_stands(self, world: World, trainee: Actor) -> None:
        case = world.create("case")

        changed = world.crm.records.update(trainee, "case", case.id, case.version, {"name": "x"})

        assert changed.values["name"] == "x"

    def test_a_move_is_neither_offered_nor_made(self, world: World, trainee: Actor) -> None:
        case = world.create("case")

        assert world.crm.records.allowed(trainee, case).moves == ()
        with pytest.raises(Forbidden):
            world.crm.records.move(trainee, "case", case.id, case.version, move="settle", values={"award": 1})


class TestMoves:
    def test_a_role_makes_a_move_on_records_that_it_does_not_change(self, world: World) -> None:
        case, judge = world.create("case"), world.actor("jo", "judge")

        moved = world.crm.records.move(
            judge, "case", case.id, case.version, move="settle", values={"award": 7}
        )

        assert (moved.values["status"], moved.values["award"]) == ("settled", 7)
        assert not world.crm.records.allowed(judge, moved).update

    def test_nothing_comes_along_that_the_move_does_not_need(self, world: World) -> None:
        case, judge = world.create("case"), world.actor("jo", "judge")

        with pytest.raises(Forbidden):
            world.crm.records.move(
                judge, "case", case.id, case.version, move="settle", values={"award": 7, "name": "x"}
            )

    def test_other_moves_stay_closed(self, world: World) -> None:
        case, judge = world.create("case", award=1), world.actor("jo", "judge")
        settled = world.crm.records.move(world.engine, "case", case.id, case.version, move="settle")

        with pytest.raises(Forbidden):
            world.crm.records.move(judge, "case", case.id, settled.version, move="reopen")

    def test_a_move_may_be_for_some_records_only(self, world: World) -> None:
        guard = world.actor("gus", "guard")
        for owner, moves in ((guard.user_id, ["reopen"]), (world.user("other"), [])):
            case = world.create("case", owner=owner, award=1)
            settled = world.crm.records.move(world.engine, "case", case.id, case.version, move="settle")

            assert [each.name for each in world.crm.records.allowed(guard, settled).moves] == moves


class TestMasked:
    def test_a_part_of_the_value_is_shown(self, world: World, clerk: Actor) -> None:
        case = world.create("case", phone=PHONE, email="ana@example.com")

        seen = world.crm.records.get(clerk, "case", case.id).values

        assert (seen["phone"], seen["email"]) == ("•••7890", "•••@example.com")

    def test_a_mask_is_lifted_where_its_condition_holds(self, world: World, clerk: Actor) -> None:
        case = world.create("case", email="ana@example.com", owner=clerk.user_id)

        assert world.crm.records.get(clerk, "case", case.id).values["email"] == "ana@example.com"

    def test_a_role_that_does_not_mask_it_shows_it(self, world: World) -> None:
        case = world.create("case", phone=PHONE)
        senior = world.actor("sen", "senior", "clerk")

        assert world.crm.records.get(senior, "case", case.id).values["phone"] == PHONE

    def test_nothing_is_found_by_it(self, world: World, clerk: Actor) -> None:
        world.create("case", phone=PHONE)

        assert world.crm.records.list(clerk, ListRequest("case", search="6281234567890")).records == ()
        for request in (
            ListRequest("case", where=('phone contains "62"',)),
            ListRequest("case", sort=(Sort("phone"),)),
            ListRequest("case", matching={"phone": [PHONE]}),
        ):
            with pytest.raises(Forbidden):
                world.crm.records.list(clerk, request)

    def test_the_history_is_masked_too(self, world: World, clerk: Actor) -> None:
        case = world.create("case", phone=PHONE)

        entries = world.crm.records.timeline(clerk, "case", case.id)

        assert [each.change.fields["phone"] for each in entries if each.change] == [(None, "•••7890")]

    def test_nobody_changes_what_they_see_masked(self, world: World, clerk: Actor) -> None:
        case = world.create("case", phone=PHONE)

        with pytest.raises(Invalid) as refused:
            world.crm.records.update(clerk, "case", case.id, case.version, {"phone": "+6281234567891"})

        assert [(each.field, each.code) for each in refused.value.issues] == [("phone", "read_only")]
        assert "phone" in world.crm.records.form_state(clerk, "case", {}, record=case).read_only

    def test_no_refusal_tells_the_whole_value(self, world: World, clerk: Actor) -> None:
        case = world.create("case", phone=PHONE)
        values = {"phone": "+6281234567891"}

        with pytest.raises(Invalid) as refused:
            world.crm.records.update(clerk, "case", case.id, case.version, values)
        world.crm.records.update(world.engine, "case", case.id, case.version, {"phone": "+6281234567892"})
        with pytest.raises(Stale) as stale:
            world.crm.records.update(clerk, "case", case.id, case.version, values)

        assert [dict(each.params) for each in refused.value.issues] == [{}]
        assert stale.value.conflicts == {}

    def test_what_comes_back_masked_stays_what_it_was(self, world: World, clerk: Actor) -> None:
        case = world.create("case", phone=PHONE)
        seen = world.crm.records.get(clerk, "case", case.id)

        world.crm.records.update(
            clerk, "case", case.id, case.version, {"phone": seen.values["phone"], "name": "x"}
        )

        assert world.values("case", case.id)["phone"] == PHONE

    def test_a_new_record_gets_the_whole_value(self, world: World, clerk: Actor) -> None:
        case = world.crm.records.create(clerk, "case", {"phone": PHONE})

        assert (case.values["phone"], world.values("case", case.id)["phone"]) == ("•••7890", PHONE)


class TestShownOnSomeRecords:
    def test_a_field_exists_on_the_records_that_the_role_sees_it_of(self, world: World, clerk: Actor) -> None:
        world.create("case", name="mine", award=1, owner=clerk.user_id)
        world.create("case", name="theirs", award=2)

        page = world.crm.records.list(clerk, ListRequest("case", fields=("name", "award")))

        assert {each.values["name"]: each.values.get("award") for each in page.records} == {
            "mine": 1,
            "theirs": None,
        }

    def test_nothing_is_found_by_it(self, world: World, clerk: Actor) -> None:
        with pytest.raises(Forbidden):
            world.crm.records.count(clerk, ListRequest("case", where=("award > 1",)))

    def test_it_is_as_unknown_as_a_wrong_one_where_it_is_hidden(self, world: World, clerk: Actor) -> None:
        case = world.create("case")

        with pytest.raises(Invalid) as refused:
            world.crm.records.update(clerk, "case", case.id, case.version, {"award": 3})

        assert [each.code for each in refused.value.issues] == ["unknown_field"]
        assert "award" not in world.crm.records.form_state(clerk, "case", {}, record=case).visible


@pytest.mark.parametrize(("closed", "issues"), [(True, [("remark", "read_only")]), (False, [])])
def test_a_field_is_locked_in_some_records(
    world: World, clerk: Actor, closed: bool, issues: list[tuple[str, str]]
) -> None:
    case = world.create("case", closed=closed)
    found = []

    try:
        world.crm.records.update(clerk, "case", case.id, case.version, {"remark": "x"})
    except Invalid as refused:
        found = [(each.field, each.code) for each in refused.issues]

    assert found == issues


def test_export_is_a_right_of_its_own(world: World, clerk: Actor, trainee: Actor) -> None:
    def exporting(actor: Actor) -> object:
        with world.crm.records.work(actor, write=False) as work:
            rights = work.rights("case")
            return getattr(rights.export, "text", rights.export)

    senior = world.actor("sen", "senior", "clerk")
    assert [exporting(each) for each in (clerk, trainee, senior, world.engine)] == [
        "owner = user",
        False,
        True,
        True,
    ]
