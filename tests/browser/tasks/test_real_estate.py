"""A consultant starts a project for a client who sells houses, whose agent takes the first booking."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk, today
from tests.browser.visit import Visit
from tests.serving import Server, relasi_run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What `relasi init --template real_estate` makes, as `relasi run` serves it."""
    root = tmp_path_factory.mktemp("client") / "agency"
    code = "from relasi.cli import main; main()"
    command = [sys.executable, "-c", code, "init", str(root), "--template", "real_estate"]
    subprocess.run(command, check=True, capture_output=True)
    with relasi_run(root) as started:
        yield started


@pytest.mark.parametrize("walk", ["en"], indirect=True)  # the template's labels are checked without a browser
def test_a_new_client_takes_its_first_booking(walk: Walk) -> None:
    bayu = walk.person("bayu", "/sales-property")
    bayu.heading(re.compile(walk.says("^Properties", "^Properti")))
    row = bayu.page.locator("tbody tr").first
    home = row.get_by_role("link").first.inner_text()
    row.get_by_role("link").first.click()
    bayu.heading(re.compile(f"^{home}"))
    book(walk, bayu)

    bayu.page.get_by_role("link", name=re.compile("^RSV-")).first.click()
    bayu.heading(re.compile("^RSV-"))
    confirm(walk, bayu)
    bayu.page.get_by_role("link", name=re.compile(f"^{home}")).first.click()
    bayu.heading(re.compile(f"^{home}"))
    expect(bayu.page.get_by_text(walk.says("Reserved", "Dipesan"), exact=True).first).to_be_visible()
    walk.done("real-estate-booking", bayu, clicks=10)


def book(walk: Walk, visit: Visit) -> None:
    """Somebody wants the property on the page."""
    visit.press(walk.says("Reservation", "Pemesanan"))
    visit.pick(walk.says("Buyer", "Pembeli"), "an")
    visit.field(walk.says("Booking fee", "Tanda jadi")).first.fill("5000000")
    visit.save()


def confirm(walk: Walk, visit: Visit) -> None:
    paid = walk.says("Fee is paid", "Tanda jadi dibayar")
    visit.page.get_by_role("button", name=paid, exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    visit.enter_date(walk.says("Fee paid on", "Tanda jadi dibayar"), today())
    dialog.get_by_role("button", name=paid).click()
    expect(visit.page.get_by_text(walk.says("Held", "Dipesan"), exact=True).first).to_be_visible()
