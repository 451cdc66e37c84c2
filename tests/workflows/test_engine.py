"""Rules run in the moment of the write that triggers them: when, how often, how deep, and what a failure
leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from relasi.errors import PlatformFull
from relasi.store.traces import Trace
from relasi.workflows.course import DEEPEST
from tests.records.world import World

Build = Callable[..., World]

ROLES = """
roles:
  agent: {}
  partner: {}
"""

TICKET = """
entity: ticket
fields:
  number: {type: series, pattern: "T-{n}"}
  subject: {type: text, max_length: 30}
  priority: {type: choice, options: [low, high, urgent], default: low}
  count: {type: number, default: 0}
  other: {type: number, default: 0}
  note: text
  sealed: {type: text, read_only: true}
  code: {type: text, unique: true}
  customer: {type: link, to: customer}
  owner: user
process:
  states: {new: {kind: open}, done: {kind: done}}
  moves: {finish: {from: [new], to: done}}
access:
  agent: {read: all, create: true, update: all}
  partner: {read: own, create: true, update: own, hide: [sealed]}
"""

CUSTOMER = """
entity: customer
fields:
  name: text
  tier: {type: choice, options: [silver, gold]}
  tickets: {type: number, default: 0}
access:
  agent: {read: all}
"""

TASK = """
entity: task
fields:
  subject: {type: long_text, required: true}
  about: {type: link, to: [ticket, customer]}
