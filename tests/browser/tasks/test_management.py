"""Somebody of the management follows a figure to its records, and leads the introduction of the system."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit


def test_a_figure_leads_to_what_stands_behind_it(walk: Walk) -> None:
    dian = walk.person("dian", "/")
    dian.page.get_by_role("link", name=walk.says("The company at a glance", "Ringkasan perusahaan")).click()
    causes = dian.page.get_by_role("table", name=walk.says("Why customers complain", "Penyebab keluhan"))
    row = causes.get_by_role("row").filter(has=dian.page.get_by_role("link")).first
    count = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()

    dian.heading(re.compile(walk.says(rf"^Complaints {count}$", rf"^Keluhan {count}$")))
    walk.done("management-figures", dian, clicks=4)


def test_the_first_phase_of_an_introduction_is_finished(walk: Walk) -> None:
    name = f"Cabang {uuid4().hex[:6]}"
    dian = walk.person("dian", "/management-introduction")
    dian.press(walk.says("New introduction", "Penerapan sistem baru"))
    dian.heading(walk.says("New introduction", "Penerapan sistem baru"))
    dian.field(walk.says("Name", "Nama")).fill(name)
    dian.save()
    dian.heading(name)
    dian.press(walk.says("Show all", "Tampilkan semua"))
    dian.heading(re.compile(walk.says("^Steps of introduction 20$", "^Langkah penerapan 20$")))
    tick_off(walk, dian, walk.says("Sponsor and team", "Sponsor dan tim"))

    dian.page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
    dian.heading(name)
    go_on = walk.says("On to the goals", "Lanjut ke sasaran")
    dian.press(go_on)
    dialog = dian.page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Sponsor").click()
    dian.page.get_by_role("option", name="Dian Prasetyo").click()
    dialog.get_by_role("button", name=go_on).click()
    expect(
        dian.page.get_by_role("button", name=walk.says("On to the data", "Lanjut ke data"))
    ).to_be_visible()
    walk.done("management-introduction", dian, clicks=16)


def tick_off(walk: Walk, visit: Visit, phase: str) -> None:
    """All steps of a phase at once."""
    rows = visit.page.locator("tbody tr").filter(has_text=phase)
    expect(rows).to_have_count(3)
    for row in rows.all():
        row.get_by_role("checkbox").click()
    visit.press(walk.says("Move on", "Pindahkan tahap"))
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    visit.page.get_by_role("option", name=walk.says("Done", "Selesai"), exact=True).click()
    dialog.get_by_role("button", name=walk.says("Do it with 3 records", "Lakukan pada 3 data")).click()
    expect(visit.page.get_by_text(walk.says("Moved on: 3.", "Dipindahkan: 3."))).to_be_visible()
