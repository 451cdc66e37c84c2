"""Workflows that change while runs of them wait: which definition each run ends on."""

from __future__ import annotations

import pytest

from relasi.deploy import Plan, Stamp, apply, make_plan
from relasi.deploy.changes import RunsInFlight
from relasi.deploy.views import lines
from tests.records.world import compiled, opened
from tests.workflows.desk import PLAIN, TICKET, Build, Desk, rule

OLD = rule("r", "created", "[{wait: 1 day, name: rest}, {set: {note: old}}]")
NEW = "[{set: {subject: new}}, {wait: 3 days, name: rest}, {set: {note: new}}]"


def changed(desk: Desk, *texts: str) -> tuple[Desk, Plan]:
    """The same database under another project, after plan and apply."""
    old = desk.world
    old.crm.close()
    model = compiled(old.crm.root, texts)
    made = opened(old.crm.root, model, prefix="n")
    made.clock.now = old.clock.now
    plan = make_plan(model, made.crm.database, now=made.clock.now)
    apply(plan, model, made.crm.database, Stamp("second", made.clock.now))
    return Desk(made), plan


def flights(plan: Plan) -> list[tuple[str, str, int, int]]:
    return [
        (each.table, each.how, each.runs, each.left)
        for each in plan.changes
        if isinstance(each, RunsInFlight)
    ]


@pytest.fixture
def waiting(build: Build) -> tuple[Desk, str]:
    desk = Desk(build(*PLAIN, OLD))
    return desk, desk.ticket()


def test_a_run_ends_on_the_definition_that_it_began_with(waiting: tuple[Desk, str]) -> None:
    desk, key = waiting
    desk, plan = changed(desk, *PLAIN, rule("r", "created", NEW))
    assert (flights(plan), plan.is_empty) == ([("r", "finish", 1, 0)], True)

    desk.work(days=1)

    assert (desk.value(key), desk.value(key, "subject")) == ("old", None)


def test_one_of_a_workflow_that_is_taken_away_ends_too(waiting: tuple[Desk, str]) -> None:
    desk, key = waiting
    desk, plan = changed(desk, *PLAIN)
    assert flights(plan) == [("r", "gone", 1, 0)]

    desk.work(days=1)

    assert desk.value(key) == "old"


def test_it_may_begin_anew(waiting: tuple[Desk, str]) -> None:
    desk, key = waiting
    desk, plan = changed(desk, *PLAIN, rule("r", "created", NEW, more="running: restart"))
    assert (flights(plan), plan.is_empty) == ([("r", "restart", 1, 0)], False)

    desk.work()
    assert (desk.value(key), desk.value(key, "subject")) == (None, "new")
    desk.work(days=3)
    assert desk.value(key) == "new"


@pytest.mark.parametrize("old", ["do.0", "rest"])
def test_or_go_on_at_a_step_of_the_new_one(waiting: tuple[Desk, str], old: str) -> None:
    desk, key = waiting
    more = f"running: {{steps: {{{old}: rest}}}}"
    desk, plan = changed(desk, *PLAIN, rule("r", "created", NEW, more=more))
    assert flights(plan) == [("r", "map", 1, 0)]

    desk.work(days=1)

    assert (desk.value(key), desk.value(key, "subject")) == ("new", None)


def test_where_nothing_is_said_of_a_step_the_run_ends_on_the_old_one(waiting: tuple[Desk, str]) -> None:
    desk, key = waiting
    new = NEW.replace("name: rest", "name: pause")
    more = "running: {steps: {elsewhere: pause}}"
    desk, plan = changed(desk, *PLAIN, rule("r", "created", new, more=more))
    assert flights(plan) == [("r", "finish", 1, 0)]

    desk.work(days=1)

    assert desk.value(key) == "old"


def test_an_old_definition_that_no_longer_fits_fails_its_runs_where_people_see_it(
    waiting: tuple[Desk, str],
) -> None:
    desk, key = waiting
    cut = ("  note: {type: text, max_length: 200}\n", ", needs: [note]")
    ticket = TICKET.replace(cut[0], "").replace(cut[1], "")
    desk, _ = changed(desk, *(ticket if text == TICKET else text for text in PLAIN))

    desk.work(days=1)

    (run,) = desk.world.crm.workflows.failed()
    assert (run.record_id, run.position) == (key, "do.0")


def test_the_plan_says_so_in_words(waiting: tuple[Desk, str]) -> None:
    desk, _ = waiting
    _, plan = changed(desk, *PLAIN, rule("r", "created", NEW, more="running: restart"))

    assert [line.text for line in lines(plan)] == [
        "r  1 run(s) wait on the definition before this one, and begin anew on this one"
    ]
    assert Plan.from_json(plan.to_json()) == plan


BROKEN = "[{set: {short: '{subject}'}}]"
MENDED = "[{set: {short: fits}}]"


def test_one_that_never_got_past_its_beginning_is_tried_again_by_the_mended_definition(build: Build) -> None:
    desk = Desk(build(*PLAIN, rule("r", "created", BROKEN)))
    key = desk.ticket(subject="much too long")
    desk, _ = changed(desk, *PLAIN, rule("r", "created", MENDED))
    (run,) = desk.world.crm.workflows.failed()

    desk.world.crm.workflows.retry(run.id, desk.world.engine)
    desk.work()

    assert (desk.value(key, "short"), desk.runs()) == ("fits", ())


def test_one_that_failed_later_begins_anew_with_the_mended_definition_if_it_is_told_to(build: Build) -> None:
    desk = Desk(build(*PLAIN, rule("r", "created", BROKEN.replace("[", "[{wait: 1 day}, ", 1))))
    key = desk.ticket(subject="much too long")
    desk.work(days=1)
    desk, _ = changed(desk, *PLAIN, rule("r", "created", MENDED))
    workflows, engine = desk.world.crm.workflows, desk.world.engine
    (run,) = workflows.failed()

    workflows.retry(run.id, engine)
    desk.work()
    assert [each.id for each in workflows.failed()] == [run.id]

    workflows.begin_anew(run.id, engine)
    desk.work()
    assert (desk.value(key, "short"), desk.said(key)[-2:]) == ("fits", ["begin anew", "set"])
