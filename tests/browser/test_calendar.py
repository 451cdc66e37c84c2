"""A list as a calendar: what is put on another day gets that date, and a click on a day begins a record."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Locator, expect

from tests.browser.making import made, mark
from tests.browser.visit import Visit
from tests.serving import Server


def day(visit: Visit, date: str) -> Locator:
    return visit.page.locator(f"[data-date='{date}']")


def test_an_entry_goes_to_another_day_by_mouse_and_keyboard(visit: Visit, server: Server) -> None:
    subject = f"rapat{mark()}"
    made(server, "task", by="bayu", subject=subject, due_at=datetime(2027, 3, 10, 2, 30, tzinfo=UTC))
    visit.sign_in("bayu", f"/sales-task?list=all&layout=calendar&at=month.2027-03-15&q={subject}")
    expect(visit.page.get_by_text("Maret 2027")).to_be_visible()
    entry = visit.page.get_by_role("link", name=subject)
    expect(day(visit, "2027-03-10")).to_contain_text("09.30")

    entry.press("Shift+ArrowRight")
    moved = day(visit, "2027-03-11").locator(".entry:not(.waiting)")
    expect(moved).to_contain_text("09.30")

    moved.hover()  # not before it stands still
    start, end = moved.bounding_box(), day(visit, "2027-03-19").bounding_box()
    assert start is not None
    assert end is not None
    mouse = visit.page.mouse
    mouse.move(start["x"] + 4, start["y"] + 6)
    mouse.down()
    mouse.move(end["x"] + 40, end["y"] + 60, steps=8)
    mouse.up()
    expect(day(visit, "2027-03-19").locator(".entry:not(.waiting)")).to_contain_text("09.30")


def test_a_click_on_a_day_begins_a_record_on_it(visit: Visit) -> None:
    visit.sign_in("bayu", "/sales-task?list=all&layout=calendar&at=week.2027-03-17")
    expect(day(visit, "2027-03-17")).to_be_visible()

    day(visit, "2027-03-17").get_by_role("button", name=re.compile("Rabu, 17 Maret 2027")).click()

    visit.heading("Tugas baru")
    expect(visit.page).to_have_url(re.compile("set.due_at=2027-03-17T09"))
