from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visit import Visit


def test_the_mail_about_a_new_complaint_is_kept_in_the_outbox_and_can_be_dropped(visit: Visit) -> None:
    visit.sign_in("andi", "/service-complaint?new=1")
    visit.heading("New complaint")
    visit.field("Subject").fill("The outbox shall tell of it")
    visit.pick("Customer", "pt")
    visit.save()
    visit.heading(re.compile(r"^CMP-\d{4}-\d{5} The outbox shall tell of it"))

    visit.open("/outbox")
    visit.heading(re.compile("^Outbox"))
    kept = visit.page.get_by_text(re.compile("^We have received your complaint")).first
    expect(kept).to_be_visible()
    visit.press("Look at it")
    expect(visit.page.get_by_text("The outbox shall tell of it").first).to_be_visible()
    visit.page.keyboard.press("Escape")
    visit.press("Drop")

    expect(visit.page.get_by_text("Dropped", exact=True).first).to_be_visible()


def test_an_agent_has_an_inbox_and_no_outbox(visit: Visit) -> None:
    visit.sign_in("sari", "/inbox")
    visit.heading(re.compile("^Inbox"))

    visit.open("/outbox")

    expect(visit.page).to_have_url(re.compile("/service-complaint"))
