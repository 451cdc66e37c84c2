"""Leads are called one after the other."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from relasi.records.actor import Source
from relasi.runtime import Crm, engine_actor
from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit


def test_leads_are_called(walk: Walk, crm: Crm) -> None:
    engine = engine_actor(Source.CLI)
    for name in ("Ratna", "Made"):
        crm.records.create(engine, "lead", {"name": name, "phone": "0812 3456 7890", "call_at": crm.clock()})
    tia = walk.person("tia", "/telesales-lead")
    tia.press(walk.says("Work through", "Kerjakan satu per satu"))
    expect(tia.page.get_by_text(re.compile(walk.says("^1 of ", "^1 dari ")))).to_be_visible()
    not_reached(walk, tia)
    tia.press(walk.says("Next", "Berikutnya"))
    expect(tia.page.get_by_text(re.compile(walk.says("^2 of ", "^2 dari ")))).to_be_visible()

    drop = walk.says("Drop", "Gugurkan")
    tia.press(drop)
    dialog = tia.page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    tia.page.get_by_role("option", name=walk.says("No need", "Tidak butuh")).click()
    dialog.get_by_role("button", name=drop).click()
    expect(tia.page.get_by_text(walk.says("Dropped", "Gugur"), exact=True).first).to_be_visible()
    walk.done("telesales-calls", tia, clicks=8)


def not_reached(walk: Walk, visit: Visit) -> None:
    """The call is noted, and the next one planned."""
    visit.page.get_by_text(walk.says("Lead created", "Prospek dibuat"), exact=True).wait_for()
    calls = visit.page.get_by_role("link", name=re.compile(r"^LEAD-.*: \d"))
    before = calls.count()
    visit.press(walk.says("Not reached", "Tidak terhubung"))
    expect(calls).to_have_count(before + 1)
