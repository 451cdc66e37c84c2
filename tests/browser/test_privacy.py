from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.making import mark
from tests.browser.visit import Visit


def test_what_a_person_says_is_noted_and_restricted_data_say_so(visit: Visit) -> None:
    name = f"Wulan {mark()}"
    visit.sign_in("sari", "/service-contact?new=1")
    visit.heading("New contact")
    visit.field("Name").fill(name)
    visit.pick("Customer", "pt")
    visit.save()
    visit.heading(name)

    visit.press("Privacy")
    visit.heading(f"Privacy: {name}")
    news = visit.page.locator(".st-key-purpose-news")
    expect(news).to_contain_text("Not allowed")
    news.get_by_role("button", name="Note what the person says").click()
    visit.page.get_by_label("Where it was said").last.fill("at the fair")
    visit.page.get_by_role("button", name="Note", exact=True).last.click()
    expect(news).to_contain_text(re.compile("Agreed on .* at the fair"))
    expect(news).not_to_contain_text("Not allowed")

    visit.press("Restrict")
    visit.page.get_by_label("Why").fill("a lawsuit")
    visit.page.get_by_label("Why").press("Tab")
    visit.page.get_by_role("button", name="Restrict", exact=True).last.click()
    expect(visit.page.get_by_text("Reason: a lawsuit")).to_be_visible()


def test_the_officer_gets_from_a_request_to_the_persons_data(visit: Visit) -> None:
    visit.sign_in("putri", "/privacy-privacy_request")
    visit.heading(re.compile("^Privacy requests"))
    visit.follow(re.compile("^PRV-"))
    visit.press("Privacy: The person")

    visit.heading(re.compile("^Privacy: "))


def test_whoever_answers_for_peoples_data_sees_the_register(visit: Visit) -> None:
    visit.sign_in("putri", "/personal_data")
    visit.heading("Personal data")
    visit.page.get_by_role("tab", name="Register of processing").click()

    expect(visit.page.get_by_text("Legal basis: contract").first).to_be_visible()
