"""Workflows that last: what waits, what goes on, when, and what is left of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.workflows.desk import PLAIN, Build, Desk, rule


class TestWait:
    def test_the_steps_behind_it_come_when_the_time_has_passed(self, build: Build) -> None:
        desk = Desk(
            build(*PLAIN, rule("r", "created", "[{set: {note: a}}, {wait: 2 days}, {set: {note: b}}]"))
        )
        key = desk.ticket()
        assert (desk.value(key), desk.trace(key).outcome) == ("a", "waiting")

        desk.work(hours=47)
        assert desk.value(key) == "a"

        desk.work(hours=1)
        assert (desk.value(key), desk.trace(key).outcome) == ("b", "ran")
        assert desk.said(key) == ["set", "wait", "wait", "set"]
        assert desk.runs() == ()

    def test_working_time_passes_only_while_people_work(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: {for: 4 working hours}}, {set: {note: b}}]")))
        key = desk.ticket()

        # Saturday night in Jakarta: the office opens on Monday at 08:00, which is 01:00 UTC
        assert desk.runs()[0].due_at == datetime(2026, 11, 23, 5, tzinfo=UTC)
        desk.work(days=2)
        assert desk.value(key) == "b"

    @pytest.mark.parametrize("until", ["due_at", "due_at - 0 days"])
    def test_until_a_time_that_the_record_says(self, build: Build, until: str) -> None:
        desk = Desk(
            build(*PLAIN, rule("r", "created", f"[{{wait: {{until: {until}}}}}, {{set: {{note: b}}}}]"))
        )
        key = desk.ticket(due_at=datetime(2026, 11, 25, tzinfo=UTC))

        desk.work(days=3)
        assert desk.value(key) is None
        desk.work(hours=10)
        assert desk.value(key) == "b"

    def test_each_wait_begins_where_the_one_before_ended(self, build: Build) -> None:
        second = "{wait: {until: priority = urgent, at_most: 1 day}}"
        steps = f"[{{wait: 2 days}}, {{set: {{note: a}}}}, {second}, {{set: {{note: b}}}}]"
        desk = Desk(build(*PLAIN, rule("r", "created", steps)))
        key = desk.ticket()
        desk.work(days=2)
        assert desk.value(key) == "a"
        desk.work(days=1)
        assert desk.value(key) == "b"

    def test_when_that_time_changes_the_wait_does_too(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: {until: due_at}}, {set: {note: b}}]")))
        key = desk.ticket(due_at=datetime(2026, 12, 25, tzinfo=UTC))

        desk.change(key, due_at=datetime(2026, 11, 22, tzinfo=UTC))
        desk.work(days=1)

        assert desk.value(key) == "b"

    def test_a_day_begins_at_midnight_where_the_company_is(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: {until: last_day}}, {set: {note: b}}]")))
        desk.ticket(last_day=datetime(2026, 11, 24).date())  # noqa: DTZ001  # a day

        assert desk.runs()[0].due_at == datetime(2026, 11, 23, 17, tzinfo=UTC)

    def test_a_time_that_has_passed_is_not_waited_for(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: {until: due_at}}, {set: {note: b}}]")))
        key = desk.ticket(due_at=datetime(2026, 11, 1, tzinfo=UTC))

        assert (desk.value(key), desk.runs()) == ("b", ())

    def test_no_time_at_all_fails_the_run(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{set: {note: a}}, {wait: {until: due_at}}]")))
        key = desk.ticket()

        assert (desk.value(key), desk.trace(key).outcome) == (None, "failed")

    def test_until_something_holds_of_the_record(self, build: Build) -> None:
        wait = "{wait: {until: status.kind = done}}"
        desk = Desk(build(*PLAIN, rule("r", "created", f"[{wait}, {{set: {{subject: b}}}}]")))
        key = desk.ticket()

        desk.change(key, priority="high")
        desk.work(days=100)
        assert desk.value(key, "subject") is None

        desk.move(key, "finish", note="x")
        desk.work()
        assert desk.value(key, "subject") == "b"

    def test_what_holds_only_for_a_moment_is_not_missed(self, build: Build) -> None:
        wait = "{wait: {until: priority = urgent}}"
        desk = Desk(build(*PLAIN, rule("r", "created", f"[{wait}, {{set: {{note: b}}}}]")))
        key = desk.ticket()

        desk.change(key, priority="urgent")
        desk.change(key, priority="low")
        desk.work()

        assert desk.value(key) == "b"

    def test_linked_records_are_watched_too_and_new_ones_instead_of_old_ones(self, build: Build) -> None:
        wait = "{wait: {until: customer.tier = gold}}"
        desk = Desk(build(*PLAIN, rule("r", "created", f"[{wait}, {{set: {{note: b}}}}]")))
        ana, bob = (desk.world.create("customer", name=name).id for name in ("Ana", "Bob"))
        key = desk.ticket(customer=ana)

        desk.change(key, customer=bob)
        desk.change(ana, "customer", tier="gold")
        desk.work()
        assert desk.value(key) is None

        desk.change(bob, "customer", tier="gold")
        desk.work()
        assert desk.value(key) == "b"

    def test_at_most_so_long(self, build: Build) -> None:
        wait = "{wait: {until: status.kind = done, at_most: 2 days}}"
        desk = Desk(build(*PLAIN, rule("r", "created", f"[{wait}, {{set: {{note: late}}}}]")))
        key = desk.ticket()

        desk.work(hours=47)
        assert desk.value(key) is None
        desk.work(hours=1)
        assert desk.value(key) == "late"
        assert [step.get("ended") for step in desk.trace(key).steps] == [None, "time", None]

    def test_old_values_are_still_known_after_it(self, build: Build) -> None:
        do = '[{wait: 1 day}, {set: {note: "{old.subject} became {subject}"}}]'
        desk = Desk(build(*PLAIN, rule("r", "{changed: subject}", do)))
        key = desk.ticket(subject="a")
        desk.change(key, subject="b")

        desk.work(days=1)

        assert desk.value(key) == "a became b"

    def test_a_record_that_is_gone_by_then_ends_the_run(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: 2 days}, {create: task}]")))
        key = desk.ticket()
        desk.delete(key)

        desk.work()

        assert (desk.runs(), desk.world.rows("task")) == ((), [])
        assert desk.trace(key).outcome == "cancelled"

    def test_what_comes_after_it_is_on_behalf_of_the_same_person(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: 2 days}, {set: {note: b}}]")))
        ana = desk.world.actor("ana", "agent")
        key = desk.world.crm.records.create(ana, "ticket", {}).id

        desk.work(days=2)

        last = desk.world.changes("ticket", key)[-1]
        assert (last.on_behalf_of, last.rule, last.user_id) == (ana.user_id, "r", None)


class TestBranch:
    DO = """
  - if: priority = urgent
    then:
      - set: {note: urgent}
      - if: count > 1
        then: [{wait: 1 day}, {set: {subject: many}}]
    else:
      - set: {note: calm}
  - set: {count: count + 1}
