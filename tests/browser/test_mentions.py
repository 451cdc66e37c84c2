"""Colleagues are named with an @ while somebody writes."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.visit import Visit


def notes(visit: Visit) -> Locator:
    """The box for notes of a new task, with one colleague named by the keyboard, the second on offer."""
    visit.sign_in("sari", "/service-task")
    visit.new("/service-task", "New task")
    box = visit.field("Notes")
    box.press_sequentially("Please, @d")
    expect(offered(visit)).to_have_text(["Dewi Anggraini @dewi", "Dian Prasetyo @dian"])
    return box


def offered(visit: Visit) -> Locator:
    return visit.page.get_by_role("listbox").get_by_role("option")


def test_a_colleague_is_named_by_keyboard_and_by_hand(visit: Visit) -> None:
    box = notes(visit)
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Please, @dian ")
    box.press_sequentially("or @an")
    offered(visit).filter(has_text="Dewi Anggraini").click()
    expect(box).to_have_value("Please, @dian or @dewi ")
    expect(offered(visit)).to_have_count(0)


def test_escape_leaves_what_was_typed(visit: Visit) -> None:
    box = notes(visit)
    box.press("Escape")
    expect(offered(visit)).to_have_count(0)
    expect(box).to_have_value("Please, @d")