"""

PLAIN = (ROLES, CUSTOMER, TICKET, TASK)


def rule(name: str, when: str, do: str, *, only: str = "", runs: str = "every time") -> str:
    condition = f"if: {only}\n" if only else ""
    return f"workflow: {name}\nentity: ticket\nwhen: {when}\n{condition}runs: {runs}\ndo: {do}\n"


def outcomes(world: World, key: str, entity: str = "ticket") -> list[tuple[str, str]]:
    return [(trace.workflow, trace.outcome) for trace in world.traces(entity, key)]


def last(world: World, key: str) -> Trace:
    return world.traces("ticket", key)[-1]


def change(world: World, key: str, /, **values: Any) -> Mapping[str, Any]:
    version = world.values("ticket", key)["version"]
    world.crm.records.update(world.engine, "ticket", key, version, values)
    return world.values("ticket", key)


class TestTriggers:
    def test_created_is_the_first_write_alone(self, build: Build) -> None:
        world = build(*PLAIN, rule("mark", "created", "[{set: {note: marked}}]"))

        ticket = world.create("ticket")

        assert ticket.values["note"] == "marked"
        assert change(world, ticket.id, note="x")["note"] == "x"

    def test_updated_is_every_write_but_the_first(self, build: Build) -> None:
        world = build(*PLAIN, rule("mark", "updated", "[{set: {note: marked}}]"))

        ticket = world.create("ticket")

        assert ticket.values["note"] is None
        assert change(world, ticket.id, count=1)["note"] == "marked"

    def test_changed_is_a_write_that_changes_one_of_the_fields(self, build: Build) -> None:
        world = build(*PLAIN, rule("mark", "[{changed: [count, priority]}]", "[{set: {note: marked}}]"))
        ticket = world.create("ticket", count=1)

        assert change(world, ticket.id, code="x")["note"] is None
        assert change(world, ticket.id, priority="high")["note"] == "marked"

    def test_a_move_changes_the_state(self, build: Build) -> None:
        world = build(*PLAIN, rule("mark", "[{changed: status}]", "[{set: {note: marked}}]"))
        ticket = world.create("ticket")

        moved = world.crm.records.move(world.engine, "ticket", ticket.id, 1, move="finish")

        assert (moved.values["note"], moved.version) == ("marked", 3)

    def test_rules_run_in_the_order_of_their_files_each_on_what_the_one_before_left(
        self, build: Build
    ) -> None:
        world = build(
            *PLAIN,
            rule("a_first", "created", '[{set: {note: "{note}a"}}]'),
            rule("b_second", "created", '[{set: {note: "{note}b"}}]'),
        )

        assert world.create("ticket", note="-").values["note"] == "-ab"

    def test_rules_of_other_entities_do_not_look(self, build: Build) -> None:
        world = build(*PLAIN, rule("mark", "created", "[{set: {note: marked}}]"))
        customer = world.create("customer", name="Maju")

        assert outcomes(world, customer.id, "customer") == []


class TestConditions:
    def test_the_old_record_can_be_asked(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule("grow", "updated", "[{set: {note: grown}}]", only="count > old.count and changed(count)"),
        )
        ticket = world.create("ticket", count=5)

        assert change(world, ticket.id, count=4)["note"] is None
        assert change(world, ticket.id, count=6)["note"] == "grown"

    def test_a_linked_record_can_be_asked(self, build: Build) -> None:
        world = build(
            *PLAIN, rule("vip", "created", "[{set: {priority: urgent}}]", only="customer.tier = gold")
        )
        gold, silver = (world.create("customer", tier=tier).id for tier in ("gold", "silver"))

        priorities = [
            world.create("ticket", customer=each).values["priority"] for each in (gold, silver, None)
        ]

        assert priorities == ["urgent", "low", "low"]

    def test_the_person_who_wrote_can_be_asked(self, build: Build) -> None:
        world = build(*PLAIN, rule("mine", "created", "[{set: {note: mine}}]", only="owner = user"))
        ana = world.actor("ana", "agent")

        notes = [
            world.crm.records.create(ana, "ticket", {"owner": owner}).values["note"]
            for owner in ("u-ana", world.user("ben"))
        ]

        assert notes == ["mine", None]


class TestOncePerRecord:
    ONCE = rule(
        "once",
        "[created, {changed: priority}]",
        '[{set: {note: "{note}x"}}]',
        only="priority != low",
        runs="once per record",
    )

    def test_it_runs_once_however_often_it_is_triggered(self, build: Build) -> None:
        world = build(*PLAIN, self.ONCE)
        ticket = world.create("ticket").id

        notes = [change(world, ticket, priority=each)["note"] for each in ("high", "urgent", "low", "high")]

        assert notes == ["x", "x", "x", "x"]
        assert outcomes(world, ticket) == [
            ("once", "ran"),
            ("once", "condition_false"),
            ("once", "already_ran"),
        ]

    def test_every_time_means_every_time(self, build: Build) -> None:
        world = build(*PLAIN, self.ONCE.replace("once per record", "every time"))
        ticket = world.create("ticket").id

        assert [change(world, ticket, priority=each)["note"] for each in ("high", "urgent")] == ["x", "xx"]

    def test_its_own_steps_do_not_make_it_run_again(self, build: Build) -> None:
        world = build(
            *PLAIN,
            self.ONCE.replace('{set: {note: "{note}x"}}', '{set: {priority: urgent, note: "{note}x"}}'),
        )

        assert world.create("ticket", priority="high").values["note"] == "x"

    def test_it_does_not_run_again_when_another_rule_made_it_run_first(self, build: Build) -> None:
        before = rule("a_before", "created", "[{set: {priority: urgent}}]")
        world = build(*PLAIN, before, self.ONCE)

        ticket = world.create("ticket", priority="high")

        assert ticket.values["note"] == "x"
        assert [each for each in outcomes(world, ticket.id) if each[1] == "ran"] == [
            ("a_before", "ran"),
            ("once", "ran"),
        ]

    def test_one_that_failed_may_try_again(self, build: Build) -> None:
        world = build(*PLAIN, self.ONCE.replace('note: "{note}x"', 'subject: "{subject}{subject}"'))
        ticket = world.create("ticket", subject="a" * 20, priority="high").id
        assert last(world, ticket).outcome == "failed"

        assert change(world, ticket, subject="a", priority="urgent")["subject"] == "aa"

    def test_each_record_has_its_own_once(self, build: Build) -> None:
        world = build(*PLAIN, self.ONCE)

        assert [world.create("ticket", priority="high").values["note"] for _ in range(2)] == ["x", "x"]


class TestLoops:
    PING = rule("ping", "[{changed: count}]", "[{set: {other: other + 1}}]")
    PONG = rule("pong", "[{changed: other}]", "[{set: {count: count + 1}}]")

    def test_a_rule_may_trigger_another(self, build: Build) -> None:
        world = build(*PLAIN, self.PING, rule("note", "[{changed: other}]", "[{set: {note: seen}}]"))
        ticket = world.create("ticket").id

        assert change(world, ticket, count=5)["note"] == "seen"
        assert outcomes(world, ticket) == [("ping", "ran"), ("note", "ran")]

    def test_a_rule_that_comes_to_rest_is_no_loop(self, build: Build) -> None:
        world = build(*PLAIN, rule("calm", "updated", "[{set: {note: calm}}]"))
        ticket = world.create("ticket").id

        assert change(world, ticket, count=9)["note"] == "calm"
        assert {outcome for _, outcome in outcomes(world, ticket)} == {"ran"}

    def test_rules_that_trigger_each_other_are_stopped_and_the_record_kept(self, build: Build) -> None:
        world = build(*PLAIN, self.PING, self.PONG)
        ticket = world.create("ticket").id

        values = change(world, ticket, count=5)

        assert (values["count"], values["other"], values["version"]) == (5, 0, 2)
        assert outcomes(world, ticket) == [("ping", "stopped")]
        assert [run.workflow for run in world.crm.workflows.failed()] == ["ping"]

    def test_the_trace_names_the_rules_in_their_order(self, build: Build) -> None:
        world = build(*PLAIN, self.PING, self.PONG, rule("start", "[{changed: note}]", "[{set: {count: 1}}]"))
        ticket = world.create("ticket").id

        change(world, ticket, note="go")

        error = (last(world, ticket).error or {})["en"]
        assert f"after {DEEPEST} steps" in error
        assert "start → ping → pong → ping" in error

    def test_a_rule_that_creates_its_own_kind_is_stopped(self, build: Build) -> None:
        world = build(*PLAIN, rule("breed", "created", "[{create: ticket, set: {subject: child}}]"))

        ticket = world.create("ticket", subject="first")

        assert [(row["subject"], row["number"]) for row in world.rows("ticket")] == [("first", "T-1")]
        assert outcomes(world, ticket.id) == [("breed", "stopped")]

    def test_a_chain_within_the_budget_ends_well(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule(
                "count",
                "[created, {changed: count}]",
                "[{set: {count: count + 1}}]",
                only=f"count < {DEEPEST}",
            ),
        )

        assert world.create("ticket").values["count"] == DEEPEST

    def test_later_rules_still_run(self, build: Build) -> None:
        world = build(*PLAIN, self.PING, self.PONG, rule("z_last", "updated", "[{set: {note: ran}}]"))
        ticket = world.create("ticket").id

        assert change(world, ticket, count=5)["note"] == "ran"


class TestFailures:
    LONG = '{set: {subject: "{subject} and much more than fits into it"}}'

    def test_a_failing_step_takes_back_the_steps_before_it(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule(
                "fails",
                "created",
                f"[{{set: {{note: done}}}}, {{create: task, set: {{subject: x}}}}, {self.LONG}]",
            ),
        )

        ticket = world.create("ticket", subject="Broken")

        assert (ticket.values["note"], ticket.version, world.rows("task")) == (None, 1, [])
        assert [change.kind for change in world.changes("ticket", ticket.id)] == ["created"]

    def test_the_trace_says_what_was_done_and_what_went_wrong(self, build: Build) -> None:
        world = build(*PLAIN, rule("fails", "created", f"[{{set: {{note: done}}}}, {self.LONG}]"))

        trace = last(world, world.create("ticket", subject="Broken").id)

        assert (trace.outcome, [step["path"] for step in trace.steps]) == ("failed", ["do.0"])
        assert "at most 30" in (trace.error or {})["en"]
        assert "paling banyak 30" in (trace.error or {})["id"]

    def test_other_rules_still_run_on_what_is_there(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule("a_good", "created", "[{set: {note: a}}]"),
            rule("b_fails", "created", f"[{{set: {{note: b}}}}, {self.LONG}]"),
            rule("c_good", "created", '[{set: {note: "{note}c"}}]'),
        )

        ticket = world.create("ticket", subject="Broken")

        assert ticket.values["note"] == "ac"
        assert outcomes(world, ticket.id) == [("a_good", "ran"), ("b_fails", "failed"), ("c_good", "ran")]

    def test_a_rule_that_another_triggered_fails_alone(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule("outer", "created", "[{set: {note: outer}}]"),
            rule("inner", "[{changed: note}]", f"[{{set: {{count: 7}}}}, {self.LONG}]"),
        )

        ticket = world.create("ticket", subject="Broken")

        assert (ticket.values["note"], ticket.values["count"]) == ("outer", 0)
        assert outcomes(world, ticket.id) == [("outer", "ran"), ("inner", "failed")]

    def test_numbers_taken_by_a_failed_rule_are_given_back(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule(
                "fails",
                "created",
                '[{create: ticket, set: {subject: "copy", code: "taken"}}]',
                only="subject != 'copy'",
            ),
        )
        world.create("ticket", subject="copy", code="taken")

        world.create("ticket", subject="one")
        world.create("ticket", subject="two")

        assert [row["number"] for row in world.rows("ticket")] == ["T-1", "T-2", "T-3"]

    def test_what_once_ran_inside_a_failed_rule_did_not_run(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule("a_fails", "created", f"[{{set: {{priority: high}}}}, {self.LONG}]"),
            rule("once", "[created, {changed: priority}]", "[{set: {note: once}}]", runs="once per record"),
        )

        assert world.create("ticket", subject="Broken").values["note"] == "once"

    def test_a_full_disk_is_no_failure_of_the_rule(self, build: Build) -> None:
        world = build(
            *PLAIN, rule("many", "created", '[{create: task, set: {subject: "%s"}}]' % ("x" * 15_000))
        )
        with world.crm.database.transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")

        with pytest.raises(PlatformFull):
            world.create("ticket")

        assert world.rows("ticket") == []


class TestBounds:
    def test_a_rule_may_do_what_the_person_may_not(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule(
                "do_all",
                "created",
                "[{set: {sealed: stamped, owner: null}}, {create: task, set: {subject: x}}]",
            ),
        )
        pia = world.actor("pia", "partner")

        seen = world.crm.records.create(pia, "ticket", {"owner": "u-pia", "subject": "x"})

        assert (dict(seen.values), world.values("ticket", seen.id)["sealed"]) == ({}, "stamped")
        assert len(world.rows("task")) == 1

    def test_validation_holds_for_rules_too(self, build: Build) -> None:
        world = build(*PLAIN, rule("empty", "created", '[{create: task, set: {subject: "{note}"}}]'))

        trace = last(world, world.create("ticket").id)

        assert (trace.outcome, world.rows("task")) == ("failed", [])

    def test_a_rule_may_create_a_record_in_a_later_state(self, build: Build) -> None:
        world = build(*PLAIN, rule("archive", "[{changed: note}]", "[{create: ticket, set: {status: done}}]"))
        ticket = world.create("ticket").id

        change(world, ticket, note="go")

        assert [row["status"] for row in world.rows("ticket")] == ["new", "done"]


class TestMany:
    def test_each_record_of_a_batch_has_its_rules(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule(
                "task",
                "created",
                '[{create: task, set: {subject: "{subject}", about: record}}]',
                only="priority = high",
            ),
        )
        rows = [{"subject": f"row {n}", "priority": "high" if n % 2 else "low"} for n in range(200)]

        with world.crm.records.work(world.engine) as work:
            results = work.create_many("ticket", rows)

        about = {row["about"]: row["subject"] for row in world.rows("task")}
        assert about == {f"ticket/{result.id}": f"row {n}" for n, result in enumerate(results) if n % 2}

    def test_one_that_fails_does_not_touch_the_others(self, build: Build) -> None:
        world = build(*PLAIN, rule("grow", "created", '[{set: {subject: "{subject}{subject}"}}]'))

        with world.crm.records.work(world.engine) as work:
            work.create_many("ticket", [{"subject": "a"}, {"subject": "b" * 20}, {"subject": "c"}])

        assert [row["subject"] for row in world.rows("ticket")] == ["aa", "b" * 20, "cc"]


class TestTraces:
    def test_a_condition_is_told_part_by_part_with_its_values(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule(
                "vip",
                "created",
                "[{set: {note: vip}}]",
                only="priority in [high, urgent] and customer.tier = gold",
            ),
        )
        customer = world.create("customer", tier="silver").id

        condition = last(world, world.create("ticket", priority="high", customer=customer).id).condition

        assert (condition["value"], [(part["text"], part["value"]) for part in condition["children"]]) == (
            False,
            [("priority in [high, urgent]", True), ("customer.tier = gold", False)],
        )
        assert condition["children"][1]["children"][0] == {
            "text": "customer.tier",
            "value": "silver",
            "children": [],
        }

    def test_it_is_told_as_it_was_before_the_steps(self, build: Build) -> None:
        world = build(
            *PLAIN,
            rule("gild", "created", "[{update: customer, set: {tier: gold}}]", only="customer.tier != gold"),
        )
        customer = world.create("customer", tier="silver").id

        trace = last(world, world.create("ticket", customer=customer).id)

        assert (trace.outcome, trace.condition["value"]) == ("ran", True)

    def test_of_a_rule_that_does_not_run_only_the_newest_look_is_kept(self, build: Build) -> None:
        world = build(*PLAIN, rule("never", "[created, updated]", "[{set: {note: x}}]", only="count > 100"))
        ticket = world.create("ticket").id

        change(world, ticket, count=41)
        change(world, ticket, count=42)

        [trace] = world.traces("ticket", ticket)
        assert trace.condition["children"][0]["value"] == 42

    def test_a_trace_names_the_change_and_the_version_of_the_rule(self, build: Build) -> None:
        world = build(*PLAIN, rule("mark", "created", "[{set: {note: x}}]"))
        ticket = world.create("ticket").id

        trace = last(world, ticket)

        assert trace.change_id == world.changes("ticket", ticket)[0].id
        assert trace.workflow_version == world.crm.model.workflows["mark"].version
