"""Files as bytes: what becomes text and what is refused."""

from __future__ import annotations

import pytest

from relasi.config.text import MAX_SIZE, decode, split_lines
from relasi.diagnostics import Diagnostics, Span


def refusal(data: bytes) -> tuple[str, Span]:
    diagnostics = Diagnostics()
    assert decode(data, "a.yaml", diagnostics) is None
    (found,) = diagnostics
    return found.code, found.span


def test_utf_8_is_text() -> None:
    assert decode("a: é客\n".encode(), "a.yaml", Diagnostics()) == "a: é客\n"


def test_another_encoding_is_refused_at_the_guilty_byte() -> None:
    assert refusal("a: 1\r\nb: é\xa0".encode("latin-1")) == ("not-utf-8", Span("a.yaml", 2, 4, 2, 5))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    assert refusal("a: 1".encode(encoding))[0] == "not-utf-8"


def test_a_file_that_is_too_big_is_refused() -> None:
    assert refusal(b"x" * (MAX_SIZE + 1))[0] == "file-too-big"


def test_lines_are_counted_the_same_however_they_end() -> None:
    assert split_lines("\ufeffa\r\nb\rc\nd") == ("a", "b", "c", "d")
