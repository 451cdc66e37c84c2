"""Kinds of files, told by their content."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.notation.media import FORMATS, TEXT, UNKNOWN, media_type


def zipped(*names: str, first: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "content")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "jpg"),
        (b"GIF89a\1\0", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x18ftypheic\0", "heic"),
        (b"%PDF-1.7\n", "pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (zipped("content.xml", first="application/vnd.oasis.opendocument.text"), "odt"),
        (zipped("a.txt"), "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        (b"\0\0\0\x20ftypisom\0\0", "mp4"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"Nama;Kota\nBudi;Solo\n", "txt"),
        ("é".encode() * 4000, "txt"),
        (("a" + "é" * 4000).encode(), "txt"),
    ],
)
def test_the_content_tells_the_kind(content: bytes, ending: str) -> None:
    found = media_type(io.BytesIO(content))

    assert ending in {formats.get(found) for formats in FORMATS.values()}


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"<!doctype html><script>", b"#!/bin/sh\n"])
def test_markup_and_scripts_are_text_and_nothing_else(content: bytes) -> None:
    assert media_type(io.BytesIO(content)) == TEXT


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\0", b"\x7fELF\2\1\1", b"PK\3\4 broken", b"text\0with a zero", b"\xff\xfe\xfd"]
)
def test_what_nobody_knows_is_unknown(content: bytes) -> None:
    assert media_type(io.BytesIO(content)) == UNKNOWN


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda rest: b"PK\3\4" + rest))
def test_any_content_has_an_answer_and_is_left_at_its_start(content: bytes) -> None:
    file = io.BytesIO(content)
    assert media_type(file)
    assert file.tell() == 0
