"""Two records of one company are merged and parted."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.making import made, mark
from tests.browser.visit import Visit
from tests.serving import Server


def test_two_records_of_one_company_are_merged_and_parted_again(visit: Visit, server: Server) -> None:
    name = mark()
    stays = made(server, "customer", name=f"PT {name}").id
    goes = made(server, "customer", name=f"{name}, CV").id
    visit.sign_in("maya")
    visit.open(f"/sales-customer?id={stays}&merge=1")
    page = visit.page.get_by_test_id("stMain")
    page.get_by_test_id("stCheckbox").filter(has_text=f"{name}, CV").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    visit.heading(f"PT {name}")

    visit.open(f"/sales-customer?id={goes}")
    visit.heading(f"PT {name}")
    expect(visit.page).to_have_url(re.compile(stays))

    visit.open(f"/sales-customer?id={stays}&merge=1")
    visit.page.get_by_role("button", name="Part again").click()
    visit.heading(f"{name}, CV")