"""

    @pytest.mark.parametrize(
        ("priority", "count", "expected"),
        [
            ("low", 0, ("calm", None, 1)),
            ("urgent", 0, ("urgent", None, 1)),
            ("urgent", 2, ("urgent", None, 2)),
        ],
    )
    def test_one_of_two_ways(self, build: Build, priority: str, count: int, expected: object) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", self.DO)))
        key = desk.ticket(priority=priority, count=count)

        assert tuple(desk.value(key, name) for name in ("note", "subject", "count")) == expected

    def test_a_wait_inside_goes_on_inside_and_then_behind(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", self.DO)))
        key = desk.ticket(priority="urgent", count=2)
        assert desk.runs()[0].position == "do.0.then.1.then.0"

        desk.work(days=1)

        assert (desk.value(key, "subject"), desk.value(key, "count")) == ("many", 3)

    def test_stop_ends_the_run_from_wherever_it_is(self, build: Build) -> None:
        do = '[{if: count = 0, then: [{stop: "{subject} has none"}]}, {set: {note: b}}]'
        desk = Desk(build(*PLAIN, rule("r", "created", do)))
        key = desk.ticket(subject="Ana")

        assert (desk.value(key), desk.trace(key).outcome) == (None, "ran")
        assert desk.trace(key).steps[-1]["reason"] == "Ana has none"


class TestForEach:
    def test_steps_are_taken_on_every_record_that_links_here(self, build: Build) -> None:
        steps = '[{set: {done: true, note: "{record.subject}"}}]'
        do = f"[{{for each: task.ticket, where: done = false, do: {steps}}}]"
        desk = Desk(build(*PLAIN, rule("r", "{changed: priority}", do)))
        key, other = desk.ticket(subject="A"), desk.ticket(subject="B")
        for ticket, done in ((key, False), (key, True), (other, False), (key, False)):
            desk.world.create("task", ticket=ticket, done=done)

        desk.change(key, priority="high")

        rows = desk.world.rows("task")
        assert [(row["done"], row["note"]) for row in rows] == [
            (True, "A"),
            (True, None),
            (False, None),
            (True, "A"),
        ]
        assert desk.trace(key).steps[0]["count"] == 2

    def test_a_link_to_one_of_several_entities_counts_as_well(self, build: Build) -> None:
        do = "[{for each: task.about, do: [{set: {done: true}}]}]"
        desk = Desk(build(*PLAIN, rule("r", "{changed: priority}", do)))
        key = desk.ticket()
        desk.world.create("task", about=f"ticket/{key}")

        desk.change(key, priority="high")

        assert desk.world.rows("task")[0]["done"]

    def test_waits_inside_pass_at_the_same_time_and_what_follows_comes_after_all(self, build: Build) -> None:
        do = """
  - for each: task.ticket
    do: [{wait: {until: done = true}}, {set: {note: seen}}]
  - set: {note: all}
