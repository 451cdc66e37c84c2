"""Whatever people do, in whatever order: every derived value is what the records themselves say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relasi.derivation import backfill
from relasi.errors import RelasiError
from relasi.records import Work
from tests.records.world import World, make_world

FIRM = """
entity: firm
fields:
  name: text
  level: {type: choice, options: [silver, gold]}
  factor: number
  open: {type: rollup, of: deal.firm, count: true, where: status.kind = open}
  value: {type: rollup, of: deal.firm, sum: total}
  best: {type: rollup, of: deal.firm, max: total}
  least: {type: rollup, of: deal.firm, min: day}
  mean: {type: rollup, of: deal.firm, average: total}
  newest: {type: rollup, of: deal.firm, last: subject, by: day}
  oldest: {type: rollup, of: deal.firm, first: subject, by: day}
  score: {type: formula, value: value * factor}
  notes: {type: rollup, of: note.about, count: true}
  parts: {type: rollup, of: part.firm, sum: amount, where: deal.status.kind = open}
  counted: {type: rollup, of: deal.firm, sum: parts}
access: {}
"""
DEAL = """
entity: deal
fields:
  firm: {type: link, to: firm, on_delete: clear}
  subject: text
  day: date
  discount: percent
  sum: {type: rollup, of: part.deal, sum: amount, where: not cancelled}
  parts: {type: rollup, of: part.deal, count: true}
  total: {type: formula, value: "sum * (1 - coalesce(discount, 0) / 100)"}
  level: {type: copy, from: firm.level}
  first_level: {type: copy, from: firm.level, when: on create}
  own_level: {type: copy, from: firm.level, when: when empty}
  crowded: {type: formula, value: firm.open > 2}
  text: {type: formula, value: "{subject} ({firm.name})"}
process:
  states: {new: {kind: open}, won: {kind: done}}
  moves:
    win: {from: [new], to: won}
    reopen: {from: [won], to: new}
access: {}
"""
PART = """
entity: part
fields:
  deal: {type: link, to: deal, on_delete: cascade}
  amount: money
  cancelled: boolean
  firm: {type: copy, from: deal.firm}
  is_big: {type: formula, value: deal.firm.level = gold and amount > 50}
  is_crowded: {type: formula, value: firm.open > 2}
  share: {type: formula, value: amount / deal.sum, places: 3}
access: {}
"""
NOTE = """
entity: note
fields:
  about: {type: link, to: [firm, deal], on_delete: cascade}
access: {}
"""
RULE = """
workflow: many_deals_make_gold
entity: firm
when: {changed: value}
if: value > 300 and level = silver
do:
  - set: {level: gold}
