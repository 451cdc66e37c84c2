"""What rules wait for besides records that are created and changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from relasi.errors import Forbidden, Invalid
from tests.workflows.desk import PLAIN, Build, Desk, rule

NOTE = "[{set: {note: ran}}]"
COUNT = "[{set: {count: count + 1}}]"


def desk(build: Build, when: str, do: str = NOTE, **more: str) -> Desk:
    return Desk(build(*PLAIN, rule("r", when, do, **more)))


class TestValues:
    @pytest.mark.parametrize(
        ("when", "expected"),
        [
            ("{changed: priority}", [True, True, True]),
            ("{changed: priority, to: urgent}", [False, True, False]),
            ("{changed: priority, from: urgent}", [False, False, True]),
            ("{changed: priority, from: [low, high], to: [urgent, high]}", [True, True, False]),
        ],
    )
    def test_a_change_from_some_values_to_others(self, build: Build, when: str, expected: list[bool]) -> None:
        at = desk(build, when, COUNT)
        key = at.ticket()

        seen = []
        for priority in ("high", "urgent", "low"):
            before = at.value(key, "count")
            at.change(key, priority=priority)
            seen.append(at.value(key, "count") > before)
        assert seen == expected


class TestStates:
    def test_a_record_enters_a_state_by_whatever_way(self, build: Build) -> None:
        at = desk(build, "{enters: [working, new]}", COUNT)
        key = at.ticket()
        assert at.value(key, "count") == 1

        at.move(key, "start")
        assert at.value(key, "count") == 2

        at.move(key, "finish", note="x")
        assert at.value(key, "count") == 2

    def test_a_record_leaves_a_state(self, build: Build) -> None:
        at = desk(build, "{leaves: new}")
        key = at.ticket()
        assert at.value(key) is None

        at.move(key, "start")
        assert at.value(key) == "ran"

    def test_a_move_by_name(self, build: Build) -> None:
        at = desk(build, "{moved: finish}", COUNT)
        key = at.ticket()
        at.move(key, "start")
        assert at.value(key, "count") == 0

        at.move(key, "finish", note="x")
        assert at.value(key, "count") == 1


class TestEnd:
    def test_a_record_that_was_deleted_can_still_be_read(self, build: Build) -> None:
        at = desk(
            build, "deleted", '[{create: task, set: {subject: "{subject} is gone"}}]', more="if: count > 1"
        )
        for count in (1, 2):
            at.delete(at.ticket(subject=f"T{count}", count=count))

        assert [row["subject"] for row in at.world.rows("task")] == ["T2 is gone"]


class TestButton:
    WHEN = "{button: {label: Escalate, who: [boss], needs: [note]}}"

    def test_whoever_may_press_it_sees_it(self, build: Build) -> None:
        at = desk(build, self.WHEN, COUNT, more="if: priority != low")
        people = [
            at.world.actor(name, role) for name, role in (("ana", "agent"), ("bob", "boss"), ("gus", "guest"))
        ]
        records = [at.world.create("ticket", priority=priority) for priority in ("low", "high")]

        seen = [[len(at.world.crm.workflows.buttons(who, each)) for each in records] for who in people]
        assert seen == [[0, 0], [0, 1], [0, 0]]

    def test_it_runs_with_the_values_that_it_needs(self, build: Build) -> None:
        at = desk(build, self.WHEN, COUNT)
        bob, ticket = at.world.actor("bob", "boss"), at.world.create("ticket")

        trace = at.world.crm.workflows.press(bob, "r", ticket.id, 1, {"note": "x"})

        assert (trace.outcome, at.value(ticket.id), at.value(ticket.id, "count")) == ("ran", "x", 1)

    def test_without_them_nothing_happens(self, build: Build) -> None:
        at = desk(build, self.WHEN, COUNT)
        bob, ticket = at.world.actor("bob", "boss"), at.world.create("ticket")

        with pytest.raises(Invalid):
            at.world.crm.workflows.press(bob, "r", ticket.id, 1)
        assert (at.value(ticket.id, "count"), at.world.traces("ticket", ticket.id)) == (0, [])

    def test_once_per_record_holds_while_the_first_run_waits(self, build: Build) -> None:
        at = desk(
            build, "{button: {}}", "[{wait: 1 day}, {set: {count: count + 1}}]", more="runs: once per record"
        )
        ana, key = at.world.actor("ana", "agent"), at.ticket()

        outcomes = [at.world.crm.workflows.press(ana, "r", key, 1).outcome for _ in range(2)]
        at.work(days=1)

        assert (outcomes, at.value(key, "count")) == (["waiting", "already_ran"], 1)

    def test_others_may_not_press_it(self, build: Build) -> None:
        at = desk(build, self.WHEN, COUNT)
        ana, ticket = at.world.actor("ana", "agent"), at.world.create("ticket", note="x")

        with pytest.raises(Forbidden):
            at.world.crm.workflows.press(ana, "r", ticket.id, 1)


class TestEvery:
    def test_it_runs_for_the_records_that_meet_its_condition(self, build: Build) -> None:
        at = desk(build, "{every: weekday at 08:00, where: priority = high}", COUNT)
        keys = [at.ticket(priority=priority) for priority in ("high", "low", "high")]
        at.work()
        assert [at.value(key, "count") for key in keys] == [0, 0, 0]

        at.work(days=2)  # Monday
        assert [at.value(key, "count") for key in keys] == [1, 0, 1]
        at.work(hours=1)
        assert at.value(keys[0], "count") == 1

    def test_a_set_of_many_is_done_in_batches_and_each_record_once(self, build: Build) -> None:
        at = desk(build, "{every: day at 08:00, where: count < 5}", COUNT)
        keys = [at.ticket() for _ in range(45)]
        at.work()

        at.work(days=1)

        assert {at.value(key, "count") for key in keys} == {1}

    def test_turns_that_nobody_worked_through_are_made_up_for_once(self, build: Build) -> None:
        at = desk(build, "every day at 08:00", COUNT)
        key = at.ticket()
        at.work()

        at.work(days=10)

        assert at.value(key, "count") == 1

    def test_a_clock_that_was_set_back_doubles_nothing(self, build: Build) -> None:
        at = desk(build, "every hour", COUNT)
        key = at.ticket()
        at.work()
        at.work(hours=1)
        at.work(hours=-3)
        assert at.value(key, "count") == 1

        at.work(hours=4)
        assert at.value(key, "count") == 2

    def test_once_per_record_holds_for_schedules_too(self, build: Build) -> None:
        at = desk(build, "every day at 08:00", COUNT, more="runs: once per record")
        key = at.ticket()
        at.work()
        for _ in range(3):
            at.work(days=1)

        assert at.value(key, "count") == 1


class TestAround:
    def test_some_time_before_what_a_field_says(self, build: Build) -> None:
        at = desk(build, "30 days before last_day at 08:00", COUNT)
        key = at.ticket(last_day=datetime(2026, 12, 25, tzinfo=UTC).date())
        late = at.ticket(last_day=datetime(2026, 12, 1, tzinfo=UTC).date())
        at.work()

        at.world.clock.now = datetime(2026, 11, 25, 0, 58, tzinfo=UTC)
        at.work()
        assert at.value(key, "count") == 0
        at.work(minutes=3)  # 25 November, 08:01 in Jakarta
        assert at.value(key, "count") == 1
        at.work(days=40)
        assert (at.value(key, "count"), at.value(late, "count")) == (1, 0)

    def test_some_time_after_a_moment(self, build: Build) -> None:
        at = desk(build, "{time: 2 hours after due_at, where: priority = high}", COUNT)
        due = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
        keys = [at.ticket(due_at=due, priority=priority) for priority in ("high", "low")]
        at.work()

        at.work(minutes=170)
        assert at.value(keys[0], "count") == 0
        at.work(minutes=10)
        assert [at.value(key, "count") for key in keys] == [1, 0]

    def test_a_moment_that_moves_before_it_has_come_counts_where_it_is_then(self, build: Build) -> None:
        at = desk(build, "1 day after due_at", COUNT)
        key = at.ticket(due_at=datetime(2026, 11, 22, tzinfo=UTC))
        at.work()
        at.change(key, due_at=datetime(2026, 11, 30, tzinfo=UTC))

        at.work(days=5)
        assert at.value(key, "count") == 0
        at.work(days=6)
        assert at.value(key, "count") == 1
