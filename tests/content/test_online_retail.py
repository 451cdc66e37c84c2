"""A shop's invoices of a year: as many as their owner states, and the scores that follow of its customers."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from relasi.apps.visitor import Visitor
from relasi.platform.query import Row
from relasi.records import Source
from relasi.runtime import Crm, engine_actor, worker_of
from tests.content.pages import counted, somebody, tile
from tests.importing.loading import empty_crm, rows
from tests.importing.open_data import DATA, ROOT, needs_open_data
from tests.records.world import Clock

FILE = DATA / "03_retail" / "uci_online_retail" / "online_retail_customers_mod10.csv"
TILL = "Customers at the till"
"""Whose the invoices are that name nobody: an order needs a customer."""
SCORES = {"recency_score": "last_order", "frequency_score": "orders", "monetary_score": "sales"}

pytestmark = needs_open_data

Invoice = tuple[str, date, Decimal]


@pytest.fixture(scope="module")
def invoices() -> dict[str, Invoice]:
    """By number: whose it is, of which day, and what its lines come to."""
    found: dict[str, Invoice] = {}
    with FILE.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            amount = Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
            before = found[line["InvoiceNo"]][2] if line["InvoiceNo"] in found else Decimal(0)
            day = date.fromisoformat(line["InvoiceDate"][:10])
            found[line["InvoiceNo"]] = line["CustomerID"] or TILL, day, before + amount
    return found


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory, invoices: dict[str, Invoice]) -> Iterator[Crm]:
    """Each invoice is an order with one line, in which stands what its lines come to."""
    clock = Clock()
    with empty_crm(tmp_path_factory.mktemp("retail"), clock=clock) as crm:
        worker_of(crm).drain()
        with crm.records.work(engine_actor(Source.IMPORT)) as work:
            names = sorted({whose for whose, _, _ in invoices.values()})
            made = work.create_many("customer", [{"name": name, "kind": "company"} for name in names])
            keys = {name: each.id for name, each in zip(names, made, strict=True)}
            orders = work.create_many("order", [_order(keys, *each) for each in invoices.items()])
            product, *_ = work.create_many("product", [{"code": "ALL", "name": "All that was bought"}])
            lines = [
                {"order": order.id, "product": product.id, "quantity": 1, "unit_price": amount}
                for order, (number, (_, _, amount)) in zip(orders, invoices.items(), strict=True)
                if _is_sold(number, amount)
            ]
            assert all(each.id for each in work.create_many("order_line", lines))
        clock.advance(days=1)
        worker_of(crm).drain()
        yield crm


@pytest.fixture(scope="module")
def mira(crm: Crm) -> Visitor:
    return somebody(crm, "sales_manager")


def _is_sold(number: str, amount: Decimal) -> bool:
    """Not taken back, nor an entry that only sets the books right."""
    return amount > 0 and not number.startswith("C")


def _order(keys: dict[str, str | None], number: str, invoice: Invoice) -> Row:
    whose, day, _ = invoice
    held = {"number": number, "external_id": number, "customer": keys[whose], "ordered_on": day}
    is_cancelled = number.startswith("C")
    how = {"status": "cancelled", "status_reason": "customer"} if is_cancelled else {"status": "delivered"}
    return {**held, **how}


def test_as_many_customers_and_invoices_arrive_as_their_owner_states(crm: Crm, mira: Visitor) -> None:
    facts = json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))["online_retail"]
    orders = rows(crm, "order")

    assert counted(mira, "customer", "all") == facts["customers"] + 1
    assert counted(mira, "order", "all") == facts["invoices"]
    assert sum(each["status"] == "cancelled" for each in orders) == facts["cancelled_invoices"]
    assert min(each["ordered_on"] for each in orders).isoformat() == facts["first"][:10]
    assert max(each["ordered_on"] for each in orders).isoformat() == facts["last"][:10]


def test_what_was_sold_adds_up_on_the_dashboard(mira: Visitor, invoices: dict[str, Invoice]) -> None:
    sold = sum(amount for number, (_, _, amount) in invoices.items() if _is_sold(number, amount))

    assert tile(mira, "sales", "ordered")["number"]["text"] == f"IDR\u00a0{sold:,.2f}"


def test_each_customer_has_the_scores_that_the_definition_gives(crm: Crm) -> None:
    customers = rows(crm, "customer")
    buyers = [each for each in customers if each["orders"]]
    for score, by in SCORES.items():
        values = [each[by] for each in buyers]
        smaller = {value: sum(other < value for other in values) for value in set(values)}
        wanted = {each["id"]: 1 + 5 * smaller[each[by]] // len(values) for each in buyers}
        assert {each["id"]: each[score] for each in buyers} == wanted
    assert {each["recency_score"] for each in customers if not each["orders"]} <= {None}


def test_the_best_fifth_buys_most_of_all(crm: Crm) -> None:
    """What the shop's figures show, whoever counts them."""
    sales: dict[int, Decimal] = defaultdict(Decimal)
    for each in rows(crm, "customer"):
        if each["orders"]:
            sales[each["monetary_score"]] += each["sales"]
    assert sales[5] > sum(amount for part, amount in sales.items() if part < 5)
