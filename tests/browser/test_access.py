"""A record is shared, found by whoever was let in, and explained to an administrator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from relasi.records import ListRequest, Record
from relasi.records.actor import Source
from relasi.runtime import engine_actor, open_crm
from tests.browser.visit import Visit
from tests.serving import Server


@pytest.fixture
def other(chromium: Browser, server: Server) -> Iterator[Visit]:
    """Somebody else, at a phone."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    yield Visit(context.new_page(), server.address)
    context.close()


def customer(server: Server) -> Record:
    """One that partner managers do not see."""
    crm = open_crm(server.root)
    (record,) = crm.records.list(engine_actor(Source.CLI), ListRequest("customer", limit=1)).records
    crm.close()
    return record


def test_whoever_is_let_in_finds_the_record_in_the_inbox_and_administrators_see_why(
    visit: Visit, other: Visit, server: Server
) -> None:
    record = customer(server)
    visit.sign_in("andi")
    visit.open(f"/service-customer?id={record.id}&access=1")
    visit.page.get_by_role("combobox", name="With whom").press_sequentially("Nina")
    visit.page.keyboard.press("Enter")
    visit.field("Why").fill("Joint visit")
    visit.page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    expect(visit.page.get_by_text("Andi Wijaya shared it: Joint visit")).to_be_visible()

    other.sign_in("nina")
    other.open("/inbox")
    other.page.get_by_role("tab", name="Shared with me").click()
    other.page.get_by_role("button", name=record.title).click()
    other.heading(record.title)
    expect(other.page.get_by_role("button", name="Edit")).to_have_count(0)

    visit.page.get_by_role("combobox", name="Whose rights").press_sequentially("Sari")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("schema/customer.yaml:").first).to_be_visible()
