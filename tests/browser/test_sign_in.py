from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.visit import Visit
from tests.serving import Server


def test_a_stranger_is_asked_to_sign_in_and_then_gets_the_page_they_wanted(visit: Visit) -> None:
    visit.open("/service-product")
    expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()

    visit.sign_in("sari", "/service-product")

    visit.heading(re.compile("^Products"))


def test_a_wrong_password_is_told_in_place_and_the_name_stays(visit: Visit) -> None:
    visit.open("/sign-in")
    visit.page.get_by_label("Name", exact=True).fill("sari")
    visit.page.get_by_label("Password", exact=False).first.fill("not-her-password")
    visit.page.get_by_role("button", name="Sign in", exact=True).click()

    expect(visit.page.get_by_role("alert")).to_contain_text("The name or the password is not right")
    expect(visit.page.get_by_label("Name", exact=True)).to_have_value("sari")


def test_the_menu_holds_the_departments_of_the_role(visit: Visit) -> None:
    visit.sign_in("bayu")

    menu = visit.page.get_by_test_id("stSidebarNav")
    expect(menu).to_contain_text("Penjualan")
    expect(menu).not_to_contain_text("Layanan")


def test_a_page_of_another_department_leads_back_to_ones_own(visit: Visit) -> None:
    visit.sign_in("sari")

    visit.open("/sales-opportunity")

    visit.heading(re.compile("^Cases"))


def test_signing_out_ends_the_session(visit: Visit) -> None:
    visit.sign_in("sari")
    visit.heading(re.compile("^Cases"))

    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()
    visit.open("/service-complaint")

    expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_scripts_of_the_page_cannot_read_the_cookie(visit: Visit) -> None:
    visit.sign_in("sari")

    assert "relasi_session" not in visit.page.evaluate("document.cookie")


def test_an_indonesian_browser_reads_indonesian(chromium: Browser, server: Server) -> None:
    context = chromium.new_context(locale="id-ID")
    page = context.new_page()
    page.goto(server.address + "/sign-in")

    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    context.close()


def test_signing_out_in_another_tab_is_told_at_the_next_click(visit: Visit) -> None:
    visit.sign_in("sari", "/service-product")
    visit.heading(re.compile("^Products"))
    other = Visit(visit.page.context.new_page(), visit.address)
    other.open("/service-task")
    other.page.get_by_role("button", name="Sign out").click()
    expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()

    visit.choose("All products")

    expect(visit.page.get_by_text("You are signed out")).to_be_visible()
