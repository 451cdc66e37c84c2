"""Rules by the clock that are about no record."""

from __future__ import annotations

import pytest

from relasi.store.traces import Trace
from tests.workflows.desk import PLAIN, Build, Desk

DAY = 24
HELLO = """
message: hello
label: {en: Hello, id: Halo}
subject: {en: "It is {today()}", id: "Ini {today()}"}
body: {en: Hello, id: Halo}
"""


def desk(build: Build, do: str, *, more: str = "") -> Desk:
    """A desk with a rule for each morning, whose schedule is known from now on."""
    rule = f"workflow: morning\nwhen: every day at 08:00\n{more}\ndo: {do}\n"
    at = Desk(build(*PLAIN, HELLO, rule))
    at.work()
    return at


def traces(at: Desk) -> list[Trace]:
    return at.world.traces("", "")


def test_it_runs_once_at_its_time(build: Build) -> None:
    at = desk(build, "[{create: task, set: {subject: Look around}}]")

    at.work(hours=10)
    assert at.world.rows("task") == []

    at.work(hours=1)
    at.work(hours=1)
    assert [each["subject"] for each in at.world.rows("task")] == ["Look around"]


def test_its_condition_may_ask_what_day_it_is(build: Build) -> None:
    at = desk(build, "[{create: task}]", more='if: today() > "2026-11-22"')

    at.work(hours=DAY)  # a Sunday
    assert traces(at)[-1].outcome == "condition_false"

    at.work(hours=DAY)
    assert len(at.world.rows("task")) == 1


def test_steps_go_over_all_records_that_meet_a_condition(build: Build) -> None:
    at = desk(build, "[{for each: ticket, where: status = working, do: [{set: {note: 'seen {subject}'}}]}]")
    first, second = at.ticket(subject="a"), at.ticket(subject="b")
    at.move(second, "start")

    at.work(hours=DAY)

    assert [at.value(each) for each in (first, second)] == [None, "seen b"]


def test_a_record_inside_is_the_one_at_hand(build: Build) -> None:
    do = "[{for each: ticket, do: [{create: task, set: {subject: 'on {record.subject}', ticket: record}}]}]"
    at = desk(build, do)
    key = at.ticket(subject="a")

    at.work(hours=DAY)

    (task,) = at.world.rows("task")
    assert (task["subject"], task["ticket"]) == ("on a", key)


def test_it_waits_and_goes_on(build: Build) -> None:
    at = desk(build, "[{wait: 2 hours}, {create: task}]")

    at.work(hours=11)
    assert [(run.entity, run.record_id, run.status) for run in at.runs()] == [("", "", "waiting")]

    at.work(hours=2)
    assert len(at.world.rows("task")) == 1
    assert at.runs() == ()


def test_each_record_may_wait_for_itself(build: Build) -> None:
    at = desk(
        build, "[{for each: ticket, do: [{wait: {until: status = done}}, {set: {count: 9}}]}, {create: task}]"
    )
    key, gone = at.ticket(), at.ticket()
    at.work(hours=11)

    at.move(key, "finish", note="x")
    at.work()
    assert (at.value(key, "count"), len(at.world.rows("task"))) == (9, 0)

    at.delete(gone)
    at.work()
    assert len(at.world.rows("task")) == 1


@pytest.mark.parametrize(("repeat", "left"), [("every time", 2), ("queue", 2), ("restart", 1)])
def test_a_turn_that_comes_while_it_still_waits(build: Build, repeat: str, left: int) -> None:
    at = desk(build, "[{wait: 9 days}]", more=f"runs: {repeat}")

    at.work(hours=DAY)
    at.work(hours=DAY)

    assert len(at.runs()) == left


def test_a_failed_run_is_kept_and_can_be_tried_again(build: Build) -> None:
    at = desk(build, "[{for each: ticket, do: [{set: {short: '{subject}'}}]}]")
    key = at.ticket(subject="much too long")
    at.work(hours=DAY)
    (run,) = at.runs()
    assert run.status == "failed"

    at.change(key, subject="short")
    at.world.crm.workflows.retry(run.id, at.world.engine)
    at.work()
    assert at.value(key, "short") == "short"


def test_people_are_told_something_that_is_about_no_record(build: Build) -> None:
    at = desk(build, "[{notify: {to: role.boss, message: hello}}, {email: {to: role.boss, message: hello}}]")
    boss = at.world.user("ana", "boss")

    at.work(hours=DAY)

    with at.world.crm.store.session(write=False) as session:
        (notice,) = session.notifications.of(boss)
        (mail,) = session.effects.list()
    assert (notice.title["en"], notice.entity, notice.record_id) == ("It is 22 Nov 2026", None, None)
    assert (mail.to, mail.payload["subject"], mail.entity) == ("ana@example.com", "It is 22 Nov 2026", None)


def test_a_message_about_no_record_may_be_sent_by_any_rule(build: Build) -> None:
    text = "workflow: told\nentity: ticket\nwhen: created\ndo: [{notify: {to: role.boss, message: hello}}]\n"
    at = Desk(build(*PLAIN, HELLO, text))
    boss = at.world.user("ana", "boss")

    key = at.ticket()

    with at.world.crm.store.session(write=False) as session:
        (notice,) = session.notifications.of(boss)
    assert (notice.title["id"], notice.record_id) == ("Ini 21 Nov 2026", key)
