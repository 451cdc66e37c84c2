"""A trader's customers, products, orders and lines load into the content and add up as in the files."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from relasi.runtime import Crm
from tests.content.pages import counted, somebody, tile
from tests.importing.loading import empty_crm, load, rows
from tests.importing.open_data import DATA, ROOT, needs_open_data

MAPS = Path(__file__).parents[1] / "imports"
NORTHWIND = DATA / "03_retail" / "northwind"
CENT = Decimal("0.01")

pytestmark = needs_open_data


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    folder = tmp_path_factory.mktemp("northwind")
    with empty_crm(folder / "crm") as crm:
        for entity, name, address in (
            ("product_category", "categories", None),
            ("product", "products", None),
            ("customer", "customers", "address"),
            ("order", "orders", "shipAddress"),
            ("order_line", "order-details", None),
        ):
            map_file = MAPS / f"northwind_{name if entity != 'order_line' else 'order_lines'}.yaml"
            file = (
                mended(NORTHWIND / f"{name}.csv", address, folder) if address else NORTHWIND / f"{name}.csv"
            )
            assert set(load(crm, entity, file, map_file).counts) == {"created"}
        yield crm


def mended(file: Path, address: str, folder: Path) -> Path:
    """The file with its addresses in quotes: where there is a comma in one, it stands without any."""
    with file.open(encoding="utf-8", newline="") as source:
        names, *lines = csv.reader(source)
    at = names.index(address)
    made = folder / file.name
    with made.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(names)
        for line in lines:
            more = len(line) - len(names)
            writer.writerow([*line[:at], ",".join(line[at : at + more + 1]), *line[at + more + 1 :]])
    return made


def amounts() -> dict[str, Decimal]:
    """By order, what its lines come to, each rounded to the cent."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    with (NORTHWIND / "order-details.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            whole = Decimal(line["unitPrice"]) * Decimal(line["quantity"]) * (1 - Decimal(line["discount"]))
            found[line["orderID"]] += whole.quantize(CENT, ROUND_HALF_UP)
    return found


def test_as_many_orders_and_customers_arrive_as_their_owner_states(crm: Crm) -> None:
    facts = json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))["northwind"]
    mira = somebody(crm, "sales_manager")

    assert counted(mira, "order", "all") == facts["orders"]
    assert counted(mira, "customer", "all") == facts["customers"]
    assert counted(mira, "order", "open") == facts["unshipped"]
    assert tile(mira, "sales", "ordered")["number"]["text"] == "IDR\u00a01,265,793.29"


def test_each_order_comes_to_what_its_lines_do(crm: Crm) -> None:
    wanted = amounts()
    found = {each["external_id"]: each["net"] for each in rows(crm, "order")}

    assert found == wanted
    assert sum(found.values()) == Decimal("1265793.29")


def test_what_customers_ordered_adds_up_to_the_same(crm: Crm) -> None:
    customers = rows(crm, "customer")

    assert sum(each["sales"] for each in customers) == sum(amounts().values())
    assert sum(each["orders"] for each in customers) == len(amounts())


def test_every_product_stands_in_its_category(crm: Crm) -> None:
    assert sum(each["products"] for each in rows(crm, "product_category")) == len(rows(crm, "product"))
