"""Somebody buys at the till with points, and brings it back; the store manager decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from relasi.records import Record
from tests.browser.making import made, mark
from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit
from tests.serving import Server, client_run

A_STORE = """
extend: sample
remove: [records]
records:
  store: {count: 1, fields: {code: T1, name: Toko Braga, owner: {user: store_manager}}}
  store_person: {count: 1, fields: {store: {link: store}, person: {user: store_staff}}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop on its first day: its people are there, and nothing else."""
    root, files = tmp_path_factory.mktemp("client") / "shops", {"config/sample_data.yaml": A_STORE}
    with client_run(root, "retail", files) as started:
        yield started


def test_a_purchase_and_a_return_at_the_till(walk: Walk, server: Server) -> None:
    shirt, customer = stocked(server), member(server)
    tari = walk.person("tari")
    tari.find("0" + customer.values["phone"].removeprefix("+62"), customer.title)
    sell(walk, tari, shirt.values["barcode"])
    take_back(walk, tari, shirt.title)
    number = re.compile(r"^RET-")
    title = tari.page.get_by_role("heading", name=number).first.inner_text()

    doni = walk.person("doni", "/inbox")
    doni.press(title)
    doni.heading(number)
    decide(doni, walk.says("Approve", "Setujui"), walk.says("As new", "Layak jual"))
    expect(doni.button(walk.says("Approve", "Setujui"))).to_have_count(0)

    tari.page.reload()
    decide(tari, walk.says("Pay back", "Kembalikan uang"), walk.says("Cash", "Tunai"))
    expect(tari.page.get_by_text(walk.says("Paid back", "Dikembalikan"), exact=True).first).to_be_visible()
    expect(tari.page.get_by_text("192,000" if walk.language == "en" else "192.000").first).to_be_visible()
    walk.done("retail-till", tari, clicks=18)


def stocked(server: Server) -> Record:
    """Something on the shelf."""
    code = mark()
    kept = {"name": f"Kemeja {code}", "code": code, "barcode": f"899{code}"}
    return made(server, "product", **kept, price="200000", unit="pcs")


def member(server: Server) -> Record:
    """Somebody with a card and 500 points on it."""
    digits = f"{uuid4().int % 10**8:08}"
    customer = made(server, "customer", kind="person", name=f"Ibu {mark()}", phone=f"+62812{digits}")
    card = made(server, "loyalty_card", customer=customer.id)
    made(server, "point_entry", card=card.id, kind="earned", points=500)
    return customer


def sell(walk: Walk, visit: Visit, barcode: str) -> None:
    """The customer and the card are there already; the goods are scanned."""
    visit.button(walk.says("Purchase", "Pembelian")).click()
    drawer = visit.page.get_by_role("dialog")
    drawer.get_by_role("button", name=walk.says("Add purchase line", "Tambah rincian pembelian")).click()
    visit.pick(walk.says("Product", "Produk"), barcode)
    visit.field(walk.says("Points used", "Poin dipakai")).fill("300")
    visit.save()
    expect(drawer).to_have_count(0)
    visit.follow(re.compile("^ORD-"))
    visit.heading(re.compile("^ORD-"))
    visit.button(walk.says("Handed over", "Serahkan barang")).click()
    expect(visit.button(walk.says("Handed over", "Serahkan barang"))).to_have_count(0)


def take_back(walk: Walk, visit: Visit, what: str) -> None:
    visit.button(walk.says("Return", "Pengembalian")).click()
    drawer = visit.page.get_by_role("dialog")
    visit.pick(walk.says("What", "Barang"), what)
    visit.choose(walk.says("Wrong size", "Ukuran tidak cocok"))
    visit.save()
    expect(drawer).to_have_count(0)
    visit.follow(re.compile("^RET-"))
    visit.heading(re.compile("^RET-"))


def decide(visit: Visit, move: str, how: str) -> None:
    visit.button(move).click()
    dialog = visit.page.get_by_role("dialog")
    visit.choose(how)
    dialog.get_by_role("button", name=move).click()
    expect(dialog).to_have_count(0)
