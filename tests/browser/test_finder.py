"""Opening things by their names, and the keys that lead there."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visit import Visit


def test_a_record_is_opened_by_its_name_and_is_at_hand_from_then_on(visit: Visit) -> None:
    visit.sign_in("sari", "/service-task")
    visit.heading(re.compile("^Tasks"))
    keyboard, finder = visit.page.keyboard, visit.page.get_by_role("combobox", name="Find records and pages")

    keyboard.press("Control+k")
    finder.press_sequentially("sinar jaya")
    expect(visit.page.get_by_role("option", selected=True)).to_contain_text("Sinar Jaya")
    keyboard.press("Enter")
    visit.heading(re.compile("Sinar Jaya"))
    visit.press("☆ Favourite")
    expect(visit.page.get_by_role("button", name="★ Favourite")).to_be_visible()

    keyboard.press("Control+k")
    expect(visit.page.get_by_role("option", selected=True)).to_contain_text("Sinar Jaya")
    keyboard.press("Escape")
    visit.press("★ Favourite")
    expect(visit.page.get_by_role("button", name="☆ Favourite")).to_be_visible()


def test_a_key_begins_a_new_record_and_another_tells_all_keys(visit: Visit) -> None:
    visit.sign_in("sari", "/service-customer")
    visit.heading(re.compile("^Customers"))
    keyboard = visit.page.keyboard

    keyboard.press("?")
    expect(visit.page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    keyboard.press("Escape")
    keyboard.press("n")
    visit.page.get_by_role("combobox", name="What shall be new?").press_sequentially("task")
    expect(visit.page.get_by_role("option", selected=True)).to_contain_text("New task")
    keyboard.press("Enter")
    expect(visit.page.get_by_role("dialog").get_by_label("Subject")).to_be_visible()
