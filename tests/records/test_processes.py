"""What a process says beyond states and moves: reasons, updates, time limits, four eyes, and several
processes for one entity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.errors import Forbidden, Invalid
from relasi.records import ListRequest, Record, Source
from relasi.schema.model import Model
from tests.records.world import NOW, World, compiled, opened

ROLES = """
roles:
  agent: {label: {en: Agent, id: Petugas}}
  lead: {includes: [agent], label: {en: Team lead, id: Ketua}}
"""

CASE = """
entity: case
fields:
  subject: text
  answer: text
  owner: user
  solved_at: {type: datetime, read_only: true}
  solved_by: user
  rounds: {type: number, default: 0}
process:
  states:
    new: {kind: open}
    waiting:
      kind: paused
      reasons:
        parts: {en: For parts, id: Menunggu barang}
        customer: {en: For the customer, id: Menunggu pelanggan}
      reason_required: true
    parked: {kind: paused, reasons: [customer, season]}
    solved: {kind: done}
    closed: {kind: done}
  moves:
    wait: {from: [new], to: waiting}
    park: {from: [new, waiting], to: parked}
    wake: {from: [waiting, parked], to: new, set: {rounds: rounds + 1, answer: "{subject} again"}}
    solve: {from: [new], to: solved, set: {solved_at: now(), solved_by: user}}
    close: {from: [solved], to: closed, four_eyes: true, who: [agent, lead]}
    approve: {from: [solved], to: closed, four_eyes: owner}
    reopen: {from: [solved, closed], to: new, within: 14 days}
    release: {from: [closed], to: solved, if: rounds > 3}
access:
  agent: {read: all, create: true, update: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CASE)


@pytest.fixture
def case(world: World) -> Record:
    return world.create("case", subject="Broken")


def move(world: World, record: Record, name: str, by: str = "ana", /, **values: Any) -> Record:
    actor = world.actor(by, {"lea": "lead"}.get(by, "agent"))
    return world.crm.records.move(actor, record.entity, record.id, record.version, move=name, values=values)


def deploy(world: World, model: Model) -> None:
    database, now = world.crm.database, world.clock.now
    apply(make_plan(model, database, now=now), model, database, Stamp(now.isoformat(), now))


def issues(caught: pytest.ExceptionInfo[Invalid]) -> dict[str | None, str]:
    return {issue.field: issue.code for issue in caught.value.issues}


class TestReasons:
    def test_a_move_brings_the_reason_of_its_state(self, world: World, case: Record) -> None:
        assert move(world, case, "wait", status_reason="parts").values["status_reason"] == "parts"

    def test_a_state_may_demand_one(self, world: World, case: Record) -> None:
        with pytest.raises(Invalid) as caught:
            move(world, case, "wait")

        assert issues(caught) == {"status_reason": "required"}

    def test_where_none_is_demanded_it_may_be_left_out(self, world: World, case: Record) -> None:
        assert move(world, case, "park").values["status_reason"] is None

    def test_the_reason_of_another_state_is_refused(self, world: World, case: Record) -> None:
        with pytest.raises(Invalid) as caught:
            move(world, case, "wait", status_reason="season")

        assert issues(caught) == {"status_reason": "not_available"}

    def test_a_state_without_reasons_takes_none(self, world: World, case: Record) -> None:
        with pytest.raises(Invalid) as caught:
            move(world, case, "solve", status_reason="parts")

        assert issues(caught) == {"status_reason": "not_available"}

    def test_it_can_change_while_the_state_stays(self, world: World, case: Record) -> None:
        waiting = move(world, case, "wait", status_reason="parts")
        ana = world.actor("ana", "agent")

        changed = world.crm.records.update(
            ana, "case", case.id, waiting.version, {"status_reason": "customer"}
        )

        assert (changed.values["status_reason"], changed.values["status"]) == ("customer", "waiting")

    def test_it_goes_with_the_state_that_it_belongs_to(self, world: World, case: Record) -> None:
        waiting = move(world, case, "wait", status_reason="parts")

        assert move(world, waiting, "wake").values["status_reason"] is None

    def test_it_stays_where_the_next_state_has_it_too(self, world: World, case: Record) -> None:
        waiting = move(world, case, "wait", status_reason="customer")

        assert move(world, waiting, "park").values["status_reason"] == "customer"

    def test_a_form_asks_for_it_where_the_move_leads_to(self, world: World, case: Record) -> None:
        ana = world.actor("ana", "agent")

        now = world.crm.records.form_state(ana, "case", {}, record=case)
        then = world.crm.records.form_state(ana, "case", {"status": "waiting"}, record=case)

        assert ("status_reason" in now.visible, "status_reason" in then.required) == (False, True)


