"""Formulas, rollups and copies: what a write does to the values that are made of others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relasi.errors import InUse, Invalid
from relasi.records import ListRequest
from relasi.schema.model import Sort
from relasi.store.audit import Change
from tests.postgresql import WORLDS_ON_BOTH
from tests.processes import start, was_killed
from tests.records.world import NOW, World, compiled, opened

Build = Callable[..., World]

FIRM = """
entity: firm
fields:
  name: text
  level: {type: choice, options: [silver, gold], default: silver}
  rebate: percent
  open_deals: {type: rollup, of: deal.firm, count: true, where: status.kind = open}
  value: {type: rollup, of: deal.firm, sum: net}
  latest: {type: rollup, of: deal.firm, last: subject, by: day}
  mean: {type: rollup, of: deal.firm, average: amount}
  highest: {type: rollup, of: deal.firm, max: amount}
  double: {type: formula, value: value * 2}
access:
  seller: {read: all, create: true, update: all, delete: true}
"""
DEAL = """
entity: deal
fields:
  firm: {type: link, to: firm, on_delete: clear}
  number: {type: series, pattern: "D-{n}"}
  subject: text
  day: date
  amount: money
  net: {type: formula, value: "amount * (1 - coalesce(firm.rebate, 0) / 100)"}
  code: {type: formula, value: "{number}: {subject}"}
  is_late: {type: formula, value: updated_at > created_at + 1 hour}
  level: {type: copy, from: firm.level}
  level_then: {type: copy, from: firm.level, when: on create}
  contact: {type: copy, from: firm.name, when: when empty}
process:
  states: {new: {kind: open}, won: {kind: done}}
  moves: {win: {from: [new], to: won}}
access:
  seller: {read: all, create: true, update: all, delete: true}
"""
ITEM = """
entity: item
fields:
  deal: {type: link, to: deal, on_delete: cascade}
  level: {type: formula, value: deal.firm.level}
access:
  seller: {read: all, create: true, update: all, delete: true}
"""
ROLES = "roles:\n  seller: {label: Seller}\n"
CRM = (ROLES, FIRM, DEAL, ITEM)

NOTED = """
workflow: noted
entity: firm
when: {changed: value}
do:
  - set: {name: "{name}!"}
"""
TOUCHED = """
workflow: touched
entity: firm
when: updated
do:
  - set: {name: touched}