"""

Row = Mapping[str, Any]
ENTITIES = ("firm", "deal", "part", "note")
TEXTS = (FIRM, DEAL, PART, NOTE, RULE)

names = st.sampled_from(["a", "b", "c"])
choices = st.integers(0, 5)
"""Which of the records that there are, counted round and round."""
given_values = {
    "firm": st.fixed_dictionaries(
        {},
        optional={
            "name": names,
            "level": st.sampled_from([None, "silver", "gold"]),
            "factor": st.one_of(st.none(), st.integers(-2, 3)),
        },
    ),
    "deal": st.fixed_dictionaries(
        {},
        optional={
            "firm": choices | st.none(),
            "subject": names | st.none(),
            "day": st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4)),
            "discount": st.none() | st.integers(0, 40),
            "own_level": st.sampled_from([None, "silver", "gold"]),
        },
    ),
    "part": st.fixed_dictionaries(
        {},
        optional={
            "deal": choices | st.none(),
            "amount": st.none() | st.integers(-100, 200),
            "cancelled": st.booleans() | st.none(),
        },
    ),
    "note": st.fixed_dictionaries(
        {}, optional={"about": st.tuples(st.sampled_from(["firm", "deal"]), choices)}
    ),
}
entities = st.sampled_from(ENTITIES)


@st.composite
def steps(draw: st.DrawFn) -> tuple[Any, ...]:
    """One thing that somebody does."""
    what = draw(st.sampled_from(["create", "create", "update", "update", "delete", "move"]))
    entity = draw(entities)
    if what == "create":
        return what, entity, draw(st.lists(given_values[entity], min_size=1, max_size=4))
    if what == "update":
        rows = st.tuples(choices, given_values[entity])
        return what, entity, draw(st.lists(rows, min_size=1, max_size=3))
    if what == "delete":
        return what, entity, draw(choices)
    return what, "deal", draw(choices)


BEGINNING = (
    ("create", "firm", [{"name": "a", "level": "gold", "factor": 2}, {"name": "b", "level": "silver"}]),
    ("create", "deal", [{"firm": 0, "subject": "a", "day": date(2026, 1, 2)}, {"firm": 1, "discount": 10}]),
    ("create", "part", [{"deal": 0, "amount": 60}, {"deal": 1, "amount": 40}, {"deal": 1, "amount": 7}]),
    ("create", "note", [{"about": ("firm", 0)}, {"about": ("deal", 0)}]),
)
"""So that there is something to change from the first step on."""


class Office:
    """A CRM, and the ids of the records that are there."""

    def __init__(self, world: World) -> None:
        self.world = world

    def rows(self, entity: str) -> dict[str, Row]:
        return {row["id"]: row for row in self.world.rows(entity)}

    def do(self, what: str, entity: str, how: Any) -> None:
        """In one transaction; what is refused leaves everything as it was."""
        try:
            with self.world.crm.records.work(self.world.engine) as work:
                self._do(work, what, entity, how)
        except RelasiError:
            return

    def _do(self, work: Work, what: str, entity: str, how: Any) -> None:
        ids = sorted(self.rows(entity))
        held = work.transaction.get(entity, ids)
        match what:
            case "create":
                work.create_many(entity, [self._linked(each) for each in how])
            case "update" if ids:
                changes = {ids[place % len(ids)]: self._linked(each) for place, each in how}
                work.update_many(entity, [(key, held[key]["version"], each) for key, each in changes.items()])
            case "delete" if ids:
                row = held[ids[how % len(ids)]]
                work.delete(entity, row["id"], row["version"])
            case "move" if ids:
                row = held[ids[how % len(ids)]]
                work.move(
                    entity, row["id"], row["version"], "win" if row["status"] == "new" else "reopen", {}
                )

    def _linked(self, values: Row) -> dict[str, Any]:
        """The values with ids in place of the numbers of records."""
        return {name: self._link(name, value) for name, value in values.items()}

    def _link(self, name: str, value: Any) -> Any:
        if name == "about":
            entity, place = value
            key = self._nth(entity, place)
            return key and f"{entity}/{key}"
        return self._nth(name, value) if name in ("firm", "deal") and value is not None else value

    def _nth(self, entity: str, place: int) -> str | None:
        ids = sorted(self.rows(entity))
        return ids[place % len(ids)] if ids else None


def wanted(firms: dict[str, Row], deals: dict[str, Row], parts: dict[str, Row], notes: dict[str, Row]) -> Any:
    """Every derived value from scratch, by a second way: plain Python over all records."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for key, deal in deals.items():
        mine = [part for part in parts.values() if part["deal"] == key]
        total = money(added(part["amount"] for part in mine if not part["cancelled"]))
        rest = 1 - (deal["discount"] or Decimal(0)) / 100
        firm = firms.get(deal["firm"] or "")
        found["deal", key] = {
            "sum": total,
            "parts": len(mine),
            "total": money(total * rest),
            "level": firm and firm["level"],
            "text": f"{deal['subject'] or ''} ({(firm and firm['name']) or ''})".strip(),
        }
    for key, part in parts.items():
        due = found.get(("deal", part["deal"] or ""))
        firm = firms.get(deals[part["deal"]]["firm"] or "") if part["deal"] else None
        is_gold = firm is not None and firm["level"] == "gold"
        is_filled = part["amount"] is not None and due is not None and due["sum"] != 0
        found["part", key] = {
            "firm": firm and firm["id"],
            "is_big": is_gold and part["amount"] is not None and part["amount"] > 50,
            "share": quotient(part["amount"], due["sum"]) if is_filled and due else None,
        }
    for key, firm in firms.items():
        found["firm", key] = firm_values(firm, deals, parts, notes, found)
    for key, deal in deals.items():
        firm = firms.get(deal["firm"] or "")
        found["deal", key]["crowded"] = firm is not None and found["firm", firm["id"]]["open"] > 2
    for key, part in parts.items():
        deal_of_part = found.get(("deal", part["deal"] or ""))
        found["part", key]["is_crowded"] = deal_of_part is not None and deal_of_part["crowded"]
    return found


