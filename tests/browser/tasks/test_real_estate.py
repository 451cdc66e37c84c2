"""A consultant starts a project for a client who builds and sells houses: the agent takes the first booking,
and a sale goes from the agreement to the keys and the agent's commission."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from relasi.records import Record, Source
from relasi.runtime import engine_actor, open_crm
from tests.browser.making import made, mark
from tests.browser.tasks.test_service import sign
from tests.browser.tasks.walk import Walk, today
from tests.browser.visit import Visit
from tests.serving import Server, client_run

CHECKS = 6

A_DEVELOPER = """
extend: sample
remove: [records]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A developer on the first day: people, and nothing else."""
    root, files = tmp_path_factory.mktemp("client") / "estate", {"config/sample_data.yaml": A_DEVELOPER}
    with client_run(root, "real_estate", files) as started:
        yield started


def test_a_new_client_takes_its_first_booking(walk: Walk, server: Server) -> None:
    home, buyer = for_sale(server), somebody(server)
    bayu = walk.person("bayu", f"/sales-property?id={home.id}")
    bayu.heading(home.title)
    book(walk, bayu, buyer.title)

    bayu.follow(re.compile("^RSV-"))
    bayu.heading(re.compile("^RSV-"))
    confirm(walk, bayu)
    bayu.follow(home.title)
    bayu.heading(home.title)
    shows(walk, bayu, "Reserved", "Dipesan")
    walk.done("real-estate-booking", bayu, clicks=9)


def test_a_sale_goes_from_the_agreement_to_the_commission(walk: Walk, server: Server) -> None:
    home, buyer = for_sale(server), somebody(server)
    booking = booked(server, home, buyer)
    bayu = walk.person("bayu", f"/sales-reservation?id={booking.id}")
    bayu.heading(booking.title)
    number = agree(walk, bayu)

    rina = walk.person("rina", "/finance-instalment?list=due")
    collect(walk, rina, buyer.title)
    make_the_deed(walk, rina)

    hasan = walk.person("hasan", "/keys-sale_agreement?list=keys")
    hasan.find(number, number)
    hand_over_the_keys(walk, hasan)

    maya = walk.person("maya", "/sales-agent_commission?list=open")
    maya.page.get_by_role("row", name=re.compile(number)).get_by_role("link").first.click()
    maya.heading(re.compile(f"^{number} "))
    approve = walk.says("Approve", "Setujui")
    maya.button(approve).click()
    expect(maya.button(approve)).to_have_count(0)
    rina.page.reload()
    rina.follow(re.compile(f"^{number} Bayu"))
    pay_the_commission(walk, rina)

    bayu.open(f"/sales-property?id={home.id}")
    shows(walk, bayu, "Sold or let", "Terjual atau tersewa")
    walk.done("real-estate-sale", bayu, clicks=31)


def somebody(server: Server) -> Record:
    number = f"{uuid4().int % 10**16:016}"
    return made(server, "customer", kind="person", name=f"Ibu {mark()}", tax_number=number)


def for_sale(server: Server) -> Record:
    """A house on the market that nobody has asked for yet."""
    seller = made(server, "customer", name=f"PT {mark()}")
    where = {"street": "Jalan Melati 3", "city": "Bogor"}
    needed = {"price": "750000000", "certificate": "freehold", "listing_until": today()}
    home = made(server, "property", by="bayu", name=f"Rumah {mark()}", seller=seller.id, **where, **needed)
    return moved(server, home, "list", {})


def booked(server: Server, home: Record, buyer: Record) -> Record:
    """A buyer holds it, and has said how to pay."""
    plan = made(server, "payment_plan", name=f"Tunai keras {mark()}", payment="cash")
    made(server, "payment_plan_line", payment_plan=plan.id, after_days=7)
    terms = {"fee": "5000000", "payment_plan": plan.id}
    booking = made(server, "reservation", by="bayu", property=home.id, customer=buyer.id, **terms)
    return moved(server, booking, "confirm", {"paid_on": today()})


def moved(server: Server, record: Record, move: str, values: Mapping[str, object]) -> Record:
    with closing(open_crm(server.root)) as crm:
        engine = engine_actor(Source.CLI)
        return crm.records.move(engine, record.entity, record.id, record.version, move=move, values=values)


def shows(walk: Walk, visit: Visit, english: str, indonesian: str) -> None:
    """The state that the record has come to."""
    expect(visit.page.get_by_text(walk.says(english, indonesian), exact=True).first).to_be_visible()


def book(walk: Walk, visit: Visit, buyer: str) -> None:
    """Somebody wants the property on the page."""
    visit.press(walk.says("Reservation", "Pemesanan"))
    visit.pick(walk.says("Buyer", "Pembeli"), buyer)
    visit.field(walk.says("Booking fee", "Tanda jadi")).first.fill("5000000")
    visit.save()


def confirm(walk: Walk, visit: Visit) -> None:
    paid = walk.says("Fee is paid", "Tanda jadi dibayar")
    visit.page.get_by_role("button", name=paid, exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    visit.enter_date(walk.says("Fee paid on", "Tanda jadi dibayar"), today())
    dialog.get_by_role("button", name=paid).click()
    shows(walk, visit, "Held", "Dipesan")


def agree(walk: Walk, visit: Visit) -> str:
    """The agreement has its instalments by the plan; gives its number."""
    visit.press(walk.says("Make the sale agreement", "Buat perjanjian jual beli"))
    visit.follow(re.compile("^SPA-"))
    title = visit.page.get_by_role("heading", name=re.compile("^SPA-")).first
    number = title.inner_text()
    visit.button(walk.says("Signed", "Tanda tangani PPJB")).click()
    shows(walk, visit, "Signed (PPJB)", "PPJB ditandatangani")
    return number


def collect(walk: Walk, visit: Visit, buyer: str) -> None:
    """What is left of the price comes in."""
    visit.page.get_by_role("row", name=re.compile(buyer)).get_by_role("link").first.click()
    paid = walk.says("Paid today", "Dibayar hari ini")
    visit.button(paid).click()
    expect(visit.button(paid)).to_have_count(0)


def make_the_deed(walk: Walk, visit: Visit) -> None:
    """Both taxes are paid, and the notary has read it out."""
    made = walk.says("Deed is made", "AJB dibuat")
    visit.follow(re.compile("^SPA-"))
    visit.button(made).click()
    dialog = visit.page.get_by_role("dialog")
    visit.enter_date(walk.says("Buyer's tax paid on", "BPHTB dibayar"), today())
    dialog.get_by_label(walk.says("Notary (PPAT)", "Notaris (PPAT)")).fill("Ny. Sri Wahyuni, SH")
    visit.enter_date(walk.says("Seller's tax paid on", "PPh dibayar"), today())
    dialog.get_by_label(walk.says("Number of the deed", "Nomor AJB")).fill("12/2026")
    visit.enter_date(walk.says("Deed on (AJB)", "Tanggal AJB"), today())
    dialog.get_by_role("button", name=made).click()
    expect(dialog).to_have_count(0)
    shows(walk, visit, "Deed made (AJB)", "AJB")


def hand_over_the_keys(walk: Walk, visit: Visit) -> None:
    """All is in order, and the buyer signs."""
    visit.button(walk.says("Handing over of keys", "Serah terima kunci")).click()
    drawer = visit.page.get_by_role("dialog")
    visit.enter_date(walk.says("When", "Waktu"), today())
    visit.page.keyboard.type("1000")
    visit.save()
    expect(drawer).to_have_count(0)
    visit.follow(re.compile("^SPA-"))
    over = walk.says("Keys handed over", "Serahkan kunci")
    visit.button(over).click()
    dialog = visit.page.get_by_role("dialog")
    yes = walk.says("Yes", "Ya")
    in_order = dialog.get_by_role("radio", name=yes, exact=True).or_(
        dialog.get_by_role("button", name=yes, exact=True)
    )
    expect(in_order).to_have_count(CHECKS)
    for number in range(CHECKS):
        in_order.nth(number).click()
    dialog.get_by_label(walk.says("Keys", "Jumlah kunci")).fill("3")
    dialog.get_by_label(walk.says("Electricity meter", "Meter listrik")).fill("521000123456")
    sign(visit, dialog.get_by_role("img", name=walk.says("Signature", "Tanda tangan")))
    dialog.get_by_role("button", name=over).click()
    expect(visit.button(over)).to_have_count(0)


def pay_the_commission(walk: Walk, visit: Visit) -> None:
    paid = walk.says("Paid", "Bayar")
    visit.button(paid).click()
    dialog = visit.page.get_by_role("dialog")
    visit.enter_date(walk.says("Paid on", "Dibayar"), today())
    dialog.get_by_role("button", name=paid).click()
    expect(visit.button(paid)).to_have_count(0)
