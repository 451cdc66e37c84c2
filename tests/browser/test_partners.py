"""A company applies on the web site, two levels agree, and it is a partner, as each of them sees it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.making import mark
from tests.browser.visit import Visit
from tests.serving import Server

CRITERIA = 5


@pytest.fixture
def person(machine: Callable[..., Page], server: Server) -> Callable[..., Visit]:
    """Another machine for each."""
    return lambda **how: Visit(machine(**how), server.address)


def apply(applicant: Visit, company: str) -> None:
    applicant.open("/form/partner_application")
    applicant.page.get_by_label("Nama perusahaan Anda").fill(company)
    for label, value in {
        "Nama Anda": "Hadi",
        "Email": "hadi@tirta.example",
        "Telepon": "0812 3456 7890",
    }.items():
        applicant.field(label).fill(value)
    applicant.field("Kota/kabupaten").fill("Surabaya")
    applicant.field("Di wilayah mana").select_option("east_java")
    applicant.page.get_by_label("Distributor").check()
    applicant.field("Lama berusaha").fill("12")
    applicant.page.wait_for_timeout(2_000)  # nobody is that fast
    applicant.press("Kirim permohonan")
    applicant.heading("Terima kasih")


def test_an_application_is_rated_approved_by_two_and_becomes_a_partner(person: Callable[..., Visit]) -> None:
    company = f"PT {mark()}"
    apply(person(locale="id-ID", width=390), company)

    nina = person()
    nina.sign_in("nina", f"/partners-partner_application?list=all&q={company}")
    nina.page.get_by_role("link", name=re.compile("APP-")).click()
    nina.heading(re.compile(company))
    nina.press("Start qualification")
    nina.press("Propose for approval")
    dialog = nina.page.get_by_role("dialog")
    for number in range(CRITERIA):
        stars = dialog.get_by_role("radio", name="★★★★★", exact=True)
        stars.or_(dialog.get_by_role("button", name="★★★★★", exact=True)).nth(number).click()
    dialog.get_by_role("button", name="Propose for approval").click()
    expect(nina.page.get_by_text("Waits for: Tono Suprapto")).to_be_visible()

    tono = person(locale="id-ID", width=390)
    tono.sign_in("tono", "/inbox")
    asked = tono.card("approval", company)
    asked.get_by_role("button", name="Setujui").click()
    expect(asked).to_have_count(0)

    hendra = person()
    hendra.sign_in("hendra", "/inbox")
    asked = hendra.card("approval", company)
    asked.get_by_role("button", name="Approve").click()
    expect(asked).to_have_count(0)
    nina.page.reload()
    nina.page.get_by_role("link", name=company, exact=True).click()
    expect(nina.page.get_by_text("Introduction for partners: Hadi")).to_be_visible()