class TestSince:
    def test_a_record_knows_since_when_it_is_in_its_state(self, world: World, case: Record) -> None:
        world.clock.advance(days=3)
        solved = move(world, case, "solve")

        assert (case.values["status_since"], solved.values["status_since"]) == (NOW, NOW + timedelta(days=3))

    def test_other_changes_leave_it_alone(self, world: World, case: Record) -> None:
        world.clock.advance(days=3)
        changed = world.crm.records.update(world.engine, "case", case.id, 1, {"subject": "Bent"})

        assert changed.values["status_since"] == NOW

    def test_people_cannot_write_it(self, world: World, case: Record) -> None:
        with pytest.raises(Invalid) as caught:
            world.crm.records.update(world.engine, "case", case.id, 1, {"status_since": NOW - timedelta(1)})

        assert issues(caught) == {"status_since": "read_only"}

    def test_an_import_brings_it(self, world: World) -> None:
        importer = replace(world.engine, source=Source.IMPORT)
        long_ago = NOW - timedelta(days=400)
        values = {"subject": "Old", "status": "closed", "status_since": long_ago}

        assert world.crm.records.create(importer, "case", values).values["status_since"] == long_ago

    def test_conditions_read_it(self, world: World, case: Record) -> None:
        request = ListRequest("case", where=("now() - status_since > 2 days",))

        before = world.crm.records.count(world.engine, request).number
        world.clock.advance(days=3)

        assert (before, world.crm.records.count(world.engine, request).number) == (0, 1)

    def test_records_that_are_older_than_the_process_count_from_their_last_change(
        self, tmp_path: Path
    ) -> None:
        before = compiled(tmp_path, (ROLES, "entity: case\nfields: {subject: text}\n"))
        world = opened(tmp_path, before)
        deploy(world, before)
        case = world.create("case", subject="Old")
        world.crm.close()
        after = compiled(tmp_path, (ROLES, CASE))
        world = opened(tmp_path, after)
        world.clock.advance(days=30)

        deploy(world, after)

        values = world.values("case", case.id)
        assert (values["status"], values["status_since"]) == ("new", NOW)
        world.crm.close()


