"""Markup in whatever people type, and in what authors write, is shown as the text it is: on every page, in a
real browser, which would tell of any script that tries to run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from relasi.records import Source
from relasi.runtime import open_crm
from tests.browser.visit import Visit
from tests.serving import Server, bring_up_to_date, relasi_run

EVIL = (
    "<img src=evil onerror=hacked()><script>hacked()</script><svg onload=hacked()>"
    "[a](javascript:hacked()) <a href=javascript:1>b</a>"
)
LISTEN = """
window.hacked = () => { window.broken = 'ran' }
addEventListener('securitypolicyviolation', event => {
  if (event.blockedURI !== 'wasm-eval') window.broken = event.effectiveDirective + ' ' + event.blockedURI
})
"""
PDF = b"%PDF-1.7 the bill"


@pytest.fixture(scope="module")
def server(filled: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Server]:
    """A CRM of somebody who names everything like this."""
    root = shutil.copytree(filled, tmp_path_factory.mktemp("evil") / "crm")
    for file, before in (("config/crm.yaml", "name: Relasi"), ("schema/task.yaml", "{en: Task,")):
        path = root / file
        written = path.read_text(encoding="utf-8")
        quoted = "'" + EVIL.replace("'", "''") + "'"
        after = f"name: {quoted}" if file.startswith("config") else f"{{en: {quoted},"
        assert before in written
        path.write_text(written.replace(before, after, 1), encoding="utf-8")
    bring_up_to_date(root)
    with relasi_run(root) as started:
        yield started


@pytest.fixture(scope="module")
def evil(server: Server) -> dict[str, str]:
    """The addresses of pages that show such records, by what they are."""
    crm = open_crm(server.root)
    with crm.store.session(write=False) as session:
        andi = next(each for each in session.users.list() if each.name == "andi")
    actor = crm.actor(andi, Source.PAGE)
    with crm.files.arrival(actor, "complaint", "attachments") as arrival:
        arrival.write(PDF)
        file = arrival.finish(f"{EVIL}.pdf")
    customer = crm.records.create(actor, "customer", {"name": EVIL}).id
    values = {"subject": EVIL, "description": EVIL, "customer": customer, "attachments": [file.id]}
    complaint = crm.records.create(actor, "complaint", values)
    crm.records.update(actor, "complaint", complaint.id, complaint.version, {"subject": f"{EVIL} again"})
    task = crm.records.create(actor, "task", {"subject": EVIL, "about": f"complaint/{complaint.id}"}).id
    crm.accounts.add(
        "evil", full_name=EVIL, email="evil@example.com", roles=["admin"], language="en", password=None
    )
    crm.close()
    return {
        "a record": f"/service-complaint?id={complaint.id}",
        "its form": f"/service-complaint?id={complaint.id}&edit=1",
        "a customer": f"/service-customer?id={customer}",
        "a task": f"/service-task?id={task}",
        "a list": "/service-complaint?list=all",
        "people": "/people",
    }


@pytest.fixture
def andi(page: Page, server: Server) -> Visit:
    page.add_init_script(LISTEN)
    visit = Visit(page, server.address)
    visit.sign_in("andi")
    return visit


def test_no_page_takes_what_is_typed_for_its_own_markup(andi: Visit, evil: dict[str, str]) -> None:
    for what, address in evil.items():
        andi.open(address)
        expect(andi.page.get_by_text("<img src=evil").first, what).to_be_attached()
        assert_calm(andi.page, what)


def test_nor_does_the_page_at_the_door(page: Page, server: Server) -> None:
    page.add_init_script(LISTEN)
    page.goto(
        f'{server.address}/sign-in?next="><img src=evil onerror=hacked()>&name="><script>hacked()</script>'
    )
    expect(page.get_by_text("<img src=evil").first).to_be_attached()
    assert_calm(page, "the door")


def test_a_picker_shows_what_it_finds_as_text(andi: Visit, evil: dict[str, str]) -> None:
    andi.new("/service-complaint", "New complaint")
    box = andi.page.get_by_role("combobox", name="Customer", exact=True)
    box.click()
    box.press_sequentially("<img", delay=15)
    expect(andi.page.get_by_role("option").first).to_contain_text("<img src=evil")
    assert_calm(andi.page, "the picker")


def assert_calm(page: Page, what: str) -> None:
    assert page.evaluate("window.broken ?? ''") == "", what
    assert page.locator("img[src=evil], svg[onload], a[href^=javascript]").count() == 0, what
