"""Agreed times that come to records which are there, or that become others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from relasi.deploy import Plan, Stamp, apply, make_plan, make_undo
from relasi.deploy.changes import Derive
from relasi.deploy.views import lines
from tests.records.world import NOW, World, compiled, opened

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
time_zone: Asia/Jakarta
calendars:
  office: {hours: {mon-fri: "08:00-16:00"}}
"""
CASE = """
entity: case
fields:
  subject: text
  met_at: datetime
  is_late: {type: formula, value: answer_state = breached}
process:
  states: {new: {kind: open}, waiting: {kind: paused}, solved: {kind: done}}
  moves: {solve: {from: [new], to: solved}, wait: {from: [new], to: waiting}}
"""
LATE = "  is_late: {type: formula, value: answer_state = breached}\n"
SLA = "sla:\n  answer: {target: TARGET, met_when: status = solved}\n"


def written(sla: str) -> str:
    name = sla.split()[1].rstrip(":") if sla else ""
    return CASE.replace("answer", name) + sla if sla else CASE.replace(LATE, "")


class Project:
    """One database, under one definition after the other."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.number = 0

    def world(self, sla: str, settings: str = SETTINGS) -> tuple[World, Plan]:
        """The CRM after the definition was applied."""
        self.number += 1
        folder = self.root / f"model{self.number}"
        model = compiled(folder, (settings, written(sla)))
        (self.root / "crm/data").mkdir(parents=True, exist_ok=True)
        world = opened(self.root / "crm", model, prefix=f"{self.number}-")
        now = NOW + timedelta(days=self.number)
        world.clock.now = now
        plan = make_plan(model, world.crm.database, now=now)
        apply(plan, model, world.crm.database, Stamp(f"d{self.number}", now))
        return world, plan


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_open_records_that_are_there_get_clocks_from_when_they_began(project: Project) -> None:
    before, _ = project.world("")
    case = before.create("case").id
    after, _ = project.world(SLA.replace("TARGET", "3 days"))
    values = after.values("case", case)
    assert values["answer_state"] == "running"
    assert values["answer_due"] == values["created_at"] + timedelta(days=3)


def test_what_is_made_of_a_new_clock_follows(project: Project) -> None:
    before, _ = project.world("")
    case = before.create("case").id
    after, _ = project.world(SLA.replace("TARGET", "2 hours"))
    assert after.values("case", case)["is_late"] is True


def test_a_record_that_waits_has_waited_since_it_came_to_its_state(project: Project) -> None:
    before, _ = project.world("")
    case = before.create("case").id
    before.clock.advance(hours=1)
    before.crm.records.move(before.engine, "case", case, 1, move="wait")
    after, _ = project.world(SLA.replace("TARGET", "2 hours"))
    values = after.values("case", case)
    assert (values["answer_state"], values["answer_used"]) == ("paused", timedelta(hours=1))


def test_what_was_met_before_anybody_looked_has_no_clock(project: Project) -> None:
    before, _ = project.world("")
    case = before.create("case").id
    before.crm.records.move(before.engine, "case", case, 1, move="solve")
    after, _ = project.world(SLA.replace("TARGET", "2 hours"))
    assert after.values("case", case)["answer_state"] is None


def test_another_target_reckons_open_clocks_anew_and_the_plan_counts_them(project: Project) -> None:
    before, _ = project.world(SLA.replace("TARGET", "3 days"))
    case, done = before.create("case").id, before.create("case").id
    before.crm.records.move(before.engine, "case", done, 1, move="solve")
    after, plan = project.world(SLA.replace("TARGET", "2 hours"))
    changes = [change for change in plan.changes if isinstance(change, Derive)]
    assert [(change.column, change.rows) for change in changes if change.clock] == [("answer_state", 1)]
    assert "1 open clock(s) reckoned anew" in "\n".join(line.text for line in lines(plan))
    assert after.values("case", case)["answer_state"] == "breached"
    assert after.values("case", done)["answer_state"] == "met"


def test_other_hours_reckon_open_clocks_anew(project: Project) -> None:
    before, _ = project.world(SLA.replace("TARGET", "1 working day"))
    case = before.create("case").id
    due = before.values("case", case)["answer_due"]
    later = SETTINGS.replace("08:00-16:00", "09:00-17:00")
    after, _ = project.world(SLA.replace("TARGET", "1 working day"), later)
    assert after.values("case", case)["answer_due"] == due + timedelta(hours=1)


def test_an_agreed_time_can_be_renamed(project: Project) -> None:
    before, _ = project.world(SLA.replace("TARGET", "3 days"))
    case = before.create("case").id
    due = before.values("case", case)["answer_due"]
    renamed = SLA.replace("TARGET", "3 days").replace("answer: {", "reply: {was: answer, ")
    after, _ = project.world(renamed)
    assert after.values("case", case)["reply_due"] == due


def test_the_same_definition_plans_nothing(project: Project) -> None:
    project.world(SLA.replace("TARGET", "3 days"))
    _, plan = project.world(SLA.replace("TARGET", "3 days"))
    assert plan.is_empty


def test_what_an_undo_leaves_fits_the_definition_before(project: Project) -> None:
    before, _ = project.world("")
    case = before.create("case").id
    after, _ = project.world(SLA.replace("TARGET", "3 days"))
    undo = make_undo(after.crm.model, after.crm.database, now=after.clock())
    apply(undo, after.crm.model, after.crm.database, Stamp("undo", after.clock()))
    again, plan = project.world("")
    assert plan.is_empty
    assert "answer_state" not in again.values("case", case)


def test_an_undo_of_another_target_leaves_clocks_that_the_next_apply_reckons(project: Project) -> None:
    before, _ = project.world(SLA.replace("TARGET", "30 days"))
    case = before.create("case").id
    due = before.values("case", case)["answer_due"]
    after, _ = project.world(SLA.replace("TARGET", "2 hours"))
    undo = make_undo(after.crm.model, after.crm.database, now=after.clock())
    apply(undo, after.crm.model, after.crm.database, Stamp("undo", after.clock()))
    again, _ = project.world(SLA.replace("TARGET", "30 days"))
    assert again.values("case", case)["answer_due"] == due


def test_a_state_that_becomes_a_pause_reckons_open_clocks_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = project.world(SLA.replace("TARGET", "30 days"))
    case = before.create("case").id
    monkeypatch.setattr(f"{__name__}.CASE", CASE.replace("new: {kind: open}", "new: {kind: paused}"))
    after, _ = project.world(SLA.replace("TARGET", "30 days"))
    assert after.values("case", case)["answer_state"] == "paused"
