"""The picture of the company on letters: a file of the project."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from relasi.config.documents import SETTINGS, Document
from relasi.diagnostics import Diagnostics
from relasi.schema.compiler.page import Page
from relasi.schema.fields.notation.media import SHOWN, media_type
from relasi.schema.model import Settings

_LARGEST = 1_000_000


def picture(settings: Settings, root: Path) -> bytes | None:
    """Its content; None where none is named, or where there is none that can be printed."""
    name = settings.outside.letterhead.logo
    try:
        content = (root / name).read_bytes() if name else b""
    except OSError:
        return None
    return content if media_type(BytesIO(content)) in SHOWN and len(content) <= _LARGEST else None


def check_letterhead(
    settings: Settings, root: Path, documents: Iterable[Document], diagnostics: Diagnostics
) -> None:
    """Reports a picture that would be missing on letters."""
    name = settings.outside.letterhead.logo
    if name is None or picture(settings, root) is not None:
        return
    document = next(each for each in documents if each.kind == SETTINGS)
    help = "put a PNG or JPEG of at most 1 MB there; the path begins in the project's folder"
    message = f'there is no picture "{name}" that letters could show'
    Page(document, diagnostics).wrong(("letterhead", "logo"), "bad-value", message, help=help)
