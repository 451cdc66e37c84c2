"""Laws over any sequence of writes: the audit log tells all, versions count writes, numbers have no gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.errors import RecordError
from relasi.records import Source
from relasi.schema.model import Entity
from relasi.store.audit import Change
from tests.records.world import World, make_world

ROLES = """
roles:
  agent: {}
  partner: {}
"""

CUSTOMER = """
entity: customer
fields:
  name: {type: text, required: true}
  main: {type: link, to: ticket, on_delete: clear}
  owner: {type: user, default: me}
access:
  agent: {read: all, create: true, update: all, delete: all}
  partner: {read: own, create: true, update: own}
"""

TICKET = """
entity: ticket
fields:
  number: {type: series, pattern: "T-{n}"}
  subject: {type: text, required: true, max_length: 5}
  amount: {type: money, min: 0}
  code: {type: text, unique: true}
  tags: {type: multi_choice, options: [a, b]}
  handled: {type: datetime, read_only: true}
  customer: {type: link, to: customer, on_delete: restrict}
  parent: {type: link, to: [ticket, customer], on_delete: cascade}
  owner: {type: user, default: me}
process:
  states: {new: {kind: open}, done: {kind: done}}
  moves:
    finish: {from: [new], to: done, needs: [amount]}
    reopen: {from: [done], to: new, who: [agent]}
access:
  agent: {read: all, create: true, update: all, delete: all}
  partner: {read: own, create: true, update: own, hide: [code]}
"""

HANDLE = """
workflow: handle
entity: ticket
when: [{changed: status}]
do:
  - set: {handled: "if(status = done, now(), null)"}
"""

SPREAD = """
workflow: spread
entity: ticket
when: [created, {changed: amount}]
if: amount > 50 and customer is not empty
do:
  - update: customer
    set: {name: "rich {number}"}
  - create: ticket
    set: {subject: "{subject}!", customer: customer, amount: amount - 30}
