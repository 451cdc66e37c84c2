"""A segment is said, a campaign goes out to it, and an answer is seen."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit


def test_a_campaign_goes_out_and_is_answered(walk: Walk) -> None:
    name = f"Genset {uuid4().hex[:6]}"
    lina = walk.person("lina", "/marketing-segment")
    describe_segment(walk, lina, name, "tier in [silver, gold]")
    plan_campaign(walk, lina, name)
    approve(walk, lina)
    start(walk, lina)
    addressed = lina.page.get_by_text(re.compile(walk.says(r"^Addressed$", r"^Dihubungi$")))
    expect(addressed.first).to_be_visible()
    code = lina.page.get_by_text(re.compile(r"^K\d{4}-\d{3,}$")).first.inner_text()

    answer(walk, code)
    lina.page.reload()
    lina.heading(name)
    came = lina.page.get_by_role("link", name=re.compile(walk.says("^Web form", "^Formulir web")))
    expect(came.first).to_be_visible()
    walk.done("marketing-campaign", lina, clicks=9)


def describe_segment(walk: Walk, visit: Visit, name: str, condition: str) -> None:
    visit.press(walk.says("New segment", "Segmen baru"))
    visit.heading(walk.says("New segment", "Segmen baru"))
    visit.field(walk.says("Name", "Nama")).fill(name)
    visit.field(walk.says("Customers who", "Pelanggan yang")).fill(condition)
    visit.page.keyboard.press("Tab")
    expect(
        visit.page.get_by_text(re.compile(walk.says(r"^Customers: \d+", r"^Pelanggan: \d+")))
    ).to_be_visible()
    visit.save()
    visit.heading(name)


def plan_campaign(walk: Walk, visit: Visit, name: str) -> None:
    """For the segment on the page."""
    visit.press(walk.says("New campaign", "Kampanye baru"))
    visit.heading(walk.says("New campaign", "Kampanye baru"))
    visit.field(walk.says("Name", "Nama")).fill(name)
    visit.field(walk.says("Subject", "Judul")).fill("Genset")
    visit.field(walk.says("Text", "Isi")).fill("...")
    visit.save()
    visit.heading(name)


def approve(walk: Walk, visit: Visit) -> None:
    move = walk.says("Approve", "Setujui")
    visit.press(move)
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_label(re.compile(walk.says("^Budget", "^Anggaran"))).fill("5000000")
    dialog.get_by_role("button", name=move).click()
    expect(visit.page.get_by_text(walk.says("Approved", "Disetujui"), exact=True).first).to_be_visible()


def start(walk: Walk, visit: Visit) -> None:
    move = walk.says("Start", "Mulai")
    visit.page.get_by_role("button", name=move, exact=True).click()
    visit.page.get_by_role("dialog").get_by_role("button", name=move).click()
    expect(visit.page.get_by_text(walk.says("Running", "Berjalan"), exact=True).first).to_be_visible()


def answer(walk: Walk, code: str) -> None:
    """By the form that the mails lead to."""
    stranger = walk.stranger("/form/campaign_answer", width=390)
    stranger.field(walk.says("Your name", "Nama Anda")).fill("Ratna Sari")
    stranger.field("E-mail" if walk.language == "en" else "Email").fill("ratna@surat.example")
    stranger.field(walk.says("Code", "Kode")).fill(code)
    stranger.page.wait_for_timeout(2_000)  # nobody is that fast
    stranger.page.locator("button.go").click()
    stranger.heading(walk.says("Thank you", "Terima kasih"))
