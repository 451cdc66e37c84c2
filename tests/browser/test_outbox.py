from __future__ import annotations

import re
from contextlib import suppress

from playwright.sync_api import expect

from tests.browser.visit import Visit


def look_until_it_is_kept(visit: Visit, subject: str) -> None:
    """The server sends mails, or keeps them, some time after they were written."""
    kept = visit.page.get_by_text(subject)
    for _ in range(20):
        visit.open("/outbox")
        visit.heading(re.compile("^Outbox"))
        with suppress(AssertionError):
            expect(kept).to_be_visible(timeout=2_000)
            return
    raise AssertionError(f"there is no mail: {subject}")


def test_the_mail_about_a_new_complaint_is_kept_in_the_outbox_and_can_be_dropped(visit: Visit) -> None:
    visit.sign_in("andi", "/service-customer?new=1")
    visit.heading("New customer")
    visit.field("Name").fill("PT Kotak Surat")
    visit.field("E-mail").fill("kotak@surat.example")
    visit.save()
    visit.heading("PT Kotak Surat")

    visit.new("/service-complaint", "New complaint")
    visit.field("Subject").fill("The outbox shall tell of it")
    visit.pick("Customer", "kotak surat")
    visit.save()
    visit.heading(re.compile(r"^CMP-\d{4}-\d{5} The outbox shall tell of it"))
    title = visit.page.get_by_role("heading", name="The outbox shall tell of it").first.inner_text()

    look_until_it_is_kept(visit, f"We have received your complaint {title.split()[0]}")
    visit.press("Look at it")
    expect(visit.page.get_by_text("The outbox shall tell of it").first).to_be_visible()
    visit.page.keyboard.press("Escape")
    visit.press("Drop")

    expect(visit.page.get_by_text("Dropped", exact=True).first).to_be_visible()


def test_an_agent_has_an_inbox_and_no_outbox(visit: Visit) -> None:
    visit.sign_in("sari", "/inbox")
    visit.heading(re.compile("^Inbox"))

    visit.open("/outbox")

    expect(visit.page).to_have_url(re.compile("/service-case"))
