"""An administrator changes the CRM in the browser: a field is added, applied, filled in, and taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import Visit
from tests.serving import Server, project_run

THING = "# What we lend.\nentity: thing\nlabel: Thing\nfields:\n  name: {type: text, required: true}\n"
PROJECT = {
    "config/crm.yaml": "crm: 1\nname: Shop\nlanguages: [en]\n",
    "config/roles.yaml": "roles:\n  boss: {everything: true}\n",
    "config/platforms/local.yaml": "platform: local\nkind: sqlite\nfile: data/shop.db\nsample_data: true\n",
    "config/departments/shop.yaml": "department: shop\nlabel: Shop\nroles: [boss]\nmenu: {thing: }\n",
    "config/sample_data.yaml": "sample:\n  users:\n    ani: {full_name: Ani, email: ani@example.com,"
    " roles: [boss], password: relasi-ani}\n",
    "schema/thing.yaml": THING,
}
FILE = "schema/thing.yaml"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with project_run(tmp_path_factory.mktemp("shop"), PROJECT) as started:
        yield started


@pytest.fixture
def ani(page: Page, shop: Server) -> Visit:
    visit = Visit(page, shop.address)
    visit.sign_in("ani")
    return visit


def on_disk(shop: Server) -> str:
    return Path(shop.root / FILE).read_text(encoding="utf-8")


def test_a_field_is_added_applied_filled_in_and_taken_back(ani: Visit, shop: Server) -> None:
    page = ani.page
    ani.open(f"/studio?file={FILE}")
    editor = page.get_by_role("textbox", name=FILE)
    editor.focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("  color: {type: txt}\n")
    expect(page.get_by_text("1 error(s)")).to_be_visible()
    page.get_by_role("button", name="Write “text”").click()
    expect(page.get_by_text("Draft kept.")).to_be_visible()
    expect(page.get_by_text("error(s)")).to_have_count(0)
    assert on_disk(shop) == THING

    page.get_by_role("button", name=re.compile(r"\bReview$")).click()
    expect(page.get_by_text("thing.color")).to_be_visible()
    page.get_by_role("button", name="Save and apply").click()
    expect(page.get_by_text("Applied.")).to_be_visible()
    assert on_disk(shop) == THING + "  color: {type: text}\n"

    ani.open("/shop-thing?new=1")
    ani.field("Name").fill("Drill")
    ani.field("Color").fill("red")
    ani.save()
    ani.heading("Drill")
    expect(page.get_by_text("red", exact=True)).to_be_visible()

    ani.open("/studio?part=history")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("taken back by Ani")).to_be_visible()
    assert on_disk(shop) == THING
    ani.open("/shop-thing?new=1")
    expect(ani.field("Name")).to_be_visible()
    expect(ani.field("Color")).to_have_count(0)


def test_a_field_is_added_without_yaml(ani: Visit) -> None:
    page = ani.page
    ani.open("/studio?part=small")
    page.get_by_role("button", name="Add a field").click()
    page.get_by_role("textbox", name="Name (in the data)").fill("size")
    page.get_by_role("button", name="Note the change").first.click()
    expect(page.get_by_text("Noted as a draft.")).to_be_visible()
    ani.open("/studio?part=changes")
    expect(page.get_by_text("size: {type: text}")).to_be_visible()
    page.get_by_role("button", name="Discard draft").click()
    expect(page.get_by_text("Nothing to apply")).to_be_visible()
