from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.making import mark
from tests.browser.visit import Visit


def test_a_visitor_without_scripts_asks_and_a_colleague_sees_how_it_came(
    machine: Callable[..., Page], visit: Visit
) -> None:
    name = f"Budi {mark()}"
    page = machine(locale="id-ID", width=390, scripts=False)
    page.goto(f"{visit.address}/form/enquiry")
    page.get_by_label("Nama Anda").fill(name)
    page.get_by_label("Email").fill("budi@contoh.example")
    page.get_by_label("Harga").check()
    page.get_by_label("Pesan Anda").fill("Berapa harga pompa?")
    page.wait_for_timeout(2_000)  # nobody is that fast
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_role("heading", name="Terima kasih")).to_be_visible()

    visit.sign_in("maya", f"/sales-enquiry?list=all&q={name}")
    visit.follow(re.compile("ENQ-"))
    visit.heading(re.compile(name))
    expect(visit.page.get_by_text(re.compile("by a web form"))).to_be_visible()
