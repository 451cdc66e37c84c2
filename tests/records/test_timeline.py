"""The one history of a record: what was done about it, what changed and what rules did, as far as the reader
may know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.errors import NotFound
from relasi.records import Actor, TimelineEntry
from tests.records.world import NOW, World

ROLES = """
roles:
  agent: {}
  seller: {}
  partner: {}
  caller: {}
"""

CUSTOMER = """
entity: customer
fields:
  name: text
  credit: money
timeline_of: [ticket.customer]
access:
  agent: {read: all, update: all}
  seller: {read: all, hide: [credit]}
  caller: {read: all}
"""

TICKET = """
entity: ticket
fields:
  subject: text
  refund: money
  customer: {type: link, to: customer}
  owner: user
access:
  agent: {read: all, update: all, create: true}
  seller: {read: all, hide: [refund]}
  partner: {read: own}
  caller: {read: own}
"""

VISIT = """
entity: visit
title: "{note}"
fields:
  note: text
  about: {type: link, to: [customer, ticket]}
  at: datetime
timeline: {on: about, at: at}
access:
  agent: {read: "note != 'private'"}
  seller: {read: all, hide: [at]}
  partner: {read: all, hide: [about]}
  caller: {read: all}
"""

WELCOME = """
workflow: welcome
entity: ticket
when: created
if: subject = "hello"
do:
  - set: {subject: "Welcome"}
"""

CREDIT = """
workflow: by_credit
entity: ticket
when: created
if: customer.credit > 100
do:
  - set: {subject: "Rich"}
"""

REFUND = """
workflow: by_refund
entity: ticket
when: [{changed: refund}]
do:
  - update: customer
    set: {credit: refund}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CUSTOMER, TICKET, VISIT, WELCOME, CREDIT, REFUND)


@pytest.fixture
def ana(world: World) -> Actor:
    return world.actor("ana", "agent")


@pytest.fixture
def sam(world: World) -> Actor:
    return world.actor("sam", "seller")


def told(entries: tuple[TimelineEntry, ...]) -> list[str]:
    """Each entry in a word, newest first."""
    words = []
    for entry in entries:
        if entry.record:
            words.append(f"record {entry.record.title}")
        elif entry.change:
            words.append(f"{entry.change.kind} {' '.join(entry.change.fields)}".strip())
        elif entry.trace:
            words.append(f"{entry.trace.workflow} {entry.trace.outcome}")
    return words


def timeline(world: World, actor: Actor, key: str, limit: int = 50) -> tuple[TimelineEntry, ...]:
    return world.crm.records.timeline(actor, "ticket", key, limit)


def test_all_kinds_stand_together_newest_first(world: World, ana: Actor) -> None:
    ticket = world.crm.records.create(ana, "ticket", {"subject": "hello"})
    world.clock.advance(hours=1)
    world.create("visit", note="called", about=f"ticket/{ticket.id}", at=world.clock.now)
    world.clock.advance(hours=1)
    world.crm.records.update(ana, "ticket", ticket.id, ticket.version, {"subject": "Bye"})

    assert told(timeline(world, ana, ticket.id)) == [
        "updated subject",
        "record called",
        "updated subject",
        "welcome ran",
        "by_credit condition_false",
        "created subject",
    ]


def test_a_record_stands_at_its_own_time(world: World, ana: Actor) -> None:
    ticket = world.create("ticket", subject="x").id
    for note, hours in (("later", 2), ("earlier", 1), ("never", None)):
        at = None if hours is None else NOW.replace(hour=hours)
        world.create("visit", note=note, about=f"ticket/{ticket}", at=at)

    entries = [entry for entry in timeline(world, ana, ticket) if entry.record]

    assert [(entry.record and entry.record.title, entry.at.hour) for entry in entries] == [
        ("later", 2),
        ("earlier", 1),
    ]


def test_only_so_many_of_the_newest_are_given(world: World, ana: Actor) -> None:
    ticket = world.create("ticket", subject="0")
    for n in range(1, 6):
        world.clock.advance(minutes=1)
        world.crm.records.update(ana, "ticket", ticket.id, n, {"subject": str(n)})

    happened = [entry for entry in timeline(world, ana, ticket.id, 2) if not entry.is_quiet]

    assert [entry.change and entry.change.fields["subject"][1] for entry in happened] == ["5", "4"]


def test_rules_that_had_no_reason_to_run_take_no_room_from_what_happened(world: World, ana: Actor) -> None:
    ticket = world.create("ticket", subject="x")

    assert told(timeline(world, ana, ticket.id, 1)) == ["welcome condition_false", "created subject"]


def test_it_says_who_did_it_also_through_a_rule(world: World, ana: Actor) -> None:
    ticket = world.crm.records.create(ana, "ticket", {"subject": "hello"})

    changes = [entry for entry in timeline(world, ana, ticket.id) if entry.change]

    assert [(entry.user_id, entry.change and entry.change.rule) for entry in changes] == [
        ("u-ana", "welcome"),
        ("u-ana", None),
    ]


def test_the_timeline_of_what_may_not_be_read_is_not_found(world: World) -> None:
    ticket = world.create("ticket", subject="x").id

    with pytest.raises(NotFound):
        timeline(world, world.actor("pia", "partner"), ticket)


