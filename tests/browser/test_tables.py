"""Rows of tables, and people linked with a role, in the orders project."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.making import mark
from tests.browser.visit import Visit
from tests.serving import CHECKOUT, Server, relasi_run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("orders") / "crm"
    shutil.copytree(CHECKOUT / "tests" / "projects" / "orders", root)
    with relasi_run(root) as started:
        yield started


def quantity(visit: Visit, row: int) -> Locator:
    return visit.page.get_by_label(re.compile("^Quantity")).nth(row)


def add_line(visit: Visit, row: int, product: str) -> None:
    visit.press("Add order line")
    expect(quantity(visit, row)).to_be_visible()
    visit.pick("Product", product, row=row)


def cells(visit: Visit, row: str) -> list[str]:
    line = visit.page.get_by_role("row", name=re.compile(row))
    expect(line).to_be_visible()
    texts = line.get_by_role("cell").all_inner_texts()
    return [text.split("\n")[-1].replace("\u00a0", " ") for text in texts]


def new_order(visit: Visit, buyer: str) -> None:
    visit.sign_in("rina", "/desk-order?new=1")
    visit.heading("New order")
    visit.field("Buyer").fill(buyer)


def test_an_order_is_entered_with_two_lines_then_one_is_changed_and_one_removed(visit: Visit) -> None:
    new_order(visit, "PT Maju")
    add_line(visit, 0, "Pump")
    add_line(visit, 1, "Hose")
    quantity(visit, 1).fill("3")
    visit.save()

    visit.heading(re.compile(r"^ORD-\d{4} PT Maju$"))
    expect(visit.page.get_by_role("row", name=re.compile("^Pump"))).to_be_visible()
    assert cells(visit, "^Hose") == ["Hose", "3", "IDR 15,000", "IDR 45,000"]
    assert cells(visit, "Total") == ["Total", "4", "", "IDR 135,000"]

    visit.press("Edit")
    visit.heading(re.compile("^Edit"))
    quantity(visit, 1).fill("5")
    visit.press("Remove")
    expect(quantity(visit, 1)).to_have_count(0)
    expect(quantity(visit, 0)).to_have_value("5")
    visit.save()

    visit.heading(re.compile(r"^ORD-\d{4} PT Maju$"))
    expect(visit.page.get_by_role("row", name=re.compile("^Pump"))).to_have_count(0)
    assert cells(visit, "^Hose") == ["Hose", "5", "IDR 15,000", "IDR 75,000"]


def test_an_error_in_a_cell_stands_below_it_and_nothing_typed_is_lost(visit: Visit) -> None:
    new_order(visit, "CV Teliti")
    add_line(visit, 0, "Valve")
    quantity(visit, 0).fill("7")
    add_line(visit, 1, "Filter")
    quantity(visit, 1).fill("many")
    visit.save()

    expect(visit.page.get_by_text("Please correct the marked fields.")).to_be_visible()
    expect(visit.page.get_by_text(re.compile("many is not a number"))).to_be_visible()
    quantity(visit, 1).fill("2000")
    visit.save()
    expect(visit.page.get_by_text("Order so many by telephone.")).to_be_visible()
    expect(visit.field("Buyer")).to_have_value("CV Teliti")
    expect(quantity(visit, 0)).to_have_value("7")
    expect(quantity(visit, 1)).to_have_value("2000")

    quantity(visit, 1).fill("2")
    visit.save()
    visit.heading(re.compile("CV Teliti$"))
    assert cells(visit, "Total")[:2] == ["Total", "9"]


def test_a_person_is_linked_with_a_role_and_seen_from_both_sides(visit: Visit) -> None:
    buyer = f"PT {mark()}"
    new_order(visit, buyer)
    visit.press("Add person")
    visit.pick("Person", "Ayu")
    visit.page.get_by_label("Role").click()
    visit.page.get_by_role("option", name="Receiver").click()
    visit.press("Add label")
    visit.pick("Label", "Export")
    visit.save()

    visit.heading(re.compile(f"{buyer}$"))
    expect(visit.page.get_by_role("link", name="Export").first).to_be_visible()
    assert cells(visit, "^Ayu") == ["Ayu Lestari", "Receiver"]
    visit.follow("Ayu Lestari")

    visit.heading("Ayu Lestari")
    assert cells(visit, buyer)[1] == "Receiver"
    expect(visit.page.get_by_text("Link added").first).to_be_visible()


def test_whoever_may_only_read_sees_the_lines_and_no_way_to_change_them(visit: Visit, page: Page) -> None:
    new_order(visit, "PT Dibaca")
    add_line(visit, 0, "Pump")
    visit.save()
    visit.heading(re.compile("PT Dibaca$"))
    address = page.url
    page.context.clear_cookies()
    visit.sign_in("tono", address.removeprefix(visit.address))

    visit.heading(re.compile("PT Dibaca$"))
    assert cells(visit, "^Pump")[0] == "Pump"
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)


class TestPhone:
    @pytest.fixture
    def page(self, machine: Callable[..., Page]) -> Page:
        return machine(width=390)

    def test_lines_are_entered_below_each_other(self, visit: Visit) -> None:
        new_order(visit, "PT Jalan")
        add_line(visit, 0, "Pump")
        add_line(visit, 1, "Hose")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(visit.page.get_by_text("Quantity *")).to_have_count(2)
        visit.save()

        visit.heading(re.compile("PT Jalan$"))
        expect(visit.page.get_by_text("IDR 105,000").first).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
