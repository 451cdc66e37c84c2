"""Somebody buys at the till with points, and brings it back; somebody else comes back for an offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from relasi.records import ListRequest, Record, Source
from relasi.runtime import engine_actor, open_crm
from tests.browser.making import made, mark
from tests.browser.tasks.test_marketing import approve, describe_segment, start
from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit
from tests.patience import until
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
    sell(walk, tari, shirt.values["barcode"], walk.says("192,000", "192.000"), points="300")
    take_back(walk, tari, "Kemeja")
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
    walk.done("retail-till", tari, clicks=17)


def test_an_offer_brings_back_who_stayed_away(walk: Walk, server: Server) -> None:
    shirt, customer = stocked(server), staying_away(server)
    name = f"Kembali {mark()}"
    lina = walk.person("lina", "/marketing-segment")
    describe_segment(walk, lina, name, "value_group = at_risk and points > 100")
    offer(walk, lina, name)
    approve(walk, lina)
    start(walk, lina)
    addressed(server, customer)

    tari = walk.person("tari")
    tari.find("0" + customer.values["phone"].removeprefix("+62"), customer.title)
    sell(walk, tari, shirt.values["barcode"], walk.says("199,800", "199.800"), offer=name)

    campaign = lina.page.url.rpartition("id=")[2]
    made(server, "campaign_cost", campaign=campaign, what="Desain", amount=60000)
    lina.page.reload()
    lina.heading(name)
    expect(lina.page.get_by_text(walk.says("180,000", "180.000")).first).to_be_visible()
    expect(lina.page.get_by_text(re.compile(r"^200([.,]0)?\s?%$")).first).to_be_visible()
    walk.done("retail-offer", lina, clicks=14)


def stocked(server: Server) -> Record:
    """Something on the shelf."""
    code = mark()
    kept = {"name": f"Kemeja {code}", "code": code, "barcode": f"899{code}"}
    return made(server, "product", **kept, price="200000", unit="pcs")


def member(server: Server, **more: Any) -> Record:  # Any: field values
    """Somebody with a card and 500 points on it."""
    called = {"name": f"Ibu {mark()}", "phone": f"+62812{uuid4().int % 10**8:08}"}
    customer = made(server, "customer", kind="person", **called, **more)
    card = made(server, "loyalty_card", customer=customer.id)
    made(server, "point_entry", card=card.id, kind="earned", points=500)
    return customer


def staying_away(server: Server) -> Record:
    """A member who wants news, and of whom the scores of last night say so."""
    customer = member(server, email=f"{mark()}@surat.example", newsletter=True)
    with closing(open_crm(server.root)) as crm:
        night = engine_actor(Source.IMPORT)
        now = crm.records.get(night, "customer", customer.id)
        return crm.records.update(night, "customer", now.id, now.version, {"value_group": "at_risk"})


def offer(walk: Walk, visit: Visit, name: str) -> None:
    """Ten per cent, for the segment on the page."""
    visit.press(walk.says("New campaign", "Kampanye baru"))
    visit.heading(walk.says("New campaign", "Kampanye baru"))
    for label, text in {
        walk.says("Name", "Nama"): name,
        walk.says("Subject", "Judul"): name,
        walk.says("Text", "Isi"): "...",
        walk.says("Offer", "Penawaran"): "10 %",
    }.items():
        visit.field(label).fill(text)
    visit.page.keyboard.press("Tab")
    visit.field(walk.says("Taken off at the till", "Potongan di kasir")).fill("10")
    visit.save()
    visit.heading(name)


def addressed(server: Server, customer: Record) -> None:
    """Waits until the offer has gone out."""
    asked = ListRequest(
        "campaign_member", matching={"customer": [customer.id]}, where=("offer_until is not empty",)
    )
    with closing(open_crm(server.root)) as crm:
        until(lambda: crm.records.count(engine_actor(Source.CLI), asked).number == 1)


def sell(walk: Walk, visit: Visit, barcode: str, to_pay: str, *, points: str = "", offer: str = "") -> None:
    """The customer and the card are there already; the goods are scanned, and what is to pay is read out."""
    visit.button(walk.says("Purchase", "Pembelian")).click()
    drawer = visit.page.get_by_role("dialog")
    drawer.get_by_role("button", name=walk.says("Add purchase line", "Tambah rincian pembelian")).click()
    visit.pick(walk.says("Product", "Produk"), barcode)
    if points:
        visit.field(walk.says("Points used", "Poin dipakai")).fill(points)
    if offer:
        visit.pick(walk.says("Offer", "Penawaran"), offer)
    visit.page.keyboard.press("Tab")
    left = drawer.get_by_label(walk.says("To pay", "Dibayar"), exact=True)
    expect(left).to_have_value(re.compile(re.escape(to_pay)))
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
