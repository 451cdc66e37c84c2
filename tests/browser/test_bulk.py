"""What is done with rows of a list, without opening them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.making import mark
from tests.browser.visit import Visit


def tasks(visit: Visit, number: int) -> str:
    """Makes some tasks and opens the list of them alone; gives the word by which they are found."""
    word = f"bulk{mark()}"
    for n in range(number):
        visit.new("/service-task", "New task")
        visit.field("Subject").fill(f"{word} {n}")
        visit.save()
        visit.heading(f"{word} {n}")
    visit.open(f"/service-task?list=all&q={word}")
    expect(rows(visit)).to_have_count(number)
    return word


def rows(visit: Visit) -> Locator:
    return visit.page.locator("tbody tr")


def test_a_field_of_many_records_is_set_at_once_and_put_back(visit: Visit) -> None:
    visit.sign_in("sari", "/service-task")
    visit.heading(re.compile("^Tasks"))
    tasks(visit, 2)
    visit.page.get_by_role("checkbox", name="Choose all on this page").click()
    expect(visit.page.get_by_text("2 chosen")).to_be_visible()

    visit.press("Set a field")
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").click()
    visit.page.get_by_role("option", name="Priority").click()
    dialog.get_by_text("Urgent", exact=True).click()
    visit.press("Do it with 2 records")

    expect(visit.page.get_by_text("Changed: 2.")).to_be_visible()
    expect(rows(visit).get_by_text("Urgent")).to_have_count(2)
    visit.press("Undo")
    expect(visit.page.get_by_text("Put back: 2.")).to_be_visible()
    expect(rows(visit).get_by_text("Normal")).to_have_count(2)


def test_a_cell_is_changed_where_it_stands_with_the_keyboard(visit: Visit) -> None:
    visit.sign_in("sari", "/service-task")
    visit.heading(re.compile("^Tasks"))
    word = tasks(visit, 1)
    keyboard, subject = visit.page.keyboard, visit.page.locator("td[data-name=subject]")

    subject.dblclick()
    expect(visit.page.get_by_role("textbox", name="Subject")).to_be_focused()
    keyboard.insert_text(f"{word} by hand")
    keyboard.press("Tab")
    expect(visit.page.get_by_role("combobox", name="Priority")).to_be_focused()
    expect(subject).to_contain_text("by hand")
    keyboard.press("Escape")

    visit.page.locator("td[data-name=priority]").press("ArrowLeft")
    expect(subject).to_be_focused()
    keyboard.press("F2")
    visit.page.get_by_role("textbox", name="Subject").fill("")
    keyboard.press("Enter")
    expect(subject.locator(".message")).to_be_visible()
    keyboard.press("Escape")
    expect(subject).to_contain_text("by hand")
