"""A manager looks at the figures and goes on to the records behind one of them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visit import Visit


def test_a_figure_opens_the_list_of_its_records(visit: Visit) -> None:
    visit.sign_in("dewi", "/service-dashboard-service")
    visit.heading("Service at a glance")
    row = visit.page.get_by_role("table", name="Open by person").get_by_role("row", name="Sari Lestari")
    count = row.get_by_role("link").inner_text()

    row.get_by_role("link").click()

    visit.heading(re.compile(rf"^Complaints {count}$"))
    expect(visit.page.get_by_text("Sari Lestari").first).to_be_visible()


def test_a_drawing_is_read_as_a_table_too(visit: Visit) -> None:
    visit.sign_in("dewi", "/service-dashboard-service")
    visit.heading("Service at a glance")
    expect(visit.page.get_by_role("table", name="Root causes")).to_have_count(0)

    tile = visit.page.locator("[class*='st-key-dashboard-service-causes-tile']")
    tile.get_by_role("button", name="As a table").click()

    expect(visit.page.get_by_role("table", name="Root causes").get_by_role("row").first).to_be_visible()


def test_figures_of_ones_own_lead_to_ones_own_records(visit: Visit) -> None:
    visit.sign_in("dewi", "/service-dashboard-service?period=all&whose=own")
    visit.heading("Service at a glance")
    people = visit.page.get_by_role("table", name="Open by person")
    expect(people.locator("tbody").get_by_role("row")).to_have_count(1)
    count = people.get_by_role("link").inner_text()

    people.get_by_role("link").click()

    visit.heading(re.compile(rf"^Complaints {count}$"))
