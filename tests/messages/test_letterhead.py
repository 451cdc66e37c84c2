from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from relasi.definitions import check_project
from relasi.messages.letterhead import picture
from relasi.messages.paper import as_pdf
from tests.messages.desk import DESK, settings
from tests.messages.test_paper import SHEET
from tests.records.world import compiled

LOGO = settings(letterhead="{logo: config/logo.png}")


def png() -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that names a picture which is not there yet."""
    compiled(tmp_path, (LOGO, *DESK))
    return tmp_path


def errors(root: Path) -> list[tuple[str, str]]:
    _, diagnostics, _ = check_project(root)
    return [(each.code, each.message) for each in diagnostics if each.severity == "error"]


def test_a_picture_that_is_there_is_fine(root: Path) -> None:
    (root / "config" / "logo.png").write_bytes(png())
    assert errors(root) == []


@pytest.mark.parametrize("content", [None, b"no picture", png() + bytes(1_000_000)])
def test_one_that_letters_cannot_show_is_reported(root: Path, content: bytes | None) -> None:
    if content is not None:
        (root / "config" / "logo.png").write_bytes(content)
    assert errors(root) == [("bad-value", 'there is no picture "config/logo.png" that letters could show')]


def test_letters_go_out_without_a_picture_that_is_gone(root: Path) -> None:
    model = compiled(root, (LOGO, *DESK))
    assert picture(model.settings, root) is None


def test_the_picture_stands_on_the_letter() -> None:
    with_picture = as_pdf(replace(SHEET, logo=png()))
    assert b"/Subtype/Image" in with_picture.replace(b" ", b"")
    assert with_picture == as_pdf(replace(SHEET, logo=png()))
