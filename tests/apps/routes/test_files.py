"""The routes that take files in and give them out, on the real server."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from PIL import Image

from relasi.records import Record, Source
from relasi.runtime import Crm, open_crm
from tests.serving import Server

PDF = b"%PDF-1.7 the bill"


@pytest.fixture
def crm(server: Server) -> Iterator[Crm]:
    opened = open_crm(server.root)
    yield opened
    opened.close()


def picture(kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(made, kind)
    return made.getvalue()


def send(
    server: Server, content: bytes, name: str = "bill.pdf", *, field: str = "complaint/attachments", by: str
) -> tuple[int, dict[str, str]]:
    status, _, text = server.ask(
        f"/files/{field}?name={name}", method="POST", body=content, Cookie=by, Origin=server.address
    )
    return status, json.loads(text) if text.startswith("{") else {}


def record(crm: Crm, entity: str, who: str, **values: object) -> Record:
    with crm.store.session(write=False) as session:
        user = next(each for each in session.users.list() if each.name == who)
    return crm.records.create(crm.actor(user, Source.PAGE), entity, values)


def complaint(crm: Crm, **values: object) -> Record:
    customer = record(crm, "customer", "sari", name="PT Uji")
    return record(crm, "complaint", "sari", subject="One", customer=customer.id, **values)


def test_a_file_that_is_sent_and_saved_comes_back_as_a_download(server: Server, crm: Crm) -> None:
    sari = server.cookie("sari")
    status, sent = send(server, PDF, by=sari)
    saved = complaint(crm, attachments=[sent["id"]])

    path = f"/files/complaint/{saved.id}/attachments/{sent['id']}"
    got, headers, content = server.ask(path, Cookie=sari, Accept="text/html")

    assert (status, got, content.encode()) == (200, 200, PDF)
    assert headers["content-disposition"] == 'attachment; filename="bill.pdf"'
    assert headers["content-type"] == "application/octet-stream"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cache-control"] == "private, no-store"


def test_markup_is_never_shown_on_a_page(server: Server, crm: Crm) -> None:
    sari = server.cookie("sari")
    _, sent = send(server, b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", "a.svg", by=sari)
    saved = complaint(crm, attachments=[sent["id"]])

    _, headers, _ = server.ask(f"/files/complaint/{saved.id}/attachments/{sent['id']}", Cookie=sari)

    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment")


def test_a_picture_is_shown_and_has_a_small_version(server: Server, crm: Crm) -> None:
    sari = server.cookie("sari")
    _, sent = send(server, picture(), "logo.png", field="customer/logo", by=sari)
    customer = record(crm, "customer", "sari", name="PT Gambar", logo=[sent["id"]])
    path = f"/files/customer/{customer.id}/logo/{sent['id']}"

    _, whole, _ = server.ask(path, Cookie=sari)
    _, small, _ = server.ask(f"{path}?small=1", Cookie=sari)

    assert (whole["content-type"], small["content-type"]) == ("image/png", "image/webp")
    assert whole["content-disposition"].startswith("inline")


def test_what_is_not_there_and_what_may_not_be_seen_look_alike(server: Server, crm: Crm) -> None:
    sari, maya = server.cookie("sari"), server.cookie("maya")
    _, sent = send(server, PDF, by=sari)
    task = record(crm, "task", "sari", subject="Private")
    paths = [
        f"/files/complaint/{complaint(crm).id}/attachments/{sent['id']}",  # of no record
        f"/files/task/{task.id}/subject/{sent['id']}",
        f"/files/complaint/made-up/attachments/{sent['id']}",
        f"/files/made_up/1/attachments/{sent['id']}",
    ]

    answers = {
        (server.ask(path, Cookie=by)[0], server.ask(path, Cookie=by)[2])
        for path in paths
        for by in (sari, maya)
    }

    assert answers == {(404, "There is no such file.")}


def test_a_stranger_gets_no_file_and_brings_none(server: Server) -> None:
    assert server.ask("/files/complaint/1/attachments/1")[0] == 401
    assert send(server, PDF, by="relasi_session=made-up")[0] == 401


def test_a_file_from_another_site_is_refused(server: Server) -> None:
    path, by = "/files/complaint/attachments?name=a", server.cookie("sari")

    assert server.ask(path, method="POST", body=PDF, Cookie=by, Origin="http://evil.example")[0] == 403


@pytest.mark.parametrize(
    ("content", "field", "word"),
    [
        (b"MZ\x90\0", "complaint/attachments", "kind of file"),
        (b"x" * 2_000_001, "customer/logo", "too large"),
        (PDF, "customer/logo", "JPG"),
        (picture()[:100], "customer/logo", "damaged"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(
    server: Server, content: bytes, field: str, word: str
) -> None:
    status, answer = send(server, content, field=field, by=server.cookie("sari"))

    assert status == 422
    assert word in answer["message"]


def test_who_may_not_write_the_record_brings_nothing(server: Server) -> None:
    status, answer = send(server, picture(), field="product/photo", by=server.cookie("sari"))

    assert status == 403
    assert "role" in answer["message"]


@pytest.mark.parametrize("field", ["complaint/subject", "complaint/made_up", "made_up/attachments"])
def test_only_fields_for_files_take_files(server: Server, field: str) -> None:
    assert send(server, PDF, field=field, by=server.cookie("sari"))[0] == 404
