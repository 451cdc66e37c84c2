"""What one person found out helps the next one, also outside."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk


def test_what_an_agent_knows_is_published_and_read_by_a_partner(walk: Walk) -> None:
    title = f"Kode E-07 {uuid4().hex[:6]}"
    sari = walk.person("sari", "/service-article")
    sari.press(walk.says("New article", "Artikel baru"))
    sari.heading(walk.says("New article", "Artikel baru"))
    sari.field(walk.says("Title", "Judul")).fill(title)
    sari.field(walk.says("In one sentence", "Ringkasan")).fill("Sensor dipasang ulang.")
    sari.page.get_by_role("combobox", name=walk.says("Category", "Kategori")).click()
    sari.page.get_by_role("option", name=walk.says("Fault", "Kerusakan")).click()
    sari.field(walk.says("Text", "Isi")).fill("Matikan unit, lepas sensor, bersihkan, pasang lagi.")
    sari.page.get_by_text(
        walk.says("For customers and partners too", "Boleh dibaca pelanggan dan mitra")
    ).click()
    sari.save()
    sari.heading(re.compile(title))
    sari.press(walk.says("Ask for a reader", "Minta ditinjau"))
    expect(sari.page.get_by_text(walk.says("Is read", "Ditinjau"), exact=True).first).to_be_visible()

    kiki = walk.person("kiki", "/inbox")
    kiki.press(title)
    kiki.heading(re.compile(title))
    kiki.press(walk.says("Publish", "Terbitkan"))
    expect(kiki.page.get_by_role("button", name=walk.says("Revise", "Perbarui"))).to_be_visible()

    hadi = walk.person("hadi", width=390, height=844)
    hadi.open("/help_center-article")
    hadi.page.get_by_placeholder(walk.says("Search", "Cari")).fill(title)
    hadi.page.keyboard.press("Enter")
    hadi.page.get_by_text(title, exact=True).click()
    expect(hadi.page.get_by_text("Matikan unit, lepas sensor")).to_be_visible()
    walk.done("knowledge-article", hadi, clicks=10)
