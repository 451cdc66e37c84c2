"""The clocks of agreed times, as they stand in the records."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from relasi.errors import Forbidden, Invalid
from relasi.records import ListRequest, Record, Source
from relasi.runtime import engine_actor
from relasi.schema.expressions import Expression
from relasi.schema.model import Sort
from relasi.schema.scope import ModelScope
from relasi.workflows.sla import BATCH, ClockSweep
from tests.records.world import World, opened

JAKARTA = ZoneInfo("Asia/Jakarta")

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
time_zone: Asia/Jakarta
calendars:
  office:
    hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}
  support:
    hours: {mon-sun: "00:00-24:00"}
"""

CASE = """
entity: case
fields:
  subject: text
  priority: {type: choice, options: [low, normal, urgent], default: normal}
  received_at: {type: datetime, required: true, default: now}
  breaches: number
  solved_at: {type: datetime, read_only: true}
process:
  states:
    new: {kind: open}
    working: {kind: open}
    waiting: {kind: paused}
    solved: {kind: done}
  moves:
    start: {from: [new], to: working}
    wait: {from: [new, working], to: waiting}
    wake: {from: [waiting], to: working}
    solve: {from: [new, working, waiting], to: solved, set: {solved_at: now()}}
    reopen: {from: [solved], to: working, set: {solved_at: 'null'}}
sla:
  response:
    label: {en: First answer, id: Jawaban pertama}
    starts: received_at
    target: {by: priority, urgent: 1 working hour, normal: 4 working hours}
    met_when: status != new
    warn: 75%
  solution:
    starts: received_at
    target: {by: priority, urgent: 6 hours, else: 2 working days}
    met_when: solved_at
    warn: 4 working hours before
    calendar: office
"""

COUNT = """
workflow: count
entity: case
when: [{changed: response_state}]
if: response_state = breached
do:
  - set: {breaches: "coalesce(breaches, 0) + 1"}
"""

MONDAY = datetime(2026, 11, 23, 9, tzinfo=JAKARTA)


