"""Opens a file as a table by what is in it; a name that promises something else is no obstacle."""

from __future__ import annotations

import zipfile
from pathlib import Path

from relasi.errors import ImportRefused
from relasi.importing.delimited import DelimitedTable
from relasi.importing.json_table import JsonTable
from relasi.importing.tables import FileOptions, Table
from relasi.importing.workbook import WorkbookTable

_JSON_NAMES = (".json", ".jsonl", ".ndjson")
_OTHER_THINGS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
)
_WEB_PAGE = (b"<!doctype", b"<html", b"<table", b"<?xml")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def open_table(path: Path, options: FileOptions | None = None) -> Table:
    """The table in a file. Raises ImportRefused, with a sentence that says what to do instead."""
    options = options or FileOptions()
    start = _start(path)
    if start.startswith(_OLD_WORKBOOK) or (start.startswith(b"PK\x03\x04") and _is_workbook(path)):
        return WorkbookTable(path, options)
    _refuse_other_things(path, start)
    if path.suffix.lower() in _JSON_NAMES:
        return JsonTable(path, options)
    return DelimitedTable(path, options)


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError:
        raise ImportRefused("file_missing", file=path) from None
    except IsADirectoryError:
        raise ImportRefused("file_is_folder", file=path) from None
    except OSError as error:
        raise ImportRefused("file_unreadable", file=path, reason=error.strerror) from None
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise ImportRefused("file_empty", file=path.name)
    return start


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return False
    return "xl/workbook.xml" in names or "xl/workbook.bin" in names or {"mimetype", "content.xml"} <= names


def _refuse_other_things(path: Path, start: bytes) -> None:
    if start.startswith(b"PK\x03\x04"):
        raise ImportRefused("not_a_table", file=path.name, what="ZIP")
    for magic, what in _OTHER_THINGS:
        if start.startswith(magic):
            raise ImportRefused("not_a_table", file=path.name, what=what)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        raise ImportRefused("web_page", file=path.name)