"""


@pytest.fixture
def world(build: Build) -> World:
    return build(*CRM)


def derived_changes(world: World, entity: str, key: str) -> list[Change]:
    with world.crm.store.session(write=False) as session:
        changes = session.audit.of(entity, key, limit=1000, derived=True)
    return [change for change in reversed(changes) if change.kind == "derived"]


def change(world: World, entity: str, key: str, **values: Any) -> None:
    version = world.values(entity, key)["version"]
    world.crm.records.update(world.engine, entity, key, version, values)


def delete(world: World, entity: str, key: str) -> None:
    world.crm.records.delete(world.engine, entity, key, world.values(entity, key)["version"])


def test_of_no_records_a_count_and_a_sum_are_zero_and_the_rest_is_empty(world: World) -> None:
    firm = world.create("firm").values
    figures = [firm[name] for name in ("open_deals", "value", "double", "latest", "mean", "highest")]
    assert figures == [0, Decimal("0.00"), Decimal("0.00"), None, None, None]


def test_a_new_record_counts_at_once(world: World) -> None:
    firm = world.create("firm").id
    world.create("deal", firm=firm, amount=10, subject="First", day=date(2026, 2, 1))
    world.create("deal", firm=firm, amount=25, subject="Second", day=date(2026, 1, 1))
    held = world.values("firm", firm)
    assert (held["open_deals"], held["value"], held["double"]) == (2, 35, 70)
    assert (held["latest"], held["mean"], held["highest"]) == ("First", Decimal("17.50"), 25)


def test_a_record_that_is_moved_counts_where_it_came_to_and_no_longer_where_it_was(world: World) -> None:
    old, new = world.create("firm").id, world.create("firm").id
    deal = world.create("deal", firm=old, amount=10).id
    change(world, "deal", deal, firm=new)
    assert (world.values("firm", old)["value"], world.values("firm", new)["value"]) == (0, 10)


def test_a_record_that_no_longer_meets_the_condition_no_longer_counts(world: World) -> None:
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm)
    world.crm.records.move(world.engine, "deal", deal.id, deal.version, move="win")
    assert world.values("firm", firm)["open_deals"] == 0


def test_a_deleted_record_no_longer_counts(world: World) -> None:
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm, amount=10).id
    delete(world, "deal", deal)
    assert world.values("firm", firm)["value"] == 0


def test_what_goes_with_a_deleted_record_no_longer_counts(build: Build) -> None:
    world = build(
        "entity: tree\nfields:\n  leaves: {type: rollup, of: leaf.tree, count: true}\n",
        "entity: branch\nfields:\n  name: text\n",
        "entity: leaf\nfields:\n  tree: {type: link, to: tree}\n"
        "  branch: {type: link, to: branch, on_delete: cascade}\n",
    )
    tree, branch = world.create("tree").id, world.create("branch").id
    for _ in range(3):
        world.create("leaf", tree=tree, branch=branch)
    delete(world, "branch", branch)
    assert world.values("tree", tree)["leaves"] == 0


def test_a_change_is_seen_two_links_away(world: World) -> None:
    firm = world.create("firm").id
    item = world.create("item", deal=world.create("deal", firm=firm).id).id
    change(world, "firm", firm, level="gold")
    assert world.values("item", item)["level"] == "gold"


def test_a_link_that_is_emptied_takes_its_values_along(world: World) -> None:
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm).id
    item = world.create("item", deal=deal).id
    delete(world, "firm", firm)
    assert (world.values("deal", deal)["level"], world.values("item", item)["level"]) == (None, None)


def test_a_change_goes_on_through_everything_that_is_made_of_it(world: World) -> None:
    firm = world.create("firm").id
    world.create("deal", firm=firm, amount=200)
    change(world, "firm", firm, rebate=10)
    assert world.values("firm", firm)["double"] == 360


def test_lists_filter_and_sort_by_derived_values(world: World) -> None:
    for amount in (5, 30, 20):
        world.create("deal", firm=world.create("firm").id, amount=amount)
    request = ListRequest("firm", where=("value > 10",), sort=(Sort("double", descending=True),))
    found = world.crm.records.list(world.engine, request).records
    assert [record.values["value"] for record in found] == [30, 20]


def test_a_formula_sees_the_number_that_its_record_gets(world: World) -> None:
    assert world.create("deal", subject="Lamp").values["code"] == "D-1: Lamp"


def test_a_copy_on_create_is_the_users_own_from_then_on(world: World) -> None:
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm).id
    change(world, "firm", firm, level="gold")
    assert world.values("deal", deal)["level_then"] == "silver"
    change(world, "deal", deal, level_then=None)
    assert world.values("deal", deal)["level_then"] is None


def test_a_copy_when_empty_is_filled_as_soon_as_there_is_something(world: World) -> None:
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm).id
    change(world, "firm", firm, name="Budi")
    assert world.values("deal", deal)["contact"] == "Budi"


def test_a_copy_when_empty_leaves_what_people_have_entered(world: World) -> None:
    firm = world.create("firm", name="Budi").id
    deal = world.create("deal", firm=firm, contact="Sari").id
    change(world, "firm", firm, name="Bambang")
    assert world.values("deal", deal)["contact"] == "Sari"


def test_nobody_writes_a_value_that_is_made(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.crm.records.create(world.actor("sari", "seller"), "deal", {"net": 5})
    assert [(issue.field, issue.code) for issue in refused.value.issues] == [("net", "read_only")]


def test_a_value_that_its_field_cannot_hold_is_empty(world: World) -> None:
    firm = world.create("firm").id
    world.crm.records.create(world.engine, "deal", {"firm": firm, "amount": Decimal("9999999999999999.99")})
    held = world.values("firm", firm)
    assert (held["value"], held["double"]) == (Decimal("9999999999999999.99"), None)


def test_a_sum_beyond_what_a_database_can_count_is_empty_and_no_mishap(world: World) -> None:
    firm = world.create("firm").id
    for _ in range(12):
        world.create("deal", firm=firm, amount=Decimal("9999999999999999.99"))
    held = world.values("firm", firm)
    assert (held["value"], held["mean"]) == (None, Decimal("9999999999999999.99"))


def test_a_person_is_not_told_of_a_conflict_with_a_derived_change(world: World) -> None:
    firm = world.create("firm", name="Budi")
    world.clock.advance(hours=1)
    world.create("deal", firm=firm.id, amount=10)
    updated = world.crm.records.update(world.engine, "firm", firm.id, firm.version, {"name": "Sari"})
    assert (updated.version, updated.values["value"]) == (firm.version + 1, 10)


def test_a_derived_change_does_not_touch_when_a_record_was_changed(world: World) -> None:
    firm = world.create("firm").id
    world.clock.advance(hours=1)
    world.create("deal", firm=firm, amount=10)
    assert world.values("firm", firm)["updated_at"] == NOW


def test_an_update_that_changes_nothing_stays_one(world: World) -> None:
    deal = world.create("deal", subject="Lamp")
    world.clock.advance(hours=2)
    change(world, "deal", deal.id, subject="Lamp")
    assert world.values("deal", deal.id)["version"] == 1
    change(world, "deal", deal.id, subject="Desk")
    assert world.values("deal", deal.id)["is_late"] is True


def test_the_audit_entry_of_a_write_holds_what_it_made_of_its_own_record(world: World) -> None:
    deal = world.create("deal", amount=10).id
    change(world, "deal", deal, amount=20)
    assert world.changes("deal", deal)[-1].fields == {
        "amount": ("10.00", "20.00"),
        "net": ("10.00", "20.00"),
    }


def test_what_a_write_made_of_other_records_is_audited_there(world: World) -> None:
    firm = world.create("firm").id
    seller = world.actor("sari", "seller")
    world.crm.records.create(seller, "deal", {"firm": firm, "amount": 10})
    (entry,) = derived_changes(world, "firm", firm)
    assert (entry.user_id, entry.version, entry.fields["value"]) == ("u-sari", 1, ("0.00", "10.00"))


def test_the_timeline_tells_only_of_what_people_did(world: World) -> None:
    firm = world.create("firm").id
    world.create("deal", firm=firm, amount=10)
    entries = world.crm.records.timeline(world.engine, "firm", firm)
    assert [entry.change.kind for entry in entries if entry.change] == ["created"]


def test_a_rule_hears_of_a_derived_change(build: Build) -> None:
    world = build(*CRM, NOTED)
    firm = world.create("firm", name="Budi").id
    world.create("deal", firm=firm, amount=10)
    assert world.values("firm", firm)["name"] == "Budi!"


def test_a_derived_change_is_no_update_by_somebody(build: Build) -> None:
    world = build(*CRM, TOUCHED)
    firm = world.create("firm", name="Budi").id
    world.create("deal", firm=firm, amount=10)
    assert world.values("firm", firm)["name"] == "Budi"


def test_many_new_records_are_summed_up_once(world: World) -> None:
    firms = [world.create("firm").id for _ in range(3)]
    with world.crm.records.work(world.engine) as work:
        work.create_many("deal", [{"firm": firms[n % 3], "amount": 1} for n in range(90)])
    assert [world.values("firm", firm)["value"] for firm in firms] == [30, 30, 30]
    assert [len(derived_changes(world, "firm", firm)) for firm in firms] == [1, 1, 1]


def test_what_a_failed_rule_did_is_taken_out_of_the_sums_again(build: Build) -> None:
    failing = (
        "workflow: failing\nentity: item\nwhen: created\n"
        "do:\n  - update: deal\n    set: {amount: 500}\n  - assign: {to: role.seller, field: owner}\n"
    )
    item = ITEM.replace("fields:", "fields:\n  owner: user")
    world = build(ROLES, FIRM, DEAL, item, failing)
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm, amount=10).id
    world.create("item", deal=deal)
    assert world.values("firm", firm)["value"] == 10


def test_a_refused_delete_leaves_derived_values_as_they_were(build: Build) -> None:
    bound = "entity: bound\nfields:\n  firm: {type: link, to: firm, on_delete: restrict}\n"
    world = build(*CRM, bound)
    firm = world.create("firm").id
    deal = world.create("deal", firm=firm).id
    world.create("bound", firm=firm)
    with pytest.raises(InUse):
        delete(world, "firm", firm)
    assert world.values("deal", deal)["level"] == "silver"


@WORLDS_ON_BOTH
def test_threads_that_write_at_once_lose_nothing(world: World) -> None:
    firm = world.create("firm").id

    def add(_: int) -> None:
        world.create("deal", firm=firm, amount=1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))
    assert (world.values("firm", firm)["value"], world.values("firm", firm)["open_deals"]) == (40, 40)


def write_deals(root: Path, name: str, firm: str, platform: tuple[str, ...]) -> None:
    world = opened(root, compiled(root / name, (*platform, *CRM)), prefix=name)
    for _ in range(20):
        world.create("deal", firm=firm, amount=1)


@WORLDS_ON_BOTH
def test_processes_that_write_at_once_lose_nothing(world: World, platform: tuple[str, ...]) -> None:
    firm = world.create("firm").id
    writers = [start(write_deals, world.crm.root, name, firm, platform) for name in ("a", "b", "c")]
    assert not any(was_killed(writer) for writer in writers)
    assert world.values("firm", firm)["value"] == 60
