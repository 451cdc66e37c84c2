"""A shop's invoices of a year: as many as their owner states, and the scores that follow of its customers."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relasi.records import Actor, Source
from relasi.runtime import worker_of
from tests.importing.open_data import DATA, ROOT, needs_open_data
from tests.records.world import World, make_world

FILE = DATA / "03_retail" / "uci_online_retail" / "online_retail_customers_mod10.csv"
SCORE = Path(__file__).parents[2] / "workflows" / "marketing" / "score_customers.yaml"
CUSTOMER = """
entity: customer
person: true
fields:
  number: text
  orders: {type: rollup, of: order.customer, count: true, where: not cancelled}
  sales: {type: rollup, of: order.customer, sum: net, where: not cancelled}
  last_order: {type: rollup, of: order.customer, max: ordered_on, where: not cancelled}
  recency_score: {type: number, read_only: true}
  frequency_score: {type: number, read_only: true}
  monetary_score: {type: number, read_only: true}
access: {agent: {read: all}}
"""
ORDER = """
entity: order
fields:
  number: text
  customer: {type: link, to: customer}
  ordered_on: date
  net: money
  cancelled: boolean
access: {agent: {read: all}}
"""
SCORES = {"recency_score": "last_order", "frequency_score": "orders", "monetary_score": "sales"}

pytestmark = needs_open_data


@pytest.fixture(scope="module")
def invoices() -> dict[str, tuple[str, date, Decimal]]:
    """By number: whose it is, of which day, and what its lines come to."""
    found: dict[str, tuple[str, date, Decimal]] = {}
    with FILE.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            amount = Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
            before = found[line["InvoiceNo"]][2] if line["InvoiceNo"] in found else Decimal(0)
            day = date.fromisoformat(line["InvoiceDate"][:10])
            found[line["InvoiceNo"]] = line["CustomerID"], day, before + amount
    return found


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, invoices: dict[str, tuple[str, date, Decimal]]
) -> Iterator[World]:
    _, _, rule = SCORE.read_text(encoding="utf-8").partition("\nworkflow: ")
    rule = "workflow: " + rule.partition("\ntests:")[0]
    made = make_world(tmp_path_factory.mktemp("retail"), "roles: {agent: {}}\n", CUSTOMER, ORDER, rule)
    bringing = Actor(user_id=None, roles=frozenset(), source=Source.IMPORT, everything=True)
    worker_of(made.crm).drain()
    with made.crm.records.work(bringing) as work:
        numbers = sorted({whose for whose, _, _ in invoices.values() if whose})
        found = work.create_many("customer", [{"number": each} for each in numbers])
        keys = dict(zip(numbers, (each.id for each in found), strict=True))
        rows = [
            {
                "number": number,
                "customer": keys.get(whose),
                "ordered_on": day,
                "net": net,
                "cancelled": number.startswith("C"),
            }
            for number, (whose, day, net) in invoices.items()
        ]
        assert all(each.id for each in work.create_many("order", rows))
    made.clock.advance(days=1)
    worker_of(made.crm).drain()
    yield made
    made.crm.close()


def test_as_many_customers_and_invoices_arrive_as_their_owner_states(world: World) -> None:
    facts = json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))["online_retail"]
    orders = world.rows("order")
    assert len(world.rows("customer")) == facts["customers"]
    assert len(orders) == facts["invoices"]
    assert sum(each["cancelled"] for each in orders) == facts["cancelled_invoices"]


def test_each_customer_has_the_scores_that_the_definition_gives(world: World) -> None:
    customers = world.rows("customer")
    buyers = [each for each in customers if each["orders"]]
    for score, by in SCORES.items():
        values = [each[by] for each in buyers]
        smaller = {value: sum(other < value for other in values) for value in set(values)}
        wanted = {each["id"]: 1 + 5 * smaller[each[by]] // len(values) for each in buyers}
        assert {each["id"]: each[score] for each in buyers} == wanted
    assert {each["recency_score"] for each in customers if not each["orders"]} <= {None}


def test_the_best_fifth_buys_most_of_all(world: World) -> None:
    """What the shop's figures show, whoever counts them."""
    sales: dict[int, Decimal] = defaultdict(Decimal)
    for each in world.rows("customer"):
        if each["orders"]:
            sales[each["monetary_score"]] += each["sales"]
    assert sales[5] > sum(amount for part, amount in sales.items() if part < 5)
