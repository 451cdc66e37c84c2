from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visit import Visit


def test_searching_leaves_only_what_matches_and_stands_in_the_address(visit: Visit) -> None:
    visit.sign_in("sari", "/service-customer")
    visit.heading(re.compile("^Customers"))
    rows = visit.page.locator("tbody tr")
    expect(rows.nth(3)).to_be_visible()

    visit.page.get_by_label("Search").fill("sinar jaya")

    expect(rows.filter(has_not_text=re.compile("sinar jaya", re.IGNORECASE))).to_have_count(0)
    expect(rows.first).to_be_visible()
    expect(visit.page).to_have_url(re.compile("q=sinar"))


def test_an_address_with_filters_opens_the_filtered_list(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?list=all&f.priority=urgent&f.status=closed&sort=-subject")
    visit.heading(re.compile("^Complaints"))

    badges = visit.page.locator("tbody td .badge")
    expect(badges.first).to_be_visible()
    assert set(badges.all_inner_texts()) == {"Urgent", "Closed"}
    expect(visit.page.get_by_role("button", name="Filter, sort · 2")).to_be_visible()


def test_a_list_says_how_much_time_is_left(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?list=open&f.status=new")
    visit.heading(re.compile("^Complaints"))

    badges = visit.page.locator("tbody td:last-child .badge")
    expect(badges.first).to_have_text(re.compile("left$|^Late by "))


def test_a_row_opens_its_record_and_the_way_back_keeps_the_list(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?list=all&q=pompa")
    visit.heading(re.compile("^Complaints"))
    row = visit.page.locator("tbody tr").first
    number = row.locator("td").first.inner_text()

    row.locator("td").nth(1).click()
    visit.heading(re.compile(f"^{re.escape(number)}"))
    visit.press("Complaints")

    visit.heading(re.compile("^Complaints"))
    expect(visit.page.get_by_label("Search")).to_have_value("pompa")


def test_a_heading_orders_the_rows(visit: Visit) -> None:
    visit.sign_in("sari", "/service-product?list=all")
    visit.heading(re.compile("^Products"))

    visit.page.get_by_role("columnheader").get_by_role("button", name="Code").click()

    expect(visit.page.locator("th[aria-sort=ascending]")).to_contain_text("Code")
    codes = visit.page.locator("tbody tr td:first-child a").all_inner_texts()
    assert codes == sorted(codes)


def test_pages_follow_each_other(visit: Visit) -> None:
    visit.sign_in("sari", "/service-activity?list=recent")
    visit.heading(re.compile("^Activities"))
    first = visit.page.locator("tbody tr").first.inner_text()

    visit.press("Next")
    expect(visit.page.get_by_text("51 – 100")).to_be_visible()
    expect(visit.page.locator("tbody tr").first).not_to_have_text(first)
    visit.press("Previous")

    expect(visit.page.get_by_text("1 – 50")).to_be_visible()


def test_a_list_without_rows_says_what_to_do(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?q=nothing-is-called-so")

    expect(visit.page.get_by_text("Nothing found in complaints")).to_be_visible()
    visit.press("Clear search and filters")
    expect(visit.page.locator("tbody tr").first).to_be_visible()
