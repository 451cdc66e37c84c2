"""Kinds of files, told by what is in them; the name of a file is only what people call it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import IO, Literal

MediaKind = Literal["image", "pdf", "document", "sheet", "slides", "text", "archive", "audio", "video", "any"]

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_OLD_OFFICE = "application/x-ole-storage"

SHOWN: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
}
"""Pictures that every browser draws and that cannot carry a script."""

FORMATS: Mapping[MediaKind, Mapping[str, str]] = {
    "image": {**SHOWN, "image/heic": "heic", "image/tiff": "tif", "image/bmp": "bmp"},
    "pdf": {"application/pdf": "pdf"},
    "document": {
        f"{_OFFICE}.wordprocessingml.document": "docx",
        f"{_OPEN}.text": "odt",
        "application/rtf": "rtf",
        _OLD_OFFICE: "doc",
    },
    "sheet": {
        f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
        f"{_OPEN}.spreadsheet": "ods",
        _OLD_OFFICE: "xls",
    },
    "slides": {
        f"{_OFFICE}.presentationml.presentation": "pptx",
        f"{_OPEN}.presentation": "odp",
        _OLD_OFFICE: "ppt",
    },
    "text": {TEXT: "txt"},
    "archive": {
        "application/zip": "zip",
        "application/gzip": "gz",
        "application/x-7z-compressed": "7z",
    },
    "audio": {"audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/wav": "wav"},
    "video": {"video/mp4": "mp4", "video/webm": "webm"},
}
"""Media types with the usual ending of a name; what Office wrote before 2007 looks alike whatever it is."""

_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
"""Where in a file stands what, in the order of asking."""

_PARTS = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}
"""The folder inside a ZIP archive that tells which office format it is."""

_HEAD = 4096
_NOT_IN_TEXT = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\b\x1b")


def media_type(content: IO[bytes]) -> str:
    """What the content is; UNKNOWN where nothing is recognised. Leaves the content at its start."""
    head = content.read(_HEAD)
    found = _zipped(content) if head.startswith(b"PK\x03\x04") else _marked(head)
    content.seek(0)
    return found


def _marked(head: bytes) -> str:
    for at, mark, found in _MARKS:
        if head.startswith(mark, at):
            return found
    return TEXT if _is_text(head) else UNKNOWN


def _zipped(content: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                stored = archive.read("mimetype").decode("ascii", "replace")
                if stored.startswith(_OPEN):
                    return stored
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        parts = (type_ for part, type_ in _PARTS.items() if any(name.startswith(part) for name in names))
        return next(parts, UNKNOWN)
    return "application/zip"


def _is_text(head: bytes) -> bool:
    """Text in UTF-8; markup and scripts too, which are never shown as anything else."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < _HEAD or error.start < _HEAD - 4:  # a sign may be cut in two at the end
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and _NOT_IN_TEXT.isdisjoint(text)
