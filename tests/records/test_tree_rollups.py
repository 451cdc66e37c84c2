"""Rollups over a tree: whatever people do, every figure is what the records below a record say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.derivation import backfill
from relasi.derivation.account import Accountant
from relasi.errors import RelasiError
from relasi.records import Work
from tests.records.world import World, make_world

UNIT = """
entity: unit
fields:
  name: text
  parent: {type: tree, on_delete: DELETE}
  people: number
  staff: {type: rollup, of: unit, sum: people, over: parent}
  below: {type: rollup, of: unit.parent, count: true, over: parent}
  sales: {type: rollup, of: sale.unit, sum: net, over: parent, where: counts}
  first: {type: rollup, of: sale.unit, first: name, by: amount, over: parent}
  notes: {type: rollup, of: note.about, count: true, over: parent}
  per_head: {type: formula, value: sales / staff}
  own_unit: {type: rollup, of: sale.unit, sum: net}
access: {}
"""
SALE = """
entity: sale
fields:
  name: text
  unit: {type: link, to: unit, on_delete: DELETE}
  amount: money
  counts: {type: boolean, default: true}
  net: {type: formula, value: amount * 2}
access: {}
"""
NOTE = """
entity: note
fields:
  about: {type: link, to: [unit, sale], on_delete: clear}
access: {}
"""
DELETIONS = ("clear", "cascade")
ENTITIES = ("unit", "sale", "note")

Row = Mapping[str, Any]
Build = Callable[..., World]
_worlds = count()

places = st.integers(0, 7)
"""Which of the records that there are, counted round and round."""
given_values = {
    "unit": st.fixed_dictionaries(
        {}, optional={"parent": places | st.none(), "people": st.integers(0, 9) | st.none()}
    ),
    "sale": st.fixed_dictionaries(
        {},
        optional={
            "unit": places | st.none(),
            "name": st.sampled_from("abc"),
            "amount": st.integers(-9, 99) | st.none(),
            "counts": st.booleans(),
        },
    ),
    "note": st.fixed_dictionaries({}, optional={"about": places | st.none()}),
}


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, str, Any]:
    """One thing that somebody does."""
    what = draw(st.sampled_from(["create", "update", "update", "delete"]))
    entity = draw(st.sampled_from(["unit", "unit", "sale", "note"]))
    if what == "create":
        return what, entity, draw(st.lists(given_values[entity], min_size=1, max_size=4))
    if what == "update":
        return what, entity, draw(st.lists(st.tuples(places, given_values[entity]), min_size=1, max_size=3))
    return what, entity, draw(places)


BEGINNING: tuple[tuple[str, str, Any], ...] = (
    ("create", "unit", [{"people": 1}, {"people": 2}, {"people": 3}, {"people": 4}]),
    ("update", "unit", [(1, {"parent": 0}), (2, {"parent": 1}), (3, {"parent": 1})]),
    ("create", "sale", [{"unit": 0, "amount": 1}, {"unit": 2, "amount": 5}, {"unit": 3, "amount": 7}]),
    ("create", "note", [{"about": 2}]),
)
"""So that there is a branch to move from the first step on."""


def make(path: Path, on_delete: str) -> World:
    texts = (text.replace("DELETE", on_delete) for text in (UNIT, SALE, NOTE))
    return make_world(path / str(next(_worlds)), *texts)


def do(world: World, what: str, entity: str, how: Any) -> None:
    """In one transaction; what is refused leaves everything as it was."""
    ids = {each: sorted(row["id"] for row in world.rows(each)) for each in ENTITIES}
    try:
        with world.crm.records.work(world.engine) as work:
            _do(work, ids, what, entity, how)
    except RelasiError:
        return


def _do(work: Work, ids: Mapping[str, list[str]], what: str, entity: str, how: Any) -> None:
    own, units = ids[entity], ids["unit"]

    def linked(values: Row) -> dict[str, Any]:
        found = dict(values)
        for name in {"parent", "unit", "about"} & values.keys():
            key = units[values[name] % len(units)] if units and values[name] is not None else None
            found[name] = f"unit/{key}" if key and name == "about" else key
        return found

    if what == "create":
        work.create_many(entity, [linked(each) for each in how])
    elif own:
        held = work.transaction.get(entity, own)
        if what == "delete":
            key = own[how % len(own)]
            work.delete(entity, key, held[key]["version"])
        else:
            changes = {own[place % len(own)]: linked(each) for place, each in how}
            work.update_many(entity, [(key, held[key]["version"], each) for key, each in changes.items()])


def rows(world: World, entity: str) -> dict[str, Row]:
    return {row["id"]: row for row in world.rows(entity)}


def wanted(units: dict[str, Row], sales: dict[str, Row], notes: dict[str, Row]) -> Mapping[str, Row]:
    """Every figure from scratch, by a second way: each record asks which others stand above it."""

    def is_under(key: str | None, top: str) -> bool:
        while key is not None and key != top:
            key = units[key]["parent"]
        return key == top

    found: dict[str, dict[str, Any]] = {}
    for top, unit in units.items():
        branch = [each for key, each in units.items() if is_under(key, top)]
        sold = [sale for sale in sales.values() if is_under(sale["unit"], top)]
        ordered = sorted(sold, key=lambda sale: (sale["amount"] is None, sale["amount"] or 0, sale["id"]))
        counted = [sale["amount"] * 2 for sale in sold if sale["counts"] and sale["amount"] is not None]
        staff, total = sum(each["people"] or 0 for each in branch), sum(counted, Decimal(0))
        found[top] = {
            "staff": staff,
            "below": len(branch) - 1,
            "sales": total,
            "first": ordered[0]["name"] if ordered else None,
            "notes": sum(
                is_under(note["about"].partition("/")[2], top) for note in notes.values() if note["about"]
            ),
            "has_per_head": staff != 0,
        }
        assert (unit["per_head"] is not None) == found[top].pop("has_per_head")
    return found


def check(world: World) -> None:
    units = rows(world, "unit")
    for key, values in wanted(units, rows(world, "sale"), rows(world, "note")).items():
        assert {name: units[key][name] for name in values} == values, key


@pytest.mark.parametrize("on_delete", DELETIONS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(steps(), min_size=3, max_size=20))
def test_after_every_step_every_figure_is_what_the_branch_says(
    tmp_path: Path, on_delete: str, done: list[tuple[str, str, Any]]
) -> None:
    world = make(tmp_path, on_delete)
    for step in (*BEGINNING, *done):
        do(world, *step)
        check(world)
    world.crm.close()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(steps(), max_size=10))
def test_filling_all_records_at_once_gives_what_the_writes_gave(
    tmp_path: Path, done: list[tuple[str, str, Any]]
) -> None:
    world = make(tmp_path, "clear")
    for step in (*BEGINNING, *done):
        do(world, *step)
    before = rows(world, "unit")
    with world.crm.records.work(world.engine) as work:
        for entity, name in world.crm.model.derived:
            if entity == "unit":
                work.transaction.put(entity, {key: {name: None} for key in before})
        backfill(work.transaction, work.ground.graph, work.asking, set(world.crm.model.derived))
    assert rows(world, "unit") == before
    world.crm.close()


def test_a_figure_is_explained_by_the_records_of_the_branch(tmp_path: Path) -> None:
    world = make(tmp_path, "clear")
    for step in BEGINNING:
        do(world, *step)
    top = next(row for row in world.rows("unit") if row["parent"] is None)
    with world.crm.records.work(world.engine) as work:
        account = Accountant(work.ground.model, work.transaction, work.asking).account("unit", top, "notes")
    assert (account.made, account.count) == ("count over note.about over parent", 1)