def at(text: str) -> datetime:
    """A time of November 2026 in Jakarta, as `24 16:30`."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=JAKARTA)


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    world = build(SETTINGS, CASE)
    world.clock.now = MONDAY.astimezone(UTC)
    return world


def sweep(world: World) -> None:
    sweep = ClockSweep(world.crm.records)
    while sweep(world.clock()):
        pass


def go_to(world: World, text: str) -> None:
    world.clock.now = at(text).astimezone(UTC)
    sweep(world)


def move(world: World, key: str, name: str) -> Record:
    version = world.values("case", key)["version"]
    return world.crm.records.move(world.engine, "case", key, version, move=name)


def update(world: World, key: str, **values: Any) -> Record:
    version = world.values("case", key)["version"]
    return world.crm.records.update(world.engine, "case", key, version, values)


@pytest.fixture
def case(world: World) -> str:
    return world.create("case").id


def test_a_clock_starts_with_the_record(world: World, case: str) -> None:
    values = world.values("case", case)
    assert (values["response_state"], values["response_due"]) == ("running", at("23 14:00"))
    assert (values["solution_state"], values["solution_due"]) == ("running", at("25 09:00"))


def test_the_time_is_that_of_the_option(world: World) -> None:
    values = world.values("case", world.create("case", priority="urgent").id)
    assert (values["response_due"], values["solution_due"]) == (at("23 10:00"), at("23 15:00"))


def test_where_nothing_is_agreed_there_is_no_clock(world: World) -> None:
    values = world.values("case", world.create("case", priority="low").id)
    assert (values["response_state"], values["response_due"]) == (None, None)


def test_another_priority_is_reckoned_from_the_start(world: World, case: str) -> None:
    world.clock.advance(minutes=30)
    values = update(world, case, priority="urgent").values
    assert values["response_due"] == at("23 10:00")


def test_another_priority_may_be_too_late_at_once(world: World, case: str) -> None:
    world.clock.advance(minutes=90)
    assert update(world, case, priority="urgent").values["response_state"] == "breached"


def test_another_start_is_reckoned_from_there(world: World, case: str) -> None:
    values = update(world, case, received_at=at("23 10:00")).values
    assert values["response_due"] == at("23 15:00")


def test_it_is_met_when_its_condition_holds(world: World, case: str) -> None:
    world.clock.advance(hours=2)
    values = move(world, case, "start").values
    assert (values["response_state"], values["response_met_at"]) == ("met", at("23 11:00"))
    assert values["response_used"] == timedelta(hours=2)
    assert values["response_due"] == at("23 14:00")


def test_it_is_met_late_after_it_was_due(world: World, case: str) -> None:
    go_to(world, "23 16:00")
    values = move(world, case, "start").values
    assert (values["response_state"], values["response_used"]) == ("met_late", timedelta(hours=6))


def test_what_is_met_stays_as_it_was_judged(world: World, case: str) -> None:
    move(world, case, "start")
    go_to(world, "27 16:00")
    values = update(world, case, subject="Later").values
    assert (values["response_state"], values["response_met_at"]) == ("met", at("23 09:00"))


def test_it_stands_in_a_paused_state(world: World, case: str) -> None:
    world.clock.advance(hours=2)
    values = move(world, case, "wait").values
    assert (values["solution_state"], values["solution_due"]) == ("paused", None)
    assert values["solution_used"] == timedelta(hours=2)


def test_it_goes_on_with_the_time_that_is_left(world: World, case: str) -> None:
    world.clock.advance(hours=2)
    move(world, case, "wait")
    go_to(world, "26 08:00")
    values = move(world, case, "wake").values
    assert (values["solution_state"], values["solution_due"]) == ("running", at("27 15:00"))


def test_a_pause_before_the_record_is_saved_first_takes_no_time(world: World) -> None:
    with world.crm.records.work(world.engine) as work:
        case = work.as_definition().create("case", {"status": "waiting"})
    go_to(world, "24 09:00")
    move(world, case, "wake")
    values = update(world, case, subject="Awake").values
    assert values["solution_due"] == at("26 09:00")


def test_what_is_met_while_it_stands_has_used_no_more(world: World, case: str) -> None:
    world.clock.advance(hours=2)
    move(world, case, "wait")
    go_to(world, "30 08:00")
    move(world, case, "solve")
    values = update(world, case, subject="Done").values
    assert (values["solution_state"], values["solution_used"]) == ("met", timedelta(hours=2))


def test_it_goes_on_when_the_record_is_opened_again(world: World, case: str) -> None:
    world.clock.advance(hours=2)
    move(world, case, "solve")
    go_to(world, "26 08:00")
    values = move(world, case, "reopen").values
    assert (values["solution_state"], values["solution_due"]) == ("running", at("27 15:00"))
    assert values["solution_met_at"] is None


def test_people_are_warned_when_time_alone_has_passed(world: World, case: str) -> None:
    go_to(world, "23 12:59")
    assert world.values("case", case)["response_state"] == "running"
    go_to(world, "23 13:00")
    assert world.values("case", case)["response_state"] == "warned"
    assert world.values("case", case)["solution_state"] == "running"


def test_a_warning_may_come_a_span_before_it_is_due(world: World, case: str) -> None:
    go_to(world, "24 13:59")
    assert world.values("case", case)["solution_state"] == "running"
    go_to(world, "24 14:00")
    assert world.values("case", case)["solution_state"] == "warned"


def test_it_is_late_to_the_minute(world: World, case: str) -> None:
    go_to(world, "23 13:59")
    assert world.values("case", case)["response_state"] == "warned"
    go_to(world, "23 14:00")
    assert world.values("case", case)["response_state"] == "breached"


def test_a_sweep_that_comes_late_goes_to_where_the_clock_stands(world: World, case: str) -> None:
    go_to(world, "30 09:00")
    with world.crm.store.session(write=False) as session:
        changes = session.audit.of("case", case, limit=10, derived=True)
    assert [change.fields["response_state"] for change in reversed(changes)] == [
        (None, "running"),
        ("running", "breached"),
    ]


def test_a_sweep_changes_what_is_ripe_once(world: World, case: str) -> None:
    go_to(world, "23 14:00")
    assert not ClockSweep(world.crm.records)(world.clock())


def test_a_sweep_leaves_the_version_so_that_whoever_edits_can_save(world: World, case: str) -> None:
    go_to(world, "23 14:00")
    assert world.values("case", case)["version"] == 1


def test_a_sweep_goes_through_any_number_of_records(world: World) -> None:
    with world.crm.records.work(world.engine) as work:
        work.create_many("case", [{}] * (BATCH + 10))
    go_to(world, "23 14:00")
    assert {row["response_state"] for row in world.rows("case")} == {"breached"}


def test_nobody_sets_a_clock(world: World, case: str) -> None:
    with pytest.raises(Invalid):
        update(world, case, response_state="met")


def test_its_inner_parts_are_known_to_nobody(world: World, case: str) -> None:
    assert not {"response_periods", "response_next"} & world.values("case", case).keys()
    with pytest.raises(Invalid):
        update(world, case, response_periods="[]")


def test_lists_are_filtered_and_sorted_by_clocks(world: World, case: str) -> None:
    urgent = world.create("case", priority="urgent").id
    scope = ModelScope(world.crm.model, "case")
    running = Expression.parse("response_state in [running, warned]", scope)
    request = ListRequest("case", where=(running,), sort=(Sort("response_due"),))
    page = world.crm.records.list(world.engine, request)
    assert [record.id for record in page.records] == [urgent, case]


def test_a_record_with_a_history_brings_when_it_was_met(world: World) -> None:
    actor = engine_actor(Source.IMPORT)
    values = {"received_at": at("20 09:00"), "status": "working", "response_met_at": at("20 11:00")}
    record = world.crm.records.create(actor, "case", values)
    assert (record.values["response_state"], record.values["response_used"]) == ("met", timedelta(hours=2))


def test_what_was_met_at_an_unknown_time_is_not_judged(world: World) -> None:
    actor = engine_actor(Source.IMPORT)
    values = {"received_at": at("12 09:00"), "status": "working"}
    case = world.crm.records.create(actor, "case", values).id
    changed = update(world, case, subject="Old").values
    assert (changed["response_state"], changed["response_met_at"]) == (None, None)


def test_rules_hear_of_what_time_does(build: Callable[..., World]) -> None:
    rule = """
