"""A person wants to see what is kept of her, and is answered within the time that the law gives."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.tasks.walk import Walk
from tests.browser.visit import Visit


def test_somebody_asks_for_her_data(walk: Walk) -> None:
    name = f"Ratih {uuid4().hex[:6]}"
    putri = walk.person("putri", "/privacy-privacy_request")
    putri.press(walk.says("New privacy request", "Permintaan data pribadi baru"))
    putri.heading(walk.says("New privacy request", "Permintaan data pribadi baru"))
    putri.page.get_by_role("combobox", name=walk.says("What is asked for", "Isi permintaan")).click()
    putri.page.get_by_role("option", name=walk.says("To see the data", "Melihat data")).click()
    putri.field(walk.says("Who asks", "Nama pemohon")).fill(name)
    putri.field("E-mail" if walk.language == "en" else "Email").fill("ratih@surat.example")
    putri.save()
    putri.heading(re.compile(name))
    expect(
        putri.page.get_by_text(re.compile(walk.says("Answer: .* left", "Jawaban: Sisa"))).first
    ).to_be_visible()

    identify(walk, putri)
    take_out(walk, putri)
    putri.heading(re.compile(name))
    finished = walk.says("Done", "Selesai")
    putri.press(finished)
    dialog = putri.page.get_by_role("dialog")
    dialog.get_by_label(walk.says("What we answered", "Jawaban kami")).fill(
        "Berkas dikirim ke alamat yang tercatat."
    )
    dialog.get_by_role("button", name=finished).click()
    again = putri.page.get_by_role("button", name=walk.says("Open again", "Buka kembali"))
    expect(again).to_be_visible()
    walk.done("privacy-access", putri, clicks=10)


def identify(walk: Walk, visit: Visit) -> None:
    """Nobody gets the data of somebody else."""
    move = walk.says("The identity is clear", "Identitas sudah jelas")
    visit.press(move)
    dialog = visit.page.get_by_role("dialog")
    person = dialog.get_by_role("combobox", name=walk.says("The person", "Orang yang dimaksud"))
    person.press_sequentially("a")
    dialog.locator("li[aria-selected=true]").wait_for()
    person.press("Enter")
    expect(person).to_have_attribute("aria-expanded", "false")
    visit.choose(walk.says("Showed a document", "Menunjukkan dokumen"))
    dialog.get_by_role("button", name=move).click()
    expect(dialog).to_have_count(0)


def take_out(walk: Walk, visit: Visit) -> None:
    """The file with all that is kept of the person."""
    visit.press(walk.says("Privacy: The person", "Privasi: Orang yang dimaksud"))
    visit.heading(re.compile(walk.says("^Privacy: ", "^Privasi: ")))
    link = visit.page.get_by_role("link", name=walk.says("Take everything out", "Ambil seluruh data"))
    address = link.get_attribute("href")
    assert address is not None
    assert visit.page.request.get(visit.address + address).body().startswith(b"PK")
    visit.page.go_back()
