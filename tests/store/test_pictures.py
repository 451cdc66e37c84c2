"""Whether a content can be drawn, and its small version."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from relasi.store.pictures import is_picture, make_small

KINDS = ("PNG", "JPEG", "GIF", "WEBP")


@cache
def picture(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(made, kind)
    return made.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says how large it is."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_one_and_is_left_at_its_start(kind: str) -> None:
    content = io.BytesIO(picture(kind))

    assert is_picture(content)
    assert content.tell() == 0


@pytest.mark.parametrize("size", [(7_000, 7_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_what_claims_to_be_far_too_large_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    assert not is_picture(io.BytesIO(claims(*size)))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"BM" + b"\0" * 60, b"<svg/>"])
def test_what_is_no_picture_of_these_kinds_is_refused(content: bytes) -> None:
    assert not is_picture(io.BytesIO(content))


@given(kind=st.sampled_from(KINDS), at=st.integers(0), with_=st.binary(min_size=1, max_size=30))
def test_a_broken_picture_raises_nothing(kind: str, at: int, with_: bytes) -> None:
    whole = picture(kind)
    place = at % len(whole)

    assert is_picture(io.BytesIO(whole[:place] + with_ + whole[place + len(with_) :])) in (True, False)
    assert is_picture(io.BytesIO(whole[:place])) in (True, False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_small_one_keeps_its_shape(tmp_path: Path, kind: str) -> None:
    (tmp_path / "whole").write_bytes(picture(kind, (1200, 600)))

    make_small(tmp_path / "whole", tmp_path / "small")

    with Image.open(tmp_path / "small") as small:
        assert (small.format, small.size) == ("WEBP", (360, 180))


def test_the_small_one_stands_upright(tmp_path: Path) -> None:
    lying = Image.Exif()
    lying[0x0112] = 6  # the camera was turned
    Image.new("RGB", (300, 200)).save(tmp_path / "whole.jpg", exif=lying)

    make_small(tmp_path / "whole.jpg", tmp_path / "small")

    with Image.open(tmp_path / "small") as small:
        assert small.size == (200, 300)
