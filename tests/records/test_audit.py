"""Every write leaves an entry that says who, when, what and by which rule, or is not written at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.errors import PlatformError
from relasi.records import Source
from tests.records.world import NOW, World

ROLES = "roles:\n  agent: {}\n"

TICKET = """
entity: ticket
fields:
  subject: text
  amount: money
  urgent: boolean
  tags: {type: multi_choice, options: [a, b]}
access:
  agent: {read: all, create: true, update: all}
"""

RAISE = """
workflow: raise_urgency
entity: ticket
when: [{changed: amount}]
if: amount > 100
do:
  - set: {urgent: true}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, TICKET, RAISE)


def test_an_entry_says_who_when_through_what_and_what(world: World) -> None:
    ana = world.actor("ana", "agent")
    ticket = world.crm.records.create(ana, "ticket", {"subject": "x", "amount": "1.5", "tags": ["b", "a"]})

    [entry] = world.changes("ticket", ticket.id)

    assert (entry.user_id, entry.on_behalf_of, entry.at, entry.source, entry.kind, entry.version) == (
        "u-ana",
        None,
        NOW,
        "page",
        "created",
        1,
    )
    assert entry.fields == {"subject": (None, "x"), "amount": (None, "1.50"), "tags": (None, ["a", "b"])}


def test_the_channel_is_told(world: World) -> None:
    ticket = world.crm.records.create(world.actor("ana", "agent", source=Source.IMPORT), "ticket", {})

    assert world.changes("ticket", ticket.id)[0].source == "import"


def test_what_a_rule_writes_is_its_own_on_behalf_of_the_person(world: World) -> None:
    ana = world.actor("ana", "agent")
    ticket = world.crm.records.create(ana, "ticket", {"amount": 1})
    world.crm.records.update(ana, "ticket", ticket.id, 1, {"amount": 200})

    *_, by_hand, by_rule = world.changes("ticket", ticket.id)

    assert (by_hand.user_id, by_hand.rule, by_hand.on_behalf_of) == ("u-ana", None, None)
    assert (by_rule.user_id, by_rule.on_behalf_of, by_rule.source) == (None, "u-ana", "rule")
    assert (by_rule.rule, by_rule.rule_version) == (
        "raise_urgency",
        world.crm.model.workflows["raise_urgency"].version,
    )
    assert world.values("ticket", ticket.id)["updated_by"] == "u-ana"


def test_a_record_is_not_written_when_its_entry_cannot_be(world: World) -> None:
    ticket = world.create("ticket", subject="before")
    with world.crm.database.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON relasi_change BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    with pytest.raises(PlatformError):
        world.create("ticket", subject="lost")
    with pytest.raises(PlatformError):
        world.crm.records.update(world.engine, "ticket", ticket.id, 1, {"subject": "lost"})
    with pytest.raises(PlatformError):
        world.crm.records.delete(world.engine, "ticket", ticket.id, 1)

    assert [row["subject"] for row in world.rows("ticket")] == ["before"]
