"""Two records of one company are merged and parted."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from relasi.records.actor import Source
from relasi.runtime import engine_actor, open_crm
from tests.browser.visit import Visit
from tests.serving import Server


def company(server: Server, name: str) -> str:
    crm = open_crm(server.root)
    key = crm.records.create(engine_actor(Source.CLI), "customer", {"name": name}).id
    crm.close()
    return key


def test_two_records_of_one_company_are_merged_and_parted_again(visit: Visit, server: Server) -> None:
    stays, goes = company(server, "PT Dua Muka"), company(server, "Dua Muka, CV")
    visit.sign_in("maya")
    visit.open(f"/sales-customer?id={stays}&merge=1")
    visit.page.get_by_test_id("stMain").get_by_test_id("stCheckbox").first.click()
    visit.page.get_by_test_id("stMain").get_by_role("button", name="Merge", exact=True).click()
    visit.heading("PT Dua Muka")

    visit.open(f"/sales-customer?id={goes}")
    visit.heading("PT Dua Muka")
    expect(visit.page).to_have_url(re.compile(stays))

    visit.open(f"/sales-customer?id={stays}&merge=1")
    visit.page.get_by_role("button", name="Part again").click()
    visit.heading("Dua Muka, CV")