"""
        desk = Desk(build(*PLAIN, rule("r", "{changed: priority}", do)))
        key = desk.ticket()
        first, second = (desk.world.create("task", ticket=key).id for _ in range(2))
        desk.change(key, priority="high")

        desk.change(second, "task", done=True)
        desk.work()
        assert (desk.value(second, entity="task"), desk.value(key)) == ("seen", None)

        desk.change(first, "task", done=True)
        desk.work()
        assert (desk.value(first, entity="task"), desk.value(key)) == ("seen", "all")
        assert (desk.runs(), desk.trace(first, "task").part_of) == ((), desk.trace(key).id)


class TestCall:
    def test_another_workflow_runs_on_the_record(self, build: Build) -> None:
        called = rule("called_one", "called", "[{set: {note: called}}]")
        desk = Desk(
            build(*PLAIN, called, rule("r", "created", "[{call: called_one}, {set: {subject: after}}]"))
        )
        key = desk.ticket()

        assert (desk.value(key), desk.value(key, "subject")) == ("called", "after")

    @pytest.mark.parametrize(("and_", "at_once"), [("wait", None), ("go on", "after")])
    def test_it_waits_for_the_other_or_goes_on(self, build: Build, and_: str, at_once: str | None) -> None:
        called = rule("called_one", "called", "[{wait: 1 day}, {set: {note: called}}]")
        do = f"[{{call: called_one, and: {and_}}}, {{set: {{subject: after}}}}]"
        desk = Desk(build(*PLAIN, called, rule("r", "created", do)))
        key = desk.ticket()
        assert desk.value(key, "subject") == at_once

        desk.work(days=1)

        assert (desk.value(key), desk.value(key, "subject")) == ("called", "after")
        assert desk.runs() == ()

    def test_the_condition_of_the_other_is_asked(self, build: Build) -> None:
        called = rule("called_one", "called", "[{set: {note: called}}]", more="if: count > 0")
        desk = Desk(build(*PLAIN, called, rule("r", "created", "[{call: called_one}]")))

        assert [desk.value(desk.ticket(count=count)) for count in (0, 1)] == [None, "called"]

    def test_on_the_record_behind_a_link(self, build: Build) -> None:
        called = rule("called_one", "called", "[{set: {tier: gold}}]", entity="customer")
        desk = Desk(build(*PLAIN, called, rule("r", "created", "[{call: called_one, on: customer}]")))
        ana = desk.world.create("customer", name="Ana").id
        desk.ticket(customer=ana)
        desk.ticket()

        assert desk.value(ana, "tier", "customer") == "gold"

    def test_if_it_fails_this_one_fails_with_it(self, build: Build) -> None:
        called = rule("called_one", "called", "[{set: {short: 'too long'}}]")
        desk = Desk(build(*PLAIN, called, rule("r", "created", "[{set: {note: a}}, {call: called_one}]")))
        key = desk.ticket()

        assert (desk.value(key), desk.trace(key).outcome) == (None, "failed")


class TestMove:
    def test_the_record_goes_to_another_state_as_the_rule(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", '[{move: finish, set: {note: "done"}}]')))
        key = desk.ticket()

        assert (desk.value(key, "status"), desk.value(key)) == ("done", "done")
        assert desk.world.changes("ticket", key)[-1].kind == "moved"

    def test_what_the_move_needs_is_needed_of_rules_too(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{move: finish}]")))
        key = desk.ticket()

        assert (desk.value(key, "status"), desk.trace(key).outcome) == ("new", "failed")


class TestLink:
    DO = "[{link: customer, where: name = record.subject}]"

    def test_the_one_record_that_fits_is_linked(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", self.DO)))
        ana = desk.world.create("customer", name="Ana").id
        desk.world.create("customer", name="Bob")

        assert desk.value(desk.ticket(subject="Ana"), "customer") == ana

    @pytest.mark.parametrize("others", [(), ("Ana", "Ana")], ids=["none", "several"])
    def test_where_none_or_several_fit_the_link_stays(self, build: Build, others: tuple[str, ...]) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", self.DO)))
        for name in others:
            desk.world.create("customer", name=name)
        key = desk.ticket(subject="Ana")

        assert (desk.value(key, "customer"), desk.trace(key).steps[0]["found"]) == (None, len(others))


class TestHowOften:
    WAIT = "[{wait: 1 day}, {set: {count: count + 1}}]"

    def changed(self, build: Build, runs: str) -> tuple[Desk, str]:
        desk = Desk(build(*PLAIN, rule("r", "{changed: subject}", self.WAIT, more=f"runs: {runs}")))
        key = desk.ticket()
        for subject in ("a", "b", "c"):
            desk.change(key, subject=subject)
        return desk, key

    def test_every_time(self, build: Build) -> None:
        desk, key = self.changed(build, "every time")
        assert len(desk.runs()) == 3

        desk.work(days=1)
        assert desk.value(key, "count") == 3

    def test_once_per_record_counts_one_that_still_waits(self, build: Build) -> None:
        desk, key = self.changed(build, "once per record")
        desk.work(days=1)
        desk.change(key, subject="d")

        desk.work(days=1)
        assert desk.value(key, "count") == 1

    def test_restart_cancels_the_one_before(self, build: Build) -> None:
        desk, key = self.changed(build, "restart")
        assert [trace.outcome for trace in desk.world.traces("ticket", key)] == [
            "cancelled",
            "cancelled",
            "waiting",
        ]

        desk.work(days=1)
        assert desk.value(key, "count") == 1

    def test_queue_begins_when_the_one_before_has_ended(self, build: Build) -> None:
        desk, key = self.changed(build, "queue")

        counts = []
        for _ in range(4):
            desk.work(days=1)
            counts.append(desk.value(key, "count"))
        assert counts == [1, 2, 3, 3]


class TestFailures:
    DO = "[{wait: 1 day}, {set: {note: b}}, {set: {short: '{subject}'}}]"

    def failed(self, build: Build) -> tuple[Desk, str]:
        desk = Desk(build(*PLAIN, rule("r", "created", self.DO)))
        key = desk.ticket(subject="much too long")
        desk.work(days=1)
        return desk, key

    def test_what_was_done_since_the_pause_is_taken_back_and_the_run_is_kept(self, build: Build) -> None:
        desk, key = self.failed(build)

        (run,) = desk.world.crm.workflows.failed()
        assert (run.record_id, run.position, run.failed_at) == (key, "do.0", "do.2")
        assert run.error is not None
        assert run.error.keys() == {"en", "id"}
        assert (desk.value(key), desk.trace(key).outcome) == (None, "failed")

    def test_it_goes_on_where_it_stands_when_it_is_tried_again(self, build: Build) -> None:
        desk, key = self.failed(build)
        desk.change(key, subject="fits")

        desk.world.crm.workflows.retry(desk.runs()[0].id, desk.world.engine)
        desk.work()

        assert (desk.value(key), desk.value(key, "short"), desk.runs()) == ("b", "fits", ())
        assert (desk.trace(key).outcome, desk.trace(key).error) == ("ran", None)

    def test_it_may_be_cancelled_instead(self, build: Build) -> None:
        desk, key = self.failed(build)

        desk.world.crm.workflows.cancel(desk.runs()[0].id, desk.world.engine)

        assert (desk.runs(), desk.trace(key).outcome) == ((), "cancelled")

    def test_one_that_fails_keeps_no_other_from_going_on(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", self.DO)))
        keys = [desk.ticket(subject=subject) for subject in ("a", "much too long", "b")]

        desk.work(days=1)

        assert [desk.value(key) for key in keys] == ["b", None, "b"]

    def test_one_that_failed_in_the_moment_of_the_write_can_be_tried_again_too(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{set: {short: '{subject}'}}]")))
        key = desk.ticket(subject="much too long")
        desk.change(key, subject="fits")

        desk.world.crm.workflows.retry(desk.runs()[0].id, desk.world.engine)
        desk.work()

        assert (desk.value(key, "short"), desk.trace(key).outcome) == ("fits", "ran")

    def test_a_run_that_cannot_look_again_fails_and_the_write_stands(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "created", "[{wait: {until: status.kind = done}}]")))
        key = desk.ticket()
        with desk.world.crm.store.session() as session:
            (run,) = session.runs.list()
            session.runs.put(replace(run, version="unknown"), session.runs.watched(run.id))

        desk.change(key, note="x")

        assert (desk.value(key), [run.status for run in desk.runs()]) == ("x", ["failed"])

    def test_rules_that_trigger_each_other_over_waits_are_stopped_too(self, build: Build) -> None:
        desk = Desk(build(*PLAIN, rule("r", "updated", "[{wait: 1 hour}, {set: {count: count + 1}}]")))
        key = desk.ticket()
        desk.change(key, subject="a")

        for _ in range(20):
            desk.work(hours=1)

        assert desk.value(key, "count") < 10
        assert [run.status for run in desk.runs()] == ["failed"]
