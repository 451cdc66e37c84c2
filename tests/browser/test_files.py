from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from tests.browser.visit import Visit
from tests.serving import Server, bring_up_to_date, relasi_run

PARCEL = """
entity: parcel
label: {en: Parcel, id: Kiriman}
plural: {en: Parcels, id: Kiriman}
title: "{subject}"
fields:
  subject: {type: text, label: {en: Subject, id: Perihal}, required: true}
  papers: {type: files, label: {en: Papers, id: Dokumen}, max_size: 20 kB}
  photo: {type: image, label: {en: Photo, id: Foto}}
  signed: {type: signature, label: {en: Received by, id: Diterima oleh}}
  owner: {type: user, label: {en: By, id: Oleh}, default: me}
lists:
  all: {label: {en: All, id: Semua}, columns: [subject, photo, papers]}
access:
  service_agent: {read: own, create: true, update: own}
"""
BILL: FilePayload = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 the bill"}
PROGRAM: FilePayload = {"name": "bill2.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\0\3\0"}


def photo() -> FilePayload:
    made = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(made, "JPEG")
    return {"name": "pump.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@pytest.fixture(scope="module")
def server(filled: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Server]:
    """The content, and an entity whose records only their owners see."""
    root = shutil.copytree(filled, tmp_path_factory.mktemp("parcels") / "crm")
    (root / "schema" / "parcel.yaml").write_text(PARCEL, encoding="utf-8")
    bring_up_to_date(root)
    with relasi_run(root) as started:
        yield started


def begun(visit: Visit, subject: str) -> Page:
    visit.sign_in("sari", "/service-parcel?new=1")
    visit.heading("New parcel")
    visit.field("Subject").fill(subject)
    return visit.page


def stroke(page: Page, paper: Locator) -> None:
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 90)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 40 + step * 18, box["y"] + 90 + (-1) ** step * 30)
    page.mouse.up()


def test_a_file_is_sent_kept_and_given_back_to_those_who_may_see_the_record(
    visit: Visit, other: Visit
) -> None:
    page = begun(visit, "With papers")
    page.get_by_label("Papers").set_input_files([BILL])
    expect(page.get_by_role("button", name="Take away bill.pdf")).to_be_visible()
    visit.save()
    visit.heading("With papers")

    address = page.get_by_role("link", name="bill.pdf").get_attribute("href")
    assert address is not None
    assert page.request.get(visit.address + address).body() == BILL["buffer"]

    other.sign_in("dewi")
    assert other.page.request.get(visit.address + address).status == 404
    assert other.page.request.get(visit.address + address.replace("papers", "photo")).status == 404


def test_a_file_that_does_not_fit_is_refused_at_once_and_the_others_stay(visit: Visit) -> None:
    page = begun(visit, "Refused")
    large: FilePayload = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 20_001}
    page.get_by_label("Papers").set_input_files([BILL, PROGRAM, large])

    expect(page.get_by_text(re.compile("^bill2.pdf: Nobody can tell"))).to_be_visible()
    expect(page.get_by_text(re.compile("^large.txt: This file is too large: at most 20 kB"))).to_be_visible()
    visit.save()
    visit.heading("Refused")
    expect(page.get_by_role("link", name=re.compile(r"\.(pdf|txt)"))).to_have_count(1)


def test_a_record_is_not_saved_while_a_file_is_on_its_way(visit: Visit) -> None:
    page = begun(visit, "Slow")
    waiting: list[Route] = []
    page.route("**/files/parcel/papers*", lambda route: waiting.append(route))
    page.get_by_label("Papers").set_input_files([BILL])
    expect(page.get_by_text("Sending …").first).to_be_visible()
    visit.save()
    expect(page.get_by_text("A file is still on its way.")).to_be_visible()

    waiting[0].continue_()
    expect(page.get_by_role("button", name="Take away bill.pdf")).to_be_visible()
    visit.save()

    visit.heading("Slow")
    expect(page.get_by_role("link", name="bill.pdf")).to_have_count(1)


def test_a_file_that_is_taken_away_leaves_the_record(visit: Visit) -> None:
    page = begun(visit, "Taken away")
    page.get_by_label("Papers").set_input_files([BILL])
    expect(page.get_by_role("button", name="Take away bill.pdf")).to_be_visible()
    visit.save()
    visit.heading("Taken away")
    visit.press("Edit")
    visit.heading(re.compile("^Edit"))

    page.get_by_role("button", name="Take away bill.pdf").click()
    expect(page.get_by_role("button", name="Take away bill.pdf")).to_have_count(0)
    visit.save()

    visit.heading("Taken away")
    expect(page.get_by_role("link", name="bill.pdf")).to_have_count(0)
    expect(page.get_by_text("bill.pdf").first).to_be_visible()  # in the history


def test_a_picture_is_shown_on_the_page_and_in_the_list(visit: Visit) -> None:
    page = begun(visit, "With a photo")
    page.get_by_label("Photo").set_input_files([photo()])
    expect(page.get_by_role("button", name="Take away pump.jpg")).to_be_visible()
    visit.save()
    visit.heading("With a photo")
    _is_drawn(page.get_by_role("img", name="pump.jpg"))

    visit.open("/service-parcel")
    visit.heading(re.compile("^Parcels"))

    _is_drawn(page.get_by_role("img", name="pump.jpg").first)


def test_a_signature_is_drawn_and_kept(visit: Visit) -> None:
    page = begun(visit, "Signed")
    stroke(page, page.get_by_role("img", name="Received by"))
    expect(page.get_by_text("Signature kept")).to_be_visible()
    visit.save()
    visit.heading("Signed")

    _is_drawn(page.get_by_role("img", name="signature.png"))
    visit.press("Edit")
    visit.heading(re.compile("^Edit"))
    expect(page.get_by_role("button", name="Sign again")).to_be_visible()


def _is_drawn(image: Locator) -> None:
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
