from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
import typst

from relasi.messages.paper import Sheet, as_data, as_pdf, as_pictures, template
from relasi.schema.fields.notation.markup import Span

SHEET = Sheet(
    language="id",
    company="PT Contoh",
    head=("Jl. Sudirman 1",),
    logo=b"",
    to=("PT Sinar Jaya", "Jl. Merdeka 5", "Bandung 40111"),
    date="Jakarta, 22 November 2026",
    subject="Jawaban",
    blocks=[{"kind": "paragraph", "lines": [[{"text": "Halo "}, {"text": "Budi", "look": "strong"}]]}],
    signature=("Hormat kami,", "Sari"),
    at=datetime(2026, 11, 22, 3, tzinfo=UTC),
)


def read(sheet: Sheet) -> str:
    """What stands on the page."""
    html = typst.compile(template(), format="html", sys_inputs={"letter": as_data(sheet)})
    return unescape(html.decode()).replace("\u200b", "")


def body(*spans: Span) -> Sheet:
    return replace(SHEET, blocks=[{"kind": "paragraph", "lines": [list(spans)]}])


def test_a_letter_is_a_pdf() -> None:
    assert as_pdf(SHEET).startswith(b"%PDF-")


def test_the_same_letter_makes_the_same_bytes() -> None:
    assert as_pdf(SHEET) == as_pdf(SHEET)


def test_all_its_parts_stand_on_the_page_in_their_order() -> None:
    page = read(SHEET)

    parts = (
        "PT Contoh",
        "Jl. Sudirman 1",
        "PT Sinar Jaya",
        "22 November",
        "Bandung 40111",
        "Jawaban",
        "Halo ",
    )
    places = [page.index(part, page.index("<body>")) for part in (*parts, "<strong>Budi", "Hormat", "Sari")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "nasty", ["#panic()", "$x$", "*a*", "_b_", "\\", "`c`", "<l>", "@m", "= h", "#[", "//"]
)
def test_what_a_person_wrote_is_never_markup(nasty: str) -> None:
    everywhere = replace(
        body({"text": nasty}), to=(nasty,), subject=nasty, company=nasty, head=(nasty,), signature=(nasty,)
    )

    assert read(everywhere).count(nasty) >= 6


def test_ten_thousand_characters_without_a_blank_go_on_to_the_next_line_and_page() -> None:
    page = body({"text": "x" * 10_000})

    assert "x" * 10_000 in read(page)
    assert len(as_pictures(page)) > 1


def test_an_address_of_the_web_is_not_broken() -> None:
    address = f"https://example.com/{'a' * 100}"

    assert address in as_data(body({"text": "here", "href": address}))


def test_a_letter_without_letterhead_and_signature_is_one_too() -> None:
    assert as_pdf(replace(SHEET, head=(), signature=(), blocks=[])).startswith(b"%PDF-")