def firm_values(
    firm: Row, deals: dict[str, Row], parts: dict[str, Row], notes: dict[str, Row], found: Any
) -> dict[str, Any]:
    key = firm["id"]
    mine = [deal for deal in deals.values() if deal["firm"] == key]
    totals = [found["deal", deal["id"]]["total"] for deal in mine]
    ordered = sorted((deal for deal in mine if deal["day"]), key=lambda deal: (deal["day"], deal["id"]))
    undated = sorted((deal for deal in mine if not deal["day"]), key=lambda deal: deal["id"])
    value = sum(totals, Decimal(0))
    return {
        "open": sum(deal["status"] == "new" for deal in mine),
        "value": value,
        "best": max(totals, default=None),
        "least": min((deal["day"] for deal in ordered), default=None),
        "mean": money(value / len(totals)) if totals else None,
        "newest": next((deal["subject"] for deal in (*reversed(ordered), *reversed(undated))), None),
        "oldest": next((deal["subject"] for deal in (*ordered, *undated)), None),
        "score": None if firm["factor"] is None else value * firm["factor"],
        "notes": sum(note["about"] == f"firm/{key}" for note in notes.values()),
        "parts": open_parts(key, deals, parts),
        "counted": sum(found["deal", deal["id"]]["parts"] for deal in mine),
    }


def open_parts(firm: str, deals: dict[str, Row], parts: dict[str, Row]) -> Decimal:
    inside = (part for part in parts.values() if part["deal"] and deals[part["deal"]]["firm"] == firm)
    return added(part["amount"] for part in inside if deals[part["deal"]]["status"] == "new")


def added(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def money(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def quotient(one: Decimal, other: Decimal) -> Decimal:
    exact = (one / other).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    return exact.quantize(Decimal("0.001"), ROUND_HALF_UP)


def check(office: Office) -> None:
    rows = {entity: office.rows(entity) for entity in ENTITIES}
    for (entity, key), values in wanted(*rows.values()).items():
        held = rows[entity][key]
        assert {name: held[name] for name in values} == values, (entity, key)
    for deal in rows["deal"].values():
        assert deal["own_level"] is not None or deal["level"] is None


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = make_world(tmp_path_factory.mktemp("office"), *TEXTS)
    yield world
    world.crm.close()


@settings(max_examples=12, deadline=None)
@given(done=st.lists(steps(), min_size=3, max_size=25))
def test_after_every_step_every_derived_value_is_what_the_records_say(
    world: World, done: list[tuple[Any, ...]]
) -> None:
    world.begin_again(*TEXTS)
    office = Office(world)
    for step in (*BEGINNING, *done):
        office.do(*step)
        check(office)


@settings(max_examples=5, deadline=None)
@given(done=st.lists(steps(), max_size=12))
def test_filling_all_records_at_once_gives_what_the_writes_gave(
    world: World, done: list[tuple[Any, ...]]
) -> None:
    world.begin_again(*TEXTS)
    office = Office(world)
    for step in (*BEGINNING, *done):
        office.do(*step)
    before = {entity: office.rows(entity) for entity in ENTITIES}
    with world.crm.records.work(world.engine) as work:
        made = [place for place in world.crm.model.derived if place[1] not in ("first_level", "own_level")]
        for entity, name in made:
            work.transaction.put(entity, {key: {name: None} for key in before[entity]})
        backfill(work.transaction, work.ground.graph, work.asking, set(made))
    assert {entity: office.rows(entity) for entity in ENTITIES} == before
