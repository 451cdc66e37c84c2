"""A consultant starts a project for a client who sells houses, whose agent takes the first booking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import expect

from relasi.records import Record, Source
from relasi.runtime import engine_actor, open_crm
from tests.browser.making import made, mark
from tests.browser.tasks.walk import Walk, today
from tests.browser.visit import Visit
from tests.serving import Server, client_run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with client_run(tmp_path_factory.mktemp("client") / "agency", "real_estate") as started:
        yield started


def test_a_new_client_takes_its_first_booking(walk: Walk, server: Server) -> None:
    home = for_sale(server)
    bayu = walk.person("bayu", f"/sales-property?id={home.id}")
    bayu.heading(home.title)
    book(walk, bayu)

    bayu.follow(re.compile("^RSV-"))
    bayu.heading(re.compile("^RSV-"))
    confirm(walk, bayu)
    bayu.follow(home.title)
    bayu.heading(home.title)
    expect(bayu.page.get_by_text(walk.says("Reserved", "Dipesan"), exact=True).first).to_be_visible()
    walk.done("real-estate-booking", bayu, clicks=10)


def for_sale(server: Server) -> Record:
    """A house on the market that nobody has asked for yet."""
    seller = made(server, "customer", name=f"Ibu {mark()}")
    where = {"street": "Jalan Melati 3", "city": "Bogor"}
    needed = {"price": "750000000", "certificate": "freehold", "listing_until": today()}
    home = made(server, "property", by="bayu", name=f"Rumah {mark()}", seller=seller.id, **where, **needed)
    with closing(open_crm(server.root)) as crm:
        return crm.records.move(engine_actor(Source.CLI), "property", home.id, home.version, move="list")


def book(walk: Walk, visit: Visit) -> None:
    """Somebody wants the property on the page."""
    visit.press(walk.says("Reservation", "Pemesanan"))
    visit.pick(walk.says("Buyer", "Pembeli"), "an")
    visit.field(walk.says("Booking fee", "Tanda jadi")).first.fill("5000000")
    visit.save()


def confirm(walk: Walk, visit: Visit) -> None:
    paid = walk.says("Fee is paid", "Tanda jadi dibayar")
    visit.page.get_by_role("button", name=paid, exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    visit.enter_date(walk.says("Fee paid on", "Tanda jadi dibayar"), today())
    dialog.get_by_role("button", name=paid).click()
    expect(visit.page.get_by_text(walk.says("Held", "Dipesan"), exact=True).first).to_be_visible()
