"""A record is shared, found by whoever was let in, and explained to an administrator."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.making import made, mark
from tests.browser.visit import Visit
from tests.serving import Server


def test_whoever_is_let_in_finds_the_record_in_the_inbox_and_administrators_see_why(
    visit: Visit, other: Visit, server: Server
) -> None:
    record = made(server, "customer", name=f"PT {mark()}")  # which partner managers do not see
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
