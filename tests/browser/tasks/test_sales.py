"""A caller becomes a customer; what the quarter will bring is agreed."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk, today
from tests.browser.visit import Visit

PRODUCT = "Genset 5 kVA"


def test_a_lead_comes_in_and_is_won(walk: Walk) -> None:
    company = f"PT Tirta {uuid4().hex[:6]}"
    tia = walk.person("tia", "/telesales-lead")
    take_lead(walk, tia, company)
    confirmed_move(tia, walk.says("Convert", "Konversi"))
    expect(tia.page.get_by_text(walk.says("Converted", "Dikonversi"), exact=True).first).to_be_visible()

    bayu = walk.person("bayu", "/inbox")
    bayu.press(company)
    bayu.heading(company)
    main = bayu.page.get_by_test_id("stMain")  # in which the product is called so, too
    main.locator("a[href*='opportunity?id=']", has_text=PRODUCT).first.click()
    bayu.heading(PRODUCT)
    confirmed_move(bayu, walk.says("Send proposal", "Kirim penawaran"))
    expect(bayu.page.get_by_role("button", name=walk.says("Win", "Menang"), exact=True)).to_be_visible()
    offer(walk, bayu)
    bayu.press(walk.says("Hand in", "Ajukan"))
    bayu.press(walk.says("Send to the customer", "Kirim ke pelanggan"))
    confirmed_move(bayu, walk.says("Accepted", "Diterima"))

    bayu.follow(re.compile("^ORD-"))
    bayu.heading(re.compile("^ORD-"))
    expect(bayu.page.get_by_role("link", name=company).first).to_be_visible()
    walk.done("sales-lead-to-order", bayu, clicks=22)


def take_lead(walk: Walk, visit: Visit, company: str) -> None:
    """Somebody is on the line and wants to buy."""
    visit.press(walk.says("New lead", "Prospek baru"))
    visit.heading(walk.says("New lead", "Prospek baru"))
    visit.field(walk.says("Name", "Nama")).fill("Ratna Sari")
    visit.field(walk.says("Company", "Perusahaan")).fill(company)
    visit.field(walk.says("Phone", "Telepon")).fill("0812 3456 7891")
    visit.page.get_by_role("combobox", name=walk.says("Territory", "Wilayah")).click()
    visit.page.get_by_role("option", name=walk.says("Greater Jakarta", "Jabodetabek")).click()
    visit.pick(walk.says("Interested in", "Minat pada"), PRODUCT)
    visit.field(walk.says("Budget", "Anggaran")).fill("60000000")
    visit.choose(walk.says("This quarter", "Triwulan ini"))
    visit.save()
    visit.heading(company)


def offer(walk: Walk, visit: Visit) -> None:
    """Writes a quote for the opportunity on the page."""
    visit.press(walk.says("Quote", "Penawaran"))
    drawer = visit.page.get_by_role("dialog")
    drawer.get_by_role("button", name=walk.says("Add quote line", "Tambah rincian penawaran")).click()
    visit.pick(walk.says("Product", "Produk"), PRODUCT)
    visit.save()
    visit.follow(re.compile("^QUO-"))
    visit.heading(re.compile("^QUO-"))


def confirmed_move(visit: Visit, move: str) -> None:
    visit.press(move)
    visit.page.get_by_role("dialog").get_by_role("button", name=move).click()


def test_a_quarter_is_forecast(walk: Walk) -> None:
    deal = f"Genset {uuid4().hex[:6]}"
    bayu = walk.person("bayu", "/sales-opportunity")
    bayu.press(walk.says("New opportunity", "Peluang baru"))
    bayu.heading(walk.says("New opportunity", "Peluang baru"))
    bayu.enter_date(walk.says("Expected close", "Perkiraan tutup"), today())
    bayu.field(walk.says("Name", "Nama")).fill(deal)
    bayu.pick(walk.says("Customer", "Pelanggan"), "pt")
    bayu.field(walk.says("Amount", "Nilai")).fill("123000000")
    bayu.choose(walk.says("Commit", "Pasti"))
    bayu.save()
    bayu.heading(deal)

    maya = walk.person("maya", "/sales-quota")
    maya.follow(re.compile("^Bayu Pratama"))
    maya.heading(re.compile("^Bayu Pratama"))
    maya.press(walk.says("Show all", "Tampilkan semua"))
    maya.heading(re.compile(walk.says("^Opportunities", "^Peluang")))
    maya.page.get_by_placeholder(walk.says("Search", "Cari")).fill(deal)
    maya.page.keyboard.press("Enter")
    expect(maya.page.get_by_role("link", name=deal)).to_be_visible()
    expect(maya.page.get_by_text(re.compile("123[.,]000[.,]000")).first).to_be_visible()
    walk.done("sales-forecast", maya, clicks=8)
