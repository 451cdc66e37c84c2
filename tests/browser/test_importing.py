"""A file that becomes records, and is taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.making import mark
from tests.browser.visit import Visit


def choose_file(page: Page, name: str, content: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a FilePayload


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def jobs(page: Page, name: str) -> Locator:
    return page.locator("[class*='st-key-import-job-']").filter(has_text=name)


def test_a_file_is_imported_but_for_a_wrong_row_and_taken_back(visit: Visit) -> None:
    word, page = f"import{mark()}", visit.page
    visit.sign_in("andi", "/service-task?import=1")
    visit.heading("Import tasks")
    rows = f"{word} one,2031-05-01,Very urgent\n{word} two,soon,?\n"
    choose_file(page, f"{word}.csv", f"To do,Due,Priority\n{rows}")

    expect(page.get_by_text("2 of 3 columns are used")).to_be_visible()
    expect(page.get_by_role("combobox", name="What Very urgent means")).to_have_value("Urgent")
    choose(page, "What ? means", "leave empty")
    choose(page, "Field for To do", "Subject")
    expect(page.get_by_text("3 of 3 columns are used")).to_be_visible()

    page.get_by_role("button", name="Preview").click()
    page.get_by_text("1 row Due: soon is not a date").click()
    expect(page.get_by_test_id("stExpanderDetails").get_by_text("soon is not a date")).to_be_visible()
    expect(page.get_by_text("New: 1")).to_be_visible()
    page.get_by_role("button", name="Import the file").click()
    expect(page.get_by_text("The file is imported.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the refused rows").click()
    assert f"{word} two,soon,?," in download.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Show the new records").click()
    visit.heading(re.compile("^Tasks"))
    expect(page.get_by_role("link", name=f"{word} one")).to_be_visible()

    visit.open("/service-task?import=1")
    jobs(page, word).get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Deleted: 1")).to_be_visible()
    expect(jobs(page, word).get_by_text("taken back")).to_be_visible()
    visit.open(f"/service-task?list=all&q={word}")
    expect(page.get_by_text("Nothing found in tasks")).to_be_visible()
