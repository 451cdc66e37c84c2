"""An administrator adds a field without writing YAML, sees it in the form, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk
from tests.serving import Server, project_run

SCHEMA = """
entity: thing
label: {en: Thing, id: Barang}
plural: {en: Things, id: Barang}
fields:
  name: {type: text, label: {en: Name, id: Nama}, required: true}
form:
  thing: {fields: [name]}
lists:
  all: {label: {en: All, id: Semua}, columns: [name]}
"""
PROJECT = {
    "config/crm.yaml": "crm: 1\nname: Shop\nlanguages: [en, id]\n",
    "config/roles.yaml": "roles:\n  boss: {everything: true}\n",
    "config/platforms/local.yaml": "platform: local\nkind: sqlite\nfile: data/crm.db\nsample_data: true\n",
    "config/departments/shop.yaml": "department: shop\nlabel: {en: Shop, id: Toko}\nroles: [boss]\n"
    "menu: {thing: }\n",
    "config/sample_data.yaml": "sample:\n  users:\n    ani: {full_name: Ani, email: ani@example.com,"
    " roles: [boss], password: relasi-ani}\n",
    "schema/thing.yaml": SCHEMA,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small project of its own, as the others' is changed by nobody."""
    with project_run(tmp_path_factory.mktemp("shop"), PROJECT) as started:
        yield started


def test_a_field_is_added_looked_at_applied_and_taken_back(walk: Walk) -> None:
    mark = f"x{uuid4().hex[:6]}"
    label = walk.says("Serial number", "Nomor seri") + f" {mark}"
    ani = walk.person("ani", "/studio?part=small")
    ani.press(walk.says("Add a field", "Tambah isian"))
    ani.page.get_by_label("Label (English)").last.fill(f"Serial number {mark}")
    ani.page.get_by_label("Label (Bahasa Indonesia)").last.fill(f"Nomor seri {mark}")
    ani.press(walk.says("Note the change", "Catat perubahan"))
    expect(ani.page.get_by_text(walk.says("Noted as a draft.", "Dicatat sebagai draf."))).to_be_visible()
    ani.press(walk.says("Preview", "Pratinjau"))
    expect(ani.page.get_by_role("dialog").get_by_label(label).first).to_be_visible()
    ani.page.keyboard.press("Escape")

    ani.page.get_by_role("radio", name=walk.says("My changes", "Perubahan saya")).click()
    expect(ani.page.get_by_text(f"thing.serial_number_{mark}")).to_be_visible()
    ani.press(walk.says("Save and apply", "Simpan dan terapkan"))
    expect(ani.page.get_by_text(walk.says("Applied.", "Diterapkan."))).to_be_visible()
    ani.page.get_by_test_id("stSidebarNav").get_by_role("link", name=walk.says("Things", "Barang")).click()
    ani.press(walk.says("New thing", "Barang baru"))
    expect(ani.field(label)).to_be_visible()

    ani.page.go_back()
    ani.page.go_back()
    ani.choose(walk.says("History", "Riwayat"))
    done = ani.page.get_by_text(walk.says("taken back by Ani", "dibatalkan oleh Ani"))
    ani.page.get_by_role("button", name=walk.says("Take back", "Batalkan")).first.wait_for()
    before = done.count()
    ani.press(walk.says("Take back", "Batalkan"))
    ani.press(walk.says("Take it back", "Ya, batalkan"))
    expect(done).to_have_count(before + 1)
    walk.done("admin-field", ani, clicks=15)
