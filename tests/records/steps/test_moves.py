"""A record goes from state to state by its legal moves, and in no other way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relasi.errors import Forbidden, Invalid, Stale
from relasi.records import Record, Source
from tests.records.world import World

ROLES = """
roles:
  agent: {}
  lead: {includes: [agent]}
  visitor: {}
"""

CASE = """
entity: case
fields:
  subject: text
  cause: {type: text, visible_when: status != new}
  remedy: {type: text, required_when: status = solved}
  cost: {type: money, read_only_when: status = solved}
  urgent: boolean
process:
  states: {new: {kind: open}, active: {kind: open}, solved: {kind: done}}
  moves:
    start: {from: [new], to: active, who: [agent]}
    solve: {from: [active], to: solved, who: [agent], needs: [cause]}
    reopen: {from: [solved], to: active, who: [lead], if: not urgent}
access:
  agent: {read: all, create: true, update: all}
  visitor: {read: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CASE)


@pytest.fixture
def case(world: World) -> Record:
    return world.create("case", subject="Broken")


def move(world: World, record: Record, name: str, by: str = "ana", /, **values: Any) -> Record:
    actor = world.actor(by, {"ana": "agent", "lea": "lead", "vic": "visitor"}[by])
    return world.crm.records.move(actor, "case", record.id, record.version, move=name, values=values)


class TestLegalMoves:
    def test_a_move_changes_the_state(self, world: World, case: Record) -> None:
        moved = move(world, case, "start")

        assert (moved.values["status"], moved.version) == ("active", 2)

    def test_it_is_audited_as_a_move_with_what_went_along(self, world: World, case: Record) -> None:
        active = move(world, case, "start", cost=3)

        change = world.changes("case", active.id)[-1]

        assert (change.kind, change.user_id) == ("moved", "u-ana")
        assert change.fields == {"status": ("new", "active"), "cost": (None, "3.00")}

    def test_what_a_move_needs_may_come_along(self, world: World, case: Record) -> None:
        active = move(world, case, "start")

        with pytest.raises(Invalid) as caught:
            move(world, active, "solve")
        assert {issue.field: issue.code for issue in caught.value.issues} == {
            "cause": "move_needs",
            "remedy": "required",
        }
        assert move(world, active, "solve", cause="rust", remedy="oil").values["status"] == "solved"

    def test_what_a_move_needs_may_be_there_already(self, world: World, case: Record) -> None:
        active = move(world, case, "start", cause="rust", remedy="oil")

        assert move(world, active, "solve").values["status"] == "solved"

    def test_a_field_may_still_be_written_by_the_move_that_locks_it(self, world: World, case: Record) -> None:
        active = move(world, case, "start")

        solved = move(world, active, "solve", cause="rust", remedy="oil", cost=5)

        assert str(solved.values["cost"]) == "5.00"

    def test_a_role_moves_by_the_roles_that_it_includes(self, world: World, case: Record) -> None:
        assert move(world, case, "start", "lea").version == 2

    def test_its_condition_reads_the_values_that_come_along(self, world: World, case: Record) -> None:
        solved = move(world, move(world, case, "start", urgent=True), "solve", cause="rust", remedy="oil")

        with pytest.raises(Forbidden):
            move(world, solved, "reopen", "lea")
        assert move(world, solved, "reopen", "lea", urgent=False).values["status"] == "active"

    def test_the_moves_that_are_offered_are_those_that_can_be_made(self, world: World, case: Record) -> None:
        ana, lea, vic = world.actor("ana", "agent"), world.actor("lea", "lead"), world.actor("vic", "visitor")
        solved = move(world, move(world, case, "start"), "solve", cause="rust", remedy="oil")
        another = world.create("case", subject="Broken again")

        def offered(actor: Any, record: Record) -> list[str]:
            return [each.name for each in world.crm.records.allowed(actor, record).moves]

        assert [offered(each, another) for each in (ana, lea, vic)] == [["start"], ["start"], []]
        assert [offered(each, solved) for each in (ana, lea, vic)] == [[], ["reopen"], []]


class TestIllegalMoves:
    @pytest.mark.parametrize(
        ("name", "by"), [("solve", "ana"), ("reopen", "lea"), ("fly", "ana"), ("start", "vic")]
    )
    def test_a_move_from_elsewhere_by_another_or_of_no_process_is_refused(
        self, world: World, case: Record, name: str, by: str
    ) -> None:
        with pytest.raises(Forbidden):
            move(world, case, name, by)
        assert world.values("case", case.id)["status"] == "new"

    def test_a_role_that_is_not_named_may_not_make_it(self, world: World, case: Record) -> None:
        solved = move(world, move(world, case, "start"), "solve", cause="rust", remedy="oil")

        with pytest.raises(Forbidden):
            move(world, solved, "reopen", "ana")

    def test_a_page_cannot_write_the_state(self, world: World, case: Record) -> None:
        with pytest.raises(Invalid) as caught:
            world.crm.records.update(world.engine, "case", case.id, 1, {"status": "active"})

        assert [(each.field, each.code) for each in caught.value.issues] == [("status", "illegal_move")]

    def test_not_even_beside_a_move(self, world: World, case: Record) -> None:
        active = move(world, case, "start")

        with pytest.raises((Invalid, Forbidden)):
            move(world, active, "start", status="new")

    def test_an_import_brings_a_state(self, world: World, case: Record) -> None:
        importer = replace(world.engine, source=Source.IMPORT)

        changed = world.crm.records.update(
            importer, "case", case.id, 1, {"status": "solved", "remedy": "oil"}
        )

        assert changed.values["status"] == "solved"

    def test_a_stale_move_is_refused(self, world: World, case: Record) -> None:
        move(world, case, "start")

        with pytest.raises(Stale):
            move(world, case, "start")

    def test_an_entity_without_a_process_has_no_moves(
        self, world: World, build: Callable[..., World]
    ) -> None:
        plain = build("entity: note\nfields: {body: text}\n")
        note = plain.create("note", body="x")

        with pytest.raises(Forbidden):
            plain.crm.records.move(plain.engine, "note", note.id, 1, move="start")


def test_a_form_knows_what_a_move_will_ask_for(world: World, case: Record) -> None:
    ana = world.actor("ana", "agent")

    now = world.crm.records.form_state(ana, "case", {}, record=case)
    then = world.crm.records.form_state(ana, "case", {"status": "solved"}, record=case)

    assert ("cause" in now.visible, "remedy" in now.required) == (False, False)
    assert ("cause" in then.visible, "remedy" in then.required) == (True, True)


def test_a_form_locks_what_the_record_as_it_is_kept_locks(world: World, case: Record) -> None:
    ana = world.actor("ana", "agent")
    before = world.crm.records.form_state(ana, "case", {}, record=case)

    solved = move(world, move(world, case, "start"), "solve", cause="rust", remedy="oil")

    after = world.crm.records.form_state(ana, "case", {"status": "new"}, record=solved)
    assert (set(before.read_only), set(after.read_only)) == (
        {"status", "status_since"},
        {"status", "status_since", "cost"},
    )
