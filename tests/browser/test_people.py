"""Somebody is invited, sets a password, and from then on comes in with a code of their device."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from pyotp import TOTP

from relasi.runtime import open_crm
from tests.browser.making import mark
from tests.browser.visit import Visit
from tests.serving import Server

PASSWORD = "payung kertas di dapur"


def test_whoever_is_invited_comes_in_with_password_and_code(
    visit: Visit, machine: Callable[..., Page], server: Server
) -> None:
    visit.sign_in("andi", "/people")
    email = f"rina.{mark()}@relasi.example"
    link = invite(visit.page, "Rina Wati", email)

    page = machine()
    page.goto(server.address + re.sub(r"https?://[^/]+", "", link))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()
    enter(page, email)
    expect(page.get_by_test_id("stSidebar")).to_be_attached()

    page.goto(f"{server.address}/account")
    code = set_up(page)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")

    page.goto(f"{server.address}/sign-in?next=/account")
    enter(page, email)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Recovery codes left: 9")).to_be_visible()


def test_whoever_has_no_department_has_their_account_and_signs_out(page: Page, server: Server) -> None:
    crm = open_crm(server.root)
    name = f"lena.{mark()}"
    crm.accounts.add(name, full_name="Lena", email="", roles=(), language="en", password=PASSWORD)
    crm.close()
    page.goto(f"{server.address}/sign-in?next=/account")
    enter(page, name)
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Nothing to show yet")).to_be_visible()
    sidebar.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def invite(page: Page, full_name: str, email: str) -> str:
    """The link, which is to be handed over as no mail goes out."""
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("Full name").fill(full_name)
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Roles").fill("Service agent")
    page.get_by_role("option", name="Service agent").click()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Invite").last.click()
    shown = page.get_by_test_id("stCode")
    expect(shown).to_contain_text("/welcome/")
    return shown.inner_text()


def enter(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def set_up(page: Page) -> str:
    """A recovery code."""
    page.get_by_text("Set up an authenticator app").click()
    page.get_by_text("Or type this key into the app").click()
    secret = page.get_by_test_id("stCode").inner_text().strip()
    page.get_by_label("Code").fill(TOTP(secret).now())
    page.get_by_label("Your password").first.fill(PASSWORD)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Recovery codes left: 10")).to_be_visible()
    return page.get_by_test_id("stCode").inner_text().split()[0]