"""

TEXTS = (ROLES, CUSTOMER, TICKET, HANDLE, SPREAD)

VALUES = {
    "subject": st.sampled_from(["one", "two", "", "too long"]),
    "amount": st.sampled_from([None, 0, 5, Decimal("99.5"), -1]),
    "code": st.sampled_from([None, "A", "B"]),
    "tags": st.sampled_from([None, ["a"], ["b", "a"]]),
    "customer": st.integers(0, 5),
    "parent": st.integers(0, 5),
}
ACTORS = (("ana", "agent", Source.PAGE), ("pia", "partner", Source.PAGE), ("imp", "agent", Source.IMPORT))
STEP = st.tuples(
    st.sampled_from(["create", "create", "update", "update", "move", "delete", "customer", "link", "batch"]),
    st.sampled_from(ACTORS),
    st.integers(0, 5),
    st.fixed_dictionaries({}, optional=VALUES),
    st.booleans(),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = make_world(tmp_path_factory.mktemp("history"), *TEXTS)
    yield world
    world.crm.close()


@given(steps=st.lists(STEP, min_size=3, max_size=20))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_audit_log_replayed_gives_every_record(world: World, steps: list[Any]) -> None:
    world.begin_again(*TEXTS)
    for step in steps:
        _do(world, *step)
        world.clock.advance(seconds=1)
    _check(world)


def _do(world: World, verb: str, who: Any, n: int, values: dict[str, Any], stale: bool) -> None:
    """Does the step, or is refused."""
    actor, records = world.actor(who[0], who[1], source=who[2]), world.crm.records
    tickets, customers = world.rows("ticket"), world.rows("customer")
    given = _linked(values, tickets, customers)
    nothing: Mapping[str, Any] = {"id": "none", "version": 1, "status": "new"}
    ticket = tickets[n % len(tickets)] if tickets else nothing
    version = ticket["version"] - stale
    try:
        match verb:
            case "create":
                records.create(actor, "ticket", {"subject": "new", **given})
            case "update":
                records.update(actor, "ticket", ticket["id"], version, given)
            case "move":
                move = "finish" if ticket["status"] == "new" else "reopen"
                records.move(actor, "ticket", ticket["id"], version, move=move, values=given)
            case "delete":
                records.delete(actor, "ticket", ticket["id"], version)
            case "customer":
                records.create(actor, "customer", {"name": f"customer {n}"})
            case "link" if customers:
                customer = customers[n % len(customers)]
                records.update(actor, "customer", customer["id"], customer["version"], {"main": ticket["id"]})
            case "batch":
                with records.work(actor) as work:
                    work.create_many("ticket", [{"subject": "a", **given}, {"subject": "b"}, given])
                    work.update_many("ticket", [(each["id"], each["version"], given) for each in tickets])
    except RecordError:
        return


def _linked(values: dict[str, Any], tickets: list[Any], customers: list[Any]) -> dict[str, Any]:
    """The values, with the places of records turned into their ids."""
    given = dict(values)
    if "customer" in given:
        given["customer"] = customers[given["customer"] % len(customers)]["id"] if customers else None
    if "parent" in given:
        given["parent"] = f"ticket/{tickets[given['parent'] % len(tickets)]['id']}" if tickets else None
    return given


def _check(world: World) -> None:
    numbers = set()
    for entity in world.crm.model.entities.values():
        rows = {row["id"]: row for row in world.rows(entity.name)}
        for key, changes in _logged(world, entity.name).items():
            assert [change.version for change in changes] == list(range(1, len(changes) + 1))
            replayed = _replayed(entity, changes)
            assert replayed == rows.pop(key, None)
            numbers |= {change.fields["number"][1] for change in changes[:1] if "number" in change.fields}
        assert rows == {}
    assert numbers == {f"T-{n}" for n in range(1, len(numbers) + 1)}


def _logged(world: World, entity: str) -> dict[str, list[Change]]:
    with world.crm.database.transaction(write=False) as connection:
        keys = connection.exec_driver_sql(
            "SELECT DISTINCT record_id FROM relasi_change WHERE entity = ?", (entity,)
        )
        return {key: world.changes(entity, key) for (key,) in keys.all()}


def _replayed(entity: Entity, changes: list[Change]) -> Mapping[str, Any] | None:
    """The record that the changes lead to; None where the last one deleted it."""
    values: dict[str, Any] = {field.name: None for field in entity.own_fields}
    for change in changes:
        for name, (old, new) in change.fields.items():
            accept = entity.fields[name].type.accept
            assert values[name] == accept(old)
            values[name] = accept(new)
    first, last = changes[0], changes[-1]
    if last.kind == "deleted":
        assert set(values.values()) == {None}
        return None
    system = {
        "id": first.record_id,
        "version": last.version,
        "created_at": first.at,
        "updated_at": last.at,
        "created_by": _person(first),
        "updated_by": _person(last),
    }
    return {**values, **system}


def _person(change: Change) -> str | None:
    return change.user_id or change.on_behalf_of


def test_the_steps_reach_every_kind_of_change(world: World) -> None:
    """Else the law above would hold for want of cases."""
    world.begin_again(*TEXTS)
    for step in _every_kind(ACTORS[0]):
        _do(world, *step)
    kinds = {
        (change.kind, bool(change.rule))
        for name in ("ticket", "customer")
        for changes in _logged(world, name).values()
        for change in changes
    }
    assert kinds == {
        ("created", False), ("created", True), ("updated", False),
        ("updated", True), ("moved", False), ("deleted", False),
    }  # fmt: skip


def _every_kind(who: Any) -> Iterator[tuple[Any, ...]]:
    yield "customer", who, 0, {}, False
    yield "create", who, 0, {"subject": "one", "amount": Decimal("99.5"), "customer": 0}, False
    yield "create", who, 0, {"subject": "two", "parent": 0}, False
    yield "link", who, 0, {}, False
    yield "move", who, 0, {}, False
    yield "delete", who, 0, {}, False
