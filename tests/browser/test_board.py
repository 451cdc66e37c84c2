"""A list as a board: what is dragged is moved through the process, and what cannot go says why."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.making import made, mark
from tests.browser.visit import Visit
from tests.serving import Server


def opportunity(server: Server, amount: str) -> str:
    """The name of one of bayu's, at the beginning of its process."""
    name = f"papan{mark()}"
    customer = made(server, "customer", name=f"PT {mark()}").id
    made(server, "opportunity", by="bayu", name=name, customer=customer, amount=amount)
    return name


def column(visit: Visit, label: str) -> Locator:
    return visit.page.get_by_role("region", name=label, exact=True)


def drag(visit: Visit, card: Locator, to: Locator) -> None:
    """With the mouse, held over the goal."""
    card.hover()  # not before it stands still
    start, end = card.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    mouse = visit.page.mouse
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] - 6)
    mouse.down()
    mouse.move(end["x"] + end["width"] / 2, end["y"] + 80, steps=8)
    mouse.move(end["x"] + end["width"] / 2, end["y"] + 90)


def test_a_card_is_dragged_through_the_process(visit: Visit, server: Server) -> None:
    name = opportunity(server, "1250000")
    visit.sign_in("bayu", f"/sales-opportunity?list=all&q={name}")
    visit.heading(re.compile("^Peluang"))
    visit.choose("Papan")
    card = visit.page.get_by_role("listitem").filter(has_text=name)
    expect(column(visit, "Kualifikasi")).to_contain_text(name)
    expect(column(visit, "Kualifikasi")).to_contain_text("Rp1.250.000")

    drag(visit, card, column(visit, "Menang"))
    expect(visit.page.get_by_text("Data ini tidak dapat dipindahkan ke sana.")).to_be_visible()
    visit.page.mouse.up()
    expect(column(visit, "Kualifikasi")).to_contain_text(name)

    drag(visit, card, column(visit, "Penawaran"))
    visit.page.mouse.up()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_label("Nilai")).to_have_value(re.compile("^1.?250.?000$"))
    dialog.get_by_role("button", name="Kirim penawaran").click()

    expect(column(visit, "Penawaran")).to_contain_text(name)
    expect(visit.page).to_have_url(re.compile("layout=board"))


def test_a_card_is_moved_with_the_keyboard(visit: Visit, server: Server) -> None:
    name = opportunity(server, "400000")
    visit.sign_in("bayu", f"/sales-opportunity?list=all&layout=board&q={name}")
    card = visit.page.get_by_role("link", name=name)
    expect(column(visit, "Kualifikasi")).to_contain_text(name)

    card.press("m")
    visit.page.get_by_role("menuitem", name="Kalah").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_label("Alasan kalah")).to_be_visible()
    dialog.get_by_role("button", name="Batal").click()
    expect(dialog).to_have_count(0)
    expect(column(visit, "Kualifikasi").locator(".card:not(.waiting)")).to_contain_text(name)

    card.press("Shift+ArrowRight")
    dialog.get_by_label("Nilai").fill("500000")
    visit.page.keyboard.press("Control+Enter")
    expect(column(visit, "Penawaran")).to_contain_text(name)
    expect(card).to_be_focused()