class TestWhatIsHidden:
    def test_changes_of_hidden_fields_are_left_out(self, world: World, ana: Actor, sam: Actor) -> None:
        ticket = world.create("ticket", subject="x", refund=1).id
        world.crm.records.update(ana, "ticket", ticket, 1, {"refund": 2})

        changes = [
            word for word in told(timeline(world, sam, ticket)) if not word.startswith(("by_", "welcome"))
        ]

        assert changes == ["created subject"]

    def test_records_that_may_not_be_read_are_left_out(self, world: World, ana: Actor) -> None:
        ticket = world.create("ticket", subject="x").id
        for note in ("private", "open"):
            world.create("visit", note=note, about=f"ticket/{ticket}", at=NOW)

        records = [word for word in told(timeline(world, ana, ticket)) if word.startswith("record")]

        assert records == ["record open"]

    @pytest.mark.parametrize(("name", "role"), [("sam", "seller"), ("pia", "partner")])
    def test_records_whose_link_or_time_is_hidden_are_left_out(
        self, world: World, name: str, role: str
    ) -> None:
        actor = world.actor(name, role)
        ticket = world.create("ticket", subject="x", owner=actor.user_id).id
        world.create("visit", note="called", about=f"ticket/{ticket}", at=NOW)

        assert [entry for entry in timeline(world, actor, ticket) if entry.record] == []

    def test_a_rule_that_reads_what_is_hidden_only_says_whether_it_ran(
        self, world: World, ana: Actor, sam: Actor
    ) -> None:
        customer = world.create("customer", name="Maju", credit=500).id
        ticket = world.create("ticket", subject="x", customer=customer).id

        def of(actor: Actor) -> list[tuple[object, ...]]:
            traces = [entry.trace for entry in timeline(world, actor, ticket) if entry.trace]
            return [
                (each.outcome, each.condition and each.condition["text"], len(each.steps))
                for each in traces
                if each.workflow == "by_credit"
            ]

        assert of(ana) == [("ran", "customer.credit > 100", 1)]
        assert of(sam) == [("ran", None, 0)]

    def test_a_rule_that_writes_what_is_hidden_only_says_whether_it_ran(
        self, world: World, ana: Actor, sam: Actor
    ) -> None:
        customer = world.create("customer", name="Maju").id
        ticket = world.create("ticket", subject="x", customer=customer).id
        world.crm.records.update(ana, "ticket", ticket, 1, {"refund": 2})

        steps = [
            [
                len(entry.trace.steps)
                for entry in timeline(world, actor, ticket)
                if entry.trace and entry.trace.workflow == "by_refund"
            ]
            for actor in (ana, sam)
        ]

        assert steps == [[1], [0]]

    def test_a_rule_that_touches_nothing_hidden_is_told_in_full(self, world: World, sam: Actor) -> None:
        ticket = world.create("ticket", subject="hello").id

        [trace] = [
            each.trace for each in timeline(world, sam, ticket) if each.trace and each.trace.outcome == "ran"
        ]

        assert (trace.condition["text"], trace.steps[0]["values"]) == (
            'subject = "hello"',
            {"subject": "Welcome"},
        )

    def test_of_a_rule_that_has_changed_since_only_those_are_told_from_whom_nothing_is_hidden(
        self, world: World, ana: Actor, sam: Actor
    ) -> None:
        ticket = world.create("ticket", subject="hello").id
        with world.crm.database.transaction() as connection:
            connection.exec_driver_sql("UPDATE relasi_trace SET workflow_version = 'older'")

        def told_of(actor: Actor) -> list[bool]:
            entries = timeline(world, actor, ticket)
            traces = [entry.trace for entry in entries if entry.trace and entry.trace.workflow == "welcome"]
            return [each.condition is not None for each in traces]

        assert [told_of(actor) for actor in (world.engine, ana, sam)] == [[True], [False], [False]]


class TestTimelinesOfOthers:
    """The timeline of a customer has what stands on those of their tickets."""

    def test_each_entry_says_by_way_of_which_record_it_is_there(self, world: World, ana: Actor) -> None:
        customer = world.create("customer", name="Maju")
        first, second = (world.create("ticket", subject=each, customer=customer.id) for each in "xy")
        world.create("visit", note="own", about=f"customer/{customer.id}", at=NOW)
        world.create("visit", note="called", about=f"ticket/{first.id}", at=NOW)
        world.create("visit", note="came", about=f"ticket/{second.id}", at=NOW)
        world.create(
            "visit", note="elsewhere", about=f"ticket/{world.create('ticket', subject='z').id}", at=NOW
        )

        entries = world.crm.records.timeline(ana, "customer", customer.id)

        there = {each.record.title: each.by_way_of and each.by_way_of.id for each in entries if each.record}
        assert there == {"own": None, "called": first.id, "came": second.id}

    def test_of_records_that_may_not_be_read_nothing_is_told(self, world: World) -> None:
        cal = world.actor("cal", "caller")
        customer = world.create("customer", name="Maju")
        for note, owner in (("mine", cal.user_id), ("another's", None)):
            ticket = world.create("ticket", subject="x", customer=customer.id, owner=owner)
            world.create("visit", note=note, about=f"ticket/{ticket.id}", at=NOW)

        entries = world.crm.records.timeline(cal, "customer", customer.id)

        assert [each.record.title for each in entries if each.record] == ["mine"]
