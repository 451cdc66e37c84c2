"""Somebody calls who is angry, and is helped; a technician does a visit with a telephone in the hand."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

from playwright.sync_api import Locator, expect

from relasi.records.actor import Source
from relasi.runtime import Crm, engine_actor
from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit
from tests.serving import Server

CHECKS = 3


def test_an_angry_customer_calls(walk: Walk) -> None:
    subject = f"Pompa mati lagi {uuid4().hex[:6]}"
    name, company, phone = caller(walk.server)
    sari = walk.person("sari")
    sari.find(phone.replace("+62", "0"), name)
    sari.follow(company)
    sari.heading(company)
    sari.page.go_back()
    sari.heading(name)

    take_complaint(walk, sari, subject, company)
    sari.follow(re.compile(subject))
    sari.heading(re.compile(subject))
    sari.press(walk.says("Start work", "Mulai kerjakan"))
    resolve(walk, sari)
    call_back(walk, sari, f"Sudah beres {subject}")
    sari.button(walk.says("Close", "Tutup")).click()
    dialog = sari.page.get_by_role("dialog")
    sari.choose(walk.says("Yes", "Ya"))
    dialog.get_by_role("button", name=walk.says("Close", "Tutup")).last.click()
    expect(sari.button(walk.says("Close", "Tutup"))).to_have_count(0)
    tell_the_product_people(walk, sari, f"Segel bocor {subject}")
    walk.done("service-complaint", sari, clicks=20)


def caller(server: Server) -> tuple[str, str, str]:
    """Somebody of the sample, with their company and their number."""
    query = """
        SELECT contact.name, customer.name, contact.phone
        FROM contact JOIN customer ON customer.id = contact.customer
        WHERE contact.phone IS NOT NULL ORDER BY contact.id"""
    with closing(sqlite3.connect(server.root / "data" / "crm.db")) as database:
        name, company, phone = database.execute(query).fetchone()
    return name, company, phone


def take_complaint(walk: Walk, visit: Visit, subject: str, company: str) -> None:
    """Beside the page of whoever is on the line, who is in the form already, with their company."""
    visit.button(walk.says("Complaint", "Keluhan")).click()
    drawer = visit.page.get_by_role("dialog")
    expect(drawer.get_by_role("combobox", name=walk.says("Customer", "Pelanggan"))).to_have_value(company)
    drawer.get_by_label(walk.says("Subject", "Perihal")).fill(subject)
    visit.choose(walk.says("High", "Tinggi"))
    visit.save()
    expect(drawer).to_have_count(0)


def resolve(walk: Walk, visit: Visit) -> None:
    move = walk.says("Resolve", "Selesaikan")
    visit.press(move)
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    visit.page.get_by_role("option", name=walk.says("Product defect", "Cacat produk")).click()
    dialog.get_by_label(walk.says("Corrective action", "Tindakan perbaikan")).fill("Segel diganti.")
    dialog.get_by_role("button", name=move).click()
    expect(visit.button(walk.says("Reopen", "Buka kembali"))).to_be_visible()


def call_back(walk: Walk, visit: Visit, subject: str) -> None:
    """The call without which no complaint is closed."""
    visit.button(walk.says("Activity", "Aktivitas")).click()
    drawer = visit.page.get_by_role("dialog")
    drawer.get_by_label(walk.says("Subject", "Perihal")).fill(subject)
    visit.choose(walk.says("Reached", "Terhubung"))
    visit.save()
    expect(drawer).to_have_count(0)


def tell_the_product_people(walk: Walk, visit: Visit, subject: str) -> None:
    """Who leads the company hears of it; from which department it comes is known."""
    visit.button(walk.says("Hand-over", "Serah terima")).click()
    drawer = visit.page.get_by_role("dialog")
    drawer.get_by_label(walk.says("Subject", "Perihal")).fill(subject)
    for field, option in (
        (walk.says("Kind", "Jenis"), walk.says("Quality", "Mutu")),
        (walk.says("To", "Kepada"), walk.says("Product development", "Pengembangan produk")),
    ):
        drawer.get_by_role("combobox", name=re.compile(rf"\b{field}\b")).first.click()
        visit.page.get_by_role("option", name=option).click()
    visit.save()
    expect(drawer).to_have_count(0)
    expect(visit.page.get_by_role("link", name=subject).first).to_be_visible()


def test_a_technician_does_a_visit(walk: Walk, crm: Crm) -> None:
    subject = f"Kompresor bergetar {uuid4().hex[:6]}"
    plan_visit(crm, subject)
    joko = walk.person("joko", "/field_service-service_order", width=390, height=844)
    joko.page.get_by_text(subject, exact=True).first.click()
    joko.heading(re.compile(subject))
    joko.press(walk.says("I am on site", "Sudah di lokasi"))
    expect(joko.page.get_by_text(walk.says("On site", "Di lokasi"), exact=True).first).to_be_visible()
    note_work(walk, joko)
    finish = walk.says("Finish", "Selesaikan")
    expect(joko.page.get_by_role("button", name=finish)).to_be_enabled()
    joko.press(finish)
    dialog = joko.page.get_by_role("dialog")
    dialog.get_by_label(walk.says("What was done", "Laporan pekerjaan")).fill("Segel diganti, unit diuji.")
    dialog.get_by_label(walk.says("Name of the customer", "Nama penerima")).fill("Bu Ratih")
    sign(joko, dialog.get_by_role("img", name=walk.says("Signature", "Tanda tangan")))
    dialog.get_by_role("button", name=finish).click()
    expect(dialog).to_have_count(0)
    expect(joko.button(finish)).to_have_count(0)
    walk.done("field-visit", joko, clicks=13)


def plan_visit(crm: Crm, subject: str) -> None:
    """For Joko, right now."""
    engine, now = engine_actor(Source.CLI), crm.clock()
    customer = crm.records.create(engine, "customer", {"name": "PT Lestari Sejati"})
    with crm.store.session(write=False) as session:
        joko = session.users.by_name("joko")
    assert joko is not None
    values = {"subject": subject, "customer": customer.id, "owner": joko.id, "planned_from": now}
    order = crm.records.create(engine, "service_order", {**values, "planned_until": now + timedelta(hours=1)})
    crm.records.move(engine, "service_order", order.id, order.version, move="schedule")


def note_work(walk: Walk, visit: Visit) -> None:
    """The checks and the part that was used, on the spot."""
    visit.press(walk.says("Edit", "Ubah"))
    visit.heading(re.compile(walk.says("^Edit", "^Ubah")))
    checks = visit.page.get_by_test_id("stMain").get_by_test_id("stCheckbox")
    expect(checks).to_have_count(CHECKS)
    for number in range(CHECKS):
        checks.nth(number).click()
    visit.press(walk.says("Add part used", "Tambah suku cadang terpakai"))
    visit.pick(walk.says("Part", "Suku cadang"), "segel")
    visit.page.keyboard.press("Tab")
    visit.press(walk.says("Save", "Simpan"))


def sign(visit: Visit, paper: Locator) -> None:
    """With a finger."""
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    visit.page.mouse.move(box["x"] + 30, box["y"] + 60)
    visit.page.mouse.down()
    for step in range(1, 9):
        visit.page.mouse.move(box["x"] + 30 + step * 15, box["y"] + 60 + (-1) ** step * 20)
    visit.page.mouse.up()
    expect(visit.page.get_by_text(re.compile("^(Signature kept|Tanda tangan tersimpan)"))).to_be_visible()
