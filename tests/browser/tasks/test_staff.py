"""A course was held, and whoever was there passed it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit

COURSE = "Menangani keluhan"


def test_a_course_is_entered_and_passed(walk: Walk) -> None:
    what_for = f"Naik ke meja layanan {uuid4().hex[:6]}"
    hana = walk.person("hana", "/staff-course_session")
    hana.press(walk.says("New course date", "Jadwal pelatihan baru"))
    hana.heading(walk.says("New course date", "Jadwal pelatihan baru"))
    hana.pick(walk.says("Course", "Pelatihan"), COURSE)
    yesterday = datetime.now(ZoneInfo("Asia/Jakarta")) - timedelta(days=1)
    enter_moment(hana, walk.says("Begins", "Mulai"), yesterday.replace(hour=9, minute=0))
    hana.page.keyboard.press("Escape")
    hana.press(walk.says("Save", "Simpan"))
    hana.heading(re.compile(f"^{COURSE}"))

    enrol_bayu(walk, hana, what_for)
    hana.press(walk.says("Passed", "Lulus"))
    expect(hana.page.get_by_role("button", name=walk.says("Passed", "Lulus"), exact=True)).to_have_count(0)

    bayu = walk.person("bayu", "/staff-course_enrolment")
    bayu.choose(walk.says("Mine", "Milik saya"))
    expect(bayu.page.get_by_role("row").filter(has_text="88%").first).to_be_visible()
    walk.done("staff-course", bayu, clicks=10)


def enter_moment(visit: Visit, label: str, moment: datetime) -> None:
    visit.page.get_by_role("group", name=label).get_by_role("spinbutton").first.click()
    visit.page.keyboard.type(f"{moment:%d%m%Y%H%M}")


def enrol_bayu(walk: Walk, visit: Visit, what_for: str) -> None:
    visit.press(walk.says("New enrolment", "Pendaftaran pelatihan baru"))
    visit.heading(walk.says("New enrolment", "Pendaftaran pelatihan baru"))
    visit.page.get_by_role("combobox", name=walk.says("Person", "Peserta")).click()
    visit.page.get_by_role("option", name="Bayu Pratama").click()
    visit.field(walk.says("What for", "Tujuan")).fill(what_for)
    visit.field(walk.says("Result", "Hasil")).fill("88")
    visit.save()
    visit.heading(re.compile(f"^{COURSE}: Bayu"))
