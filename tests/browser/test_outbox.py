from __future__ import annotations

import re
from contextlib import closing

from playwright.sync_api import expect

from relasi.runtime import open_crm
from tests.browser.making import mark
from tests.browser.visit import Visit
from tests.patience import until
from tests.serving import Server


def wait_until_it_is_kept(server: Server, to: str) -> None:
    """The server sends mails, or keeps them, some time after they were written."""
    with closing(open_crm(server.root)) as crm:

        def is_kept() -> bool:
            with crm.store.session(write=False) as session:
                return bool(session.effects.list(status=("kept",), to=to, limit=1))

        until(is_kept)


def test_the_mail_about_a_new_complaint_is_kept_in_the_outbox_and_can_be_dropped(
    visit: Visit, server: Server
) -> None:
    name = mark()
    visit.sign_in("andi", "/service-customer?new=1")
    visit.heading("New customer")
    visit.field("Name").fill(f"PT {name}")
    visit.field("E-mail").fill(f"{name}@surat.example")
    visit.save()
    visit.heading(f"PT {name}")

    visit.new("/service-complaint", "New complaint")
    visit.field("Subject").fill("The outbox shall tell of it")
    visit.pick("Customer", name)
    visit.save()
    visit.heading(re.compile(r"^CMP-\d{4}-\d{5} The outbox shall tell of it"))
    title = visit.page.get_by_role("heading", name="The outbox shall tell of it").first.inner_text()

    subject = f"We have received your complaint {title.split()[0]}"
    wait_until_it_is_kept(server, f"{name}@surat.example")
    visit.open("/outbox")
    mail = visit.card("effect", subject)
    mail.get_by_role("button", name="Look at it").click()
    expect(visit.page.get_by_text("The outbox shall tell of it").first).to_be_visible()
    visit.page.keyboard.press("Escape")
    mail.get_by_role("button", name="Drop").click()

    expect(mail.get_by_text("Dropped", exact=True)).to_be_visible()


def test_an_agent_has_an_inbox_and_no_outbox(visit: Visit) -> None:
    visit.sign_in("sari", "/inbox")
    visit.heading(re.compile("^Inbox"))

    visit.open("/outbox")

    expect(visit.page).to_have_url(re.compile("/service-case"))