class TestUpdates:
    def test_a_move_sets_what_it_says(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve")

        assert (solved.values["solved_at"], solved.values["solved_by"]) == (NOW, "u-ana")

    def test_from_the_record_as_it_is_with_what_came_along(self, world: World, case: Record) -> None:
        parked = move(world, case, "park", subject="Bent", rounds=2)

        woken = move(world, parked, "wake")

        assert (woken.values["rounds"], woken.values["answer"]) == (3, "Bent again")


class TestTimeLimits:
    def test_a_move_is_possible_within_its_time(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve")
        world.clock.advance(days=14)

        assert move(world, solved, "reopen").values["status"] == "new"

    def test_and_not_after_that(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve")
        world.clock.advance(days=14, seconds=1)

        with pytest.raises(Forbidden) as caught:
            move(world, solved, "reopen")
        assert (
            caught.value.code,
            "14 days" in caught.value.text("en"),
            "14 hari" in caught.value.text("id"),
        ) == (
            "move_too_late",
            True,
            True,
        )

    def test_the_time_begins_anew_with_each_state(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve")
        world.clock.advance(days=10)
        closed = move(world, solved, "close", "ben")
        world.clock.advance(days=10)

        assert move(world, closed, "reopen").values["status"] == "new"


class TestFourEyes:
    def test_whoever_made_the_last_move_may_not_make_the_next(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve")

        with pytest.raises(Forbidden) as caught:
            move(world, solved, "close")
        assert (caught.value.code, "Agent, Team lead" in caught.value.text("en")) == ("move_by_another", True)

    def test_another_person_may(self, world: World, case: Record) -> None:
        assert move(world, move(world, case, "solve"), "close", "ben").values["status"] == "closed"

    def test_what_happened_in_between_does_not_count(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve")
        ben = world.actor("ben", "agent")
        changed = world.crm.records.update(ben, "case", case.id, solved.version, {"answer": "Yes"})

        with pytest.raises(Forbidden):
            move(world, changed, "close")
        assert move(world, changed, "close", "ben").values["status"] == "closed"

    def test_an_administrator_is_a_person_too(self, build: Callable[..., World]) -> None:
        roles = ROLES + "  admin: {everything: true}\n"
        world = build(roles, CASE)
        admin = world.actor("adi", "admin")
        case = world.crm.records.create(admin, "case", {"subject": "x"})
        solved = world.crm.records.move(admin, "case", case.id, 1, move="solve")

        with pytest.raises(Forbidden):
            world.crm.records.move(admin, "case", case.id, solved.version, move="close")

    def test_the_person_in_a_field_may_not_make_it(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve", owner=world.user("ben", "agent"))

        with pytest.raises(Forbidden) as caught:
            move(world, solved, "approve", "ben")
        assert caught.value.code == "move_not_by_holder"
        assert move(world, solved, "approve", "lea").values["status"] == "closed"

    def test_changing_the_field_along_with_the_move_does_not_help(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve", owner=world.user("ben", "agent"))

        with pytest.raises(Forbidden):
            move(world, solved, "approve", "ben", owner=world.user("lea", "lead"))


class TestWhyNot:
    def closed(self, world: World, record: Record, by: str) -> dict[str, str]:
        allowed = world.crm.records.allowed(world.actor(by, "agent"), record)
        return {each.move.name: each.why.code for each in allowed.closed}

    def test_a_move_that_cannot_be_made_says_why(self, world: World, case: Record) -> None:
        solved = move(world, case, "solve", owner=world.user("ana", "agent"))
        world.clock.advance(days=20)

        assert self.closed(world, solved, "ana") == {
            "close": "move_by_another",
            "approve": "move_not_by_holder",
            "reopen": "move_too_late",
        }
        assert self.closed(world, solved, "ben") == {"reopen": "move_too_late"}

    def test_a_condition_is_told_in_words(self, world: World, case: Record) -> None:
        closed = move(world, move(world, case, "solve"), "close", "ben")
        allowed = world.crm.records.allowed(world.actor("ana", "agent"), closed)

        assert [each.why.text("en") for each in allowed.closed] == [
            "Not possible yet. Needed for it: Rounds is more than 3."
        ]

    def test_or_in_the_words_of_the_author(self, build: Callable[..., World]) -> None:
        words = "if: rounds > 3, message: {en: Play on., id: Main terus.}"
        world = build(ROLES, CASE.replace("if: rounds > 3", words))
        closed = move(world, move(world, world.create("case"), "solve"), "close", "ben")
        allowed = world.crm.records.allowed(world.actor("ana", "agent"), closed)

        assert [each.why.text("id") for each in allowed.closed] == ["Main terus."]


DEAL = """
entity: deal
fields:
  name: text
  team: {type: choice, options: [retail, projects, service]}
process:
  field: stage
  variants:
    retail:
      when: team = retail
      states: {asked: {kind: open}, sold: {kind: done}}
      moves: {sell: {from: [asked], to: sold}}
      entering: {offer: asked, negotiation: asked}
    projects:
      when: team = projects
      states: {offer: {kind: open}, negotiation: {kind: open}, sold: {kind: done}}
      moves:
        negotiate: {from: [offer], to: negotiation}
        sell: {from: [negotiation], to: sold, needs: [name]}
    others:
      states: {open: {kind: open}}
access:
  agent: {read: all, create: true, update: all}
"""


class TestSeveralProcesses:
    @pytest.fixture
    def world(self, build: Callable[..., World]) -> World:
        return build(ROLES, DEAL)

    def test_a_record_starts_in_the_process_that_it_follows(self, world: World) -> None:
        started = [world.create("deal", team=team).values["stage"] for team in ("retail", "projects", None)]

        assert started == ["asked", "offer", "open"]

    def test_its_moves_are_those_of_its_process(self, world: World) -> None:
        ana = world.actor("ana", "agent")

        offered = [
            [each.name for each in world.crm.records.allowed(ana, world.create("deal", team=team)).moves]
            for team in ("retail", "projects", "service")
        ]

        assert offered == [["sell"], ["negotiate"], []]

    def test_a_move_of_another_process_is_refused(self, world: World) -> None:
        with pytest.raises(Forbidden):
            move(world, world.create("deal", team="retail"), "negotiate")

    def test_moves_of_one_name_are_what_each_process_says(self, world: World) -> None:
        deal = move(world, world.create("deal", team="projects"), "negotiate")

        assert move(world, world.create("deal", team="retail"), "sell").values["stage"] == "sold"
        with pytest.raises(Invalid):
            move(world, deal, "sell")

    def test_changing_over_keeps_a_state_that_both_have(self, world: World) -> None:
        sold = move(world, world.create("deal", team="retail"), "sell")

        changed = world.crm.records.update(world.engine, "deal", sold.id, sold.version, {"team": "projects"})

        assert changed.values["stage"] == "sold"

    def test_or_goes_on_where_the_new_process_says(self, world: World) -> None:
        deal = world.create("deal", team="projects")
        world.clock.advance(days=1)

        changed = world.crm.records.update(world.engine, "deal", deal.id, 1, {"team": "retail"})

        assert (changed.values["stage"], changed.values["stage_since"]) == ("asked", world.clock.now)

    def test_and_is_refused_where_it_says_nothing(self, world: World) -> None:
        deal = world.create("deal", team="retail")

        with pytest.raises(Invalid) as caught:
            world.crm.records.update(world.engine, "deal", deal.id, 1, {"team": "projects"})

        assert [(each.field, each.code) for each in caught.value.issues] == [("stage", "no_such_state_here")]

    def test_an_import_brings_states_of_the_right_process_only(self, world: World) -> None:
        importer = replace(world.engine, source=Source.IMPORT)
        create = world.crm.records.create

        assert create(importer, "deal", {"team": "retail", "stage": "sold"}).values["stage"] == "sold"
        with pytest.raises(Invalid):
            create(importer, "deal", {"team": "retail", "stage": "negotiation"})


def test_reasons_come_from_a_value_list_too(tmp_path: Path) -> None:
    lists = "value_lists: {endings: {bought: {en: Elsewhere, id: Di tempat lain}, price: Price}}\n"
    text = CASE.replace("solved: {kind: done}", "solved: {kind: done, reasons: endings}")
    process = compiled(tmp_path, (ROLES, lists, text)).entities["case"].process
    reason = compiled(tmp_path, (ROLES, lists, text)).entities["case"].fields["status_reason"]

    assert process is not None
    assert process.states["solved"].reasons == ("bought", "price")
    assert reason.type.choices()["bought"].label == {"en": "Elsewhere", "id": "Di tempat lain"}
