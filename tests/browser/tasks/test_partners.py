"""A company applies on the web site, becomes a partner by the word of two, and registers its first deal."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk, today
from tests.browser.visit import Visit

CRITERIA = 5
PARTNER = "PT Tirta Makmur Jaya"


def test_a_company_becomes_a_partner(walk: Walk) -> None:
    mark = uuid4().hex[:6]
    company = f"PT Tirta {mark}"
    apply(walk, company, f"{mark}@tirta.example")

    nina = walk.person("nina", "/partners-partner_application")
    nina.page.get_by_role("row").filter(has_text=company).get_by_role("link").first.click()
    nina.heading(re.compile(company))
    rate(walk, nina)
    for name in ("tono", "hendra"):
        agree(walk, walk.person(name, "/inbox", width=390), company)

    nina.page.reload()
    nina.follow(company)
    nina.heading(company)
    welcome = walk.says("Introduction for partners: Hadi", "Pengenalan kemitraan: Hadi")
    expect(nina.page.get_by_text(welcome).first).to_be_visible()
    walk.done("partners-application", nina, clicks=18)


def test_a_partner_registers_a_deal(walk: Walk) -> None:
    company = f"PT Samudra {uuid4().hex[:6]}"
    hadi = walk.person("hadi", "/for_partners-partner")
    hadi.page.get_by_role("row").filter(has_text=PARTNER).get_by_role("link").first.click()
    hadi.heading(PARTNER)
    registrations = re.compile(walk.says("^Deal registrations", "^Pendaftaran transaksi"))
    hadi.page.get_by_role("radio", name=registrations).click()
    hadi.press(walk.says("New deal registration", "Pendaftaran transaksi baru"))
    hadi.heading(walk.says("New deal registration", "Pendaftaran transaksi baru"))
    hadi.enter_date(walk.says("Expected close", "Perkiraan tutup"), today() + timedelta(days=30))
    hadi.field(walk.says("Company that wants to buy", "Calon pembeli")).fill(company)
    hadi.field(walk.says("What they need", "Kebutuhan")).fill("Genset")
    hadi.field(walk.says("Expected amount", "Perkiraan nilai")).fill("75000000")
    hadi.save()
    hadi.heading(re.compile(company))

    hendra = walk.person("hendra", "/partners-deal_registration")
    hendra.page.get_by_role("row").filter(has_text=company).get_by_role("link").first.click()
    hendra.heading(re.compile(company))
    nobody = re.compile(walk.says("^Nothing entered yet", "^Belum ada isian"))
    expect(hendra.page.get_by_text(nobody).first).to_be_visible()
    walk.done("partners-deal", hendra, clicks=6)


def apply(walk: Walk, company: str, email: str) -> None:
    applicant = walk.stranger("/form/partner_application", width=390)
    page, says = applicant.page, walk.says
    page.get_by_label(says("Name of your company", "Nama perusahaan Anda")).fill(company)
    applicant.field(says("Your name", "Nama Anda")).fill("Hadi")
    applicant.field(says("E-mail", "Email")).fill(email)
    applicant.field(says("Phone", "Telepon")).fill("0812 3456 7890")
    applicant.field(says("City or regency", "Kota/kabupaten")).fill("Surabaya")
    applicant.field(says("Where would you like to sell", "Di wilayah mana")).select_option("east_java")
    page.get_by_label("Distributor").check()
    applicant.field(says("Years in this trade", "Lama berusaha")).fill("12")
    page.wait_for_timeout(2_000)  # nobody is that fast
    page.locator("button.go").click()
    applicant.heading(says("Thank you", "Terima kasih"))


def rate(walk: Walk, visit: Visit) -> None:
    visit.press(walk.says("Start qualification", "Mulai penilaian"))
    propose = walk.says("Propose for approval", "Ajukan persetujuan")
    visit.press(propose)
    dialog = visit.page.get_by_role("dialog")
    for number in range(CRITERIA):
        stars = dialog.get_by_role("radio", name="★★★★★", exact=True)
        stars.or_(dialog.get_by_role("button", name="★★★★★", exact=True)).nth(number).click()
    dialog.get_by_role("button", name=propose).click()
    waits = walk.says("Waits for: Tono", "Menunggu: Tono")
    expect(visit.page.get_by_text(waits).first).to_be_visible()


def agree(walk: Walk, visit: Visit, company: str) -> None:
    asked = visit.page.locator("[class*=st-key-approval]").filter(has_text=company)
    asked.get_by_role("button", name=walk.says("Approve", "Setujui")).first.click()
    expect(asked).to_have_count(0)
