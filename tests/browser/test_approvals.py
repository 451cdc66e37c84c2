"""An approval from the request to the decision, and who stands in meanwhile, as people see them."""

from __future__ import annotations

from random import randrange

from playwright.sync_api import expect

from relasi.records import ListRequest, Source
from relasi.runtime import open_crm
from tests.browser.visit import Visit
from tests.serving import Server

LABEL = "Refund above one million"


def closed_complaint(server: Server) -> str:
    """The address of one that has no refund yet."""
    crm = open_crm(server.root)
    with crm.store.session(write=False) as session:
        sari = session.users.by_name("sari")
    assert sari is not None
    request = ListRequest("complaint", where=("status = closed and refund is empty",), limit=1)
    (record,) = crm.records.list(crm.actor(sari, Source.PAGE), request).records
    crm.close()
    return f"/service-complaint?id={record.id}"


def ask_for_refund(visit: Visit, address: str, amount: int) -> None:
    visit.sign_in("sari")
    visit.open(f"{address}&edit=1")
    visit.field("Refund").fill(str(amount))
    visit.field("Refund").press("Tab")
    visit.press("Save")
    expect(visit.page.get_by_text(LABEL).first).to_be_visible()


def test_a_refund_is_asked_for_approved_from_the_inbox_and_told(
    visit: Visit, other: Visit, server: Server
) -> None:
    address = closed_complaint(server)
    amount = 2_000_000 + randrange(900_000)
    ask_for_refund(visit, address, amount)
    expect(visit.page.get_by_text("Waits for: Andi Wijaya, Dewi Anggraini")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Approve")).to_have_count(0)

    other.sign_in("dewi")
    other.open("/inbox")
    asked = other.card("approval", f"{amount:,}")
    asked.get_by_role("button", name="Approve").click()
    expect(asked).to_have_count(0)

    visit.open(address)
    expect(visit.page.get_by_text("Dewi Anggraini approved").first).to_be_visible()


def test_a_refusal_needs_a_reason_and_takes_the_refund_away(
    visit: Visit, other: Visit, server: Server
) -> None:
    address = closed_complaint(server)
    ask_for_refund(visit, address, 3_500_000)

    other.sign_in("dewi")
    other.open(address)
    other.page.get_by_role("button", name="Reject").click()
    expect(other.page.get_by_text("Please say why you reject this.").first).to_be_visible()
    other.page.get_by_placeholder("Comment (needed to reject)").fill("Warranty covers it")
    other.page.get_by_role("button", name="Reject").click()
    expect(other.page.get_by_text("Dewi Anggraini rejected").first).to_be_visible()
    expect(other.page.get_by_text("Warranty covers it").first).to_be_visible()


def test_somebody_says_that_they_are_away_and_takes_it_back(visit: Visit) -> None:
    visit.sign_in("rudi", "/absence")
    visit.heading("Ketidakhadiran")
    visit.page.get_by_role("combobox").last.click()
    visit.page.get_by_role("option", name="Sari Lestari").click()
    visit.press("Catat")
    expect(visit.page.get_by_text("Digantikan Sari Lestari")).to_be_visible()
    visit.press("Batalkan")
    expect(visit.page.get_by_text("Belum ada rencana tidak masuk")).to_be_visible()
