from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import Visit
from tests.serving import Server

HEIGHT = 900


@pytest.fixture
def page(machine: Callable[..., Page]) -> Page:
    return machine(width=390)


@pytest.mark.parametrize("path", ["/service-complaint?list=all", "/service-complaint?new=1"])
def test_nothing_is_wider_than_a_phone(visit: Visit, path: str) -> None:
    visit.sign_in("sari", path)
    visit.heading(re.compile("complaint", re.IGNORECASE))

    assert _width(visit.page) <= 390


def test_the_first_screen_belongs_to_the_records_and_new_is_within_reach(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?list=all")
    first, new = visit.page.locator("tbody tr").first, visit.page.get_by_role("button", name="New complaint")
    expect(first).to_be_visible()
    expect(new).to_be_visible()

    assert _top(first) < HEIGHT / 3
    assert _top(new) > HEIGHT * 3 / 4


def test_a_record_fits_a_phone(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?list=all")
    visit.page.locator("tbody tr").first.click()
    visit.heading("History")

    assert _width(visit.page) <= 390


def test_the_sign_in_page_fits_a_phone(page: Page, server: Server) -> None:
    page.goto(server.address + "/sign-in")

    assert _width(page) <= 390


def _top(place: Locator) -> float:
    top: float = place.evaluate("place => place.getBoundingClientRect().top")
    return top


def _width(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