workflow: hurry
entity: case
when: [{changed: response_state}]
if: response_state = breached
do:
  - set: {priority: urgent}
"""
    world = build(SETTINGS, CASE, rule)
    world.clock.now = MONDAY.astimezone(UTC)
    case = world.create("case").id
    go_to(world, "23 14:00")
    values = world.values("case", case)
    assert values["priority"] == "urgent"
    assert values["solution_due"] == at("23 15:00")


CUSTOMER = """
entity: customer
fields:
  name: text
  tier: {type: choice, options: [bronze, gold], default: bronze}
  late: {type: rollup, of: request.customer, count: true, where: answer_state = breached}
"""
REQUEST = """
entity: request
fields:
  customer: {type: link, to: customer}
  tier: {type: copy, from: customer.tier}
  answers: {type: rollup, of: answer.request, count: true}
  is_late: {type: formula, value: answer_state = breached}
sla:
  answer:
    target: {by: tier, gold: 1 working hour, else: 4 working hours}
    met_when: answers > 0
"""
ANSWER = "entity: answer\nfields: {request: {type: link, to: request, on_delete: cascade}}\n"


@pytest.fixture
def desk(build: Callable[..., World]) -> World:
    world = build(SETTINGS, CUSTOMER, REQUEST, ANSWER)
    world.clock.now = MONDAY.astimezone(UTC)
    return world


@pytest.fixture
def request_id(desk: World) -> str:
    return desk.create("request", customer=desk.create("customer").id).id


def test_a_clock_follows_what_is_copied_from_elsewhere(desk: World, request_id: str) -> None:
    customer = desk.rows("customer")[0]
    desk.crm.records.update(desk.engine, "customer", customer["id"], 1, {"tier": "gold"})
    assert desk.values("request", request_id)["answer_due"] == at("23 10:00")


def test_a_clock_is_met_by_what_is_counted(desk: World, request_id: str) -> None:
    desk.clock.advance(hours=1)
    desk.create("answer", request=request_id)
    values = desk.values("request", request_id)
    assert (values["answer_state"], values["answer_used"]) == ("met", timedelta(hours=1))


def test_what_clocks_show_is_counted_and_computed_with(desk: World, request_id: str) -> None:
    go_to(desk, "23 14:00")
    assert desk.values("request", request_id)["is_late"] is True
    assert desk.rows("customer")[0]["late"] == 1
    desk.create("answer", request=request_id)
    assert desk.values("request", request_id)["is_late"] is False
    assert desk.rows("customer")[0]["late"] == 0


def test_a_date_beyond_all_calendars_is_no_fault(build: Callable[..., World]) -> None:
    world = build(SETTINGS, CASE.replace("urgent: 6 hours", "urgent: 90000 days"))
    values = world.create("case", priority="urgent", received_at=datetime(9990, 1, 1, tzinfo=UTC)).values
    assert values["solution_state"] is None


def test_two_workers_let_each_breach_happen_once(build: Callable[..., World]) -> None:
    world = build(SETTINGS, CASE, COUNT)
    world.clock.now = MONDAY.astimezone(UTC)
    with world.crm.records.work(world.engine) as work:
        work.create_many("case", [{}] * (BATCH * 2))
    world.clock.now = at("23 16:00").astimezone(UTC)
    other = opened(world.crm.root, world.crm.model, prefix="other-")
    other.clock.now = world.clock.now
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sweep, [world, other]))
    other.crm.close()
    assert {row["breaches"] for row in world.rows("case")} == {1}


def test_a_rule_that_fails_keeps_no_clock_from_going_on(build: Callable[..., World]) -> None:
    world = build(
        SETTINGS, CASE, COUNT.replace('breaches: "coalesce(breaches, 0) + 1"', "received_at: 'null'")
    )
    world.clock.now = MONDAY.astimezone(UTC)
    case = world.create("case").id
    go_to(world, "23 14:00")
    assert world.values("case", case)["response_state"] == "breached"
    assert [trace.outcome for trace in world.traces("case", case)][-1] == "failed"


def test_a_move_may_be_possible_for_some_working_time_only(build: Callable[..., World]) -> None:
    world = build(SETTINGS, CASE.replace("to: working, set:", "to: working, within: 1 working day, set:"))
    world.clock.now = at("20 16:00").astimezone(UTC)
    soon, late = world.create("case").id, world.create("case").id
    move(world, soon, "solve")
    move(world, late, "solve")
    world.clock.now = at("23 16:00").astimezone(UTC)
    assert move(world, soon, "reopen").values["status"] == "working"
    world.clock.advance(minutes=1)
    with pytest.raises(Forbidden, match="1 working day"):
        move(world, late, "reopen")


@pytest.mark.parametrize(("reached", "state"), [("23 13:00", "warned"), ("23 14:00", "breached")])
def test_a_machine_whose_clock_is_set_back_takes_back_no_warning(
    world: World, case: str, reached: str, state: str
) -> None:
    go_to(world, reached)
    go_to(world, "23 09:30")
    assert update(world, case, subject="Later").values["response_state"] == state


BY_BOTH = """
entity: request
fields:
  level: {type: choice, options: [plain, gold]}
  urgency: {type: choice, options: [low, high]}
  answered: boolean
sla:
  answer:
    target:
      by: level
      gold: {by: urgency, high: 1 hour, else: 4 hours}
      else: {by: urgency, high: 1 day}
    met_when: answered
"""


def test_a_target_may_ask_two_fields(build: Callable[..., World]) -> None:
    world = build(SETTINGS, BY_BOTH)
    agreed = {
        (level, urgency): world.create("request", level=level, urgency=urgency).values["answer_due"]
        for level in ("gold", "plain", None)
        for urgency in ("high", "low")
    }
    start = world.clock.now
    assert agreed == {
        ("gold", "high"): start + timedelta(hours=1),
        ("gold", "low"): start + timedelta(hours=4),
        ("plain", "high"): start + timedelta(days=1),
        ("plain", "low"): None,
        (None, "high"): start + timedelta(days=1),
        (None, "low"): None,
    }
    first, *_ = world.rows("request")
    assert first["answer_due"] == start + timedelta(hours=1)
    world.crm.records.update(world.engine, "request", first["id"], first["version"], {"urgency": "low"})
    assert world.rows("request")[0]["answer_due"] == start + timedelta(hours=4)
