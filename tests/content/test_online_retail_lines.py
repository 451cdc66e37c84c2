"""A shop's sales, line by line: imported as a company would do it, and found in lists and on dashboards.

One month of the year, unless RELASI_RETAIL says how its days begin: 2011-03, or 20 for all of them.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from relasi.apps.visitor import Visitor
from relasi.importing.report import Summary
from relasi.records import ListRequest
from tests.content.pages import counted, rows_of, somebody, tile
from tests.importing.loading import empty_crm, load
from tests.importing.open_data import DATA, ROOT, needs_open_data

FILE = DATA / "03_retail" / "uci_online_retail" / "online_retail_customers_mod10.csv"
MAPS = Path(__file__).parents[1] / "imports"
MONTHS = os.environ.get("RELASI_RETAIL", "2011-02")

pytestmark = needs_open_data

Line = Mapping[str, str]


@pytest.fixture(scope="module")
def month() -> list[Line]:
    """The lines as they stand in the file."""
    with FILE.open(encoding="utf-8") as file:
        return [line for line in csv.DictReader(file) if line["InvoiceDate"].startswith(MONTHS)]


@pytest.fixture(scope="module")
def sold(month: list[Line]) -> list[Line]:
    """Those of people who are named, without what they took back."""
    return [line for line in month if line["CustomerID"] and Decimal(line["Quantity"]) > 0]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, month: list[Line]) -> Iterator[tuple[Visitor, Summary]]:
    """Somebody who looks, and how the import of the lines went."""
    folder = tmp_path_factory.mktemp("retail")
    file = folder / "month.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(month[0]))
        writer.writeheader()
        writer.writerows(month)
    with empty_crm(folder / "crm") as crm:
        for entity, name in (("customer", ""), ("order", "_orders")):
            load(crm, entity, file, MAPS / f"online_retail{name}.yaml")
        summary = load(crm, "order_line", file, MAPS / "online_retail_lines.yaml")
        yield somebody(crm, "sales_manager"), summary


@pytest.fixture(scope="module")
def mira(loaded: tuple[Visitor, Summary]) -> Visitor:
    return loaded[0]


def written(amount: Decimal | int) -> str:
    return f"IDR\u00a0{amount:,.2f}".removesuffix(".00")


def amounts(lines: list[Line]) -> Mapping[str, Decimal]:
    """By product, what was sold of it."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line["StockCode"]] += Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
    return found


def test_every_row_of_the_file_is_accounted_for(
    loaded: tuple[Visitor, Summary], month: list[Line], sold: list[Line]
) -> None:
    nobody = sum(not line["CustomerID"] for line in month)
    facts = json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))["online_retail"]
    counts = loaded[1].counts

    assert dict(counts) == {
        "created": len(sold),
        "refused": len(month) - nobody - len(sold),
        "skipped": nobody,
    }
    assert len(month) < facts["rows"] or nobody == facts["rows_without_customer"]


def test_lists_have_as_many_as_the_file(mira: Visitor, month: list[Line], sold: list[Line]) -> None:
    named = [line for line in month if line["CustomerID"]]

    assert counted(mira, "customer", "all") == len({line["CustomerID"] for line in named})
    assert counted(mira, "order", "all") == len({line["InvoiceNo"] for line in named})
    assert counted(mira, "product", "all") == len({line["StockCode"] for line in named})
    assert counted(mira, "order_line", "all") == len(sold)


def test_the_dashboard_tells_what_was_sold_and_of_what_most(mira: Visitor, sold: list[Line]) -> None:
    of_each = amounts(sold)
    told = rows_of(tile(mira, "sales", "products"))
    best = sorted(of_each.values(), reverse=True)[: len(told)]

    assert tile(mira, "sales", "ordered")["number"]["text"] == written(sum(of_each.values()))
    assert list(told.values()) == [written(amount) for amount in best]


def test_the_lines_of_a_product_are_found_by_its_code(mira: Visitor, sold: list[Line]) -> None:
    often = Counter(line["StockCode"] for line in sold).most_common(1)[0][0]
    request = ListRequest("order_line", search=often)
    wanted = sum(often in line["StockCode"] or often in line["Description"] for line in sold)

    assert mira.crm.records.count(mira.actor, request).number == wanted
