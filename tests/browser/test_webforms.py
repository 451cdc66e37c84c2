from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.visit import Visit
from tests.serving import Server


def test_a_visitor_without_scripts_asks_and_a_colleague_sees_how_it_came(
    chromium: Browser, server: Server, visit: Visit
) -> None:
    context = chromium.new_context(
        locale="id-ID", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{visit.address}/form/enquiry")
    page.get_by_label("Nama Anda").fill("Budi Pengunjung")
    page.get_by_label("Email").fill("budi@contoh.example")
    page.get_by_label("Harga").check()
    page.get_by_label("Pesan Anda").fill("Berapa harga pompa?")
    page.wait_for_timeout(2_000)  # nobody is that fast
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_role("heading", name="Terima kasih")).to_be_visible()
    context.close()

    visit.sign_in("maya", "/sales-enquiry")
    visit.page.get_by_role("link", name=re.compile("ENQ-")).first.click()
    visit.heading(re.compile("Budi Pengunjung"))
    expect(visit.page.get_by_text(re.compile("by a web form"))).to_be_visible()
