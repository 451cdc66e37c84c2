"""Opening things by their names, and the keys that lead there."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.making import made, mark
from tests.browser.visit import Visit
from tests.serving import Server


def ready(visit: Visit) -> None:
    """Keys are heard once the field at the top of the sidebar is there."""
    expect(visit.page.get_by_role("button", name=re.compile("^Search"))).to_be_visible()


def test_a_record_is_opened_by_its_name_and_is_at_hand_from_then_on(visit: Visit, server: Server) -> None:
    name = f"PT Temu {mark()}"
    made(server, "customer", name=name)
    visit.sign_in("sari", "/service-task")
    ready(visit)
    keyboard, finder = visit.page.keyboard, visit.page.get_by_role("combobox", name="Find records and pages")

    keyboard.press("Control+k")
    finder.press_sequentially(name.lower())
    expect(visit.page.get_by_role("option", selected=True)).to_contain_text(name)
    keyboard.press("Enter")
    visit.heading(name)
    visit.press("☆ Favourite")
    expect(visit.page.get_by_role("button", name="★ Favourite")).to_be_visible()

    keyboard.press("Control+k")
    expect(visit.page.get_by_role("option", selected=True)).to_contain_text(name)
    keyboard.press("Escape")
    visit.press("★ Favourite")
    expect(visit.page.get_by_role("button", name="☆ Favourite")).to_be_visible()


def test_a_key_begins_a_new_record_and_another_tells_all_keys(visit: Visit) -> None:
    visit.sign_in("sari", "/service-customer")
    ready(visit)
    keyboard = visit.page.keyboard

    keyboard.press("?")
    expect(visit.page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    keyboard.press("Escape")
    expect(visit.page.get_by_role("heading", name="Keyboard shortcuts")).to_be_hidden()
    keyboard.press("n")
    visit.page.get_by_role("combobox", name="What shall be new?").press_sequentially("task")
    expect(visit.page.get_by_role("option", selected=True)).to_contain_text("New task")
    keyboard.press("Enter")
    expect(visit.page.get_by_role("dialog").get_by_label("Subject")).to_be_visible()


def test_a_record_to_link_to_is_made_without_leaving_the_form(visit: Visit) -> None:
    name = f"Toko {mark()}"
    visit.sign_in("sari", "/service-complaint?new=1")
    visit.heading("New complaint")
    visit.field("Subject").fill("It leaks")
    customer = visit.page.get_by_role("combobox", name="Customer", exact=True)
    customer.press_sequentially(name, delay=15)

    visit.page.get_by_role("option", name=f"New customer: {name}").click()
    expect(visit.field("Name")).to_have_value(name)
    visit.save()

    expect(customer).to_have_value(name)
    expect(visit.field("Subject")).to_have_value("It leaks")
