"""The content of files, in a folder beside the database."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from relasi.errors import PlatformReadOnly
from relasi.store.contents import Contents

LETTER = hashlib.sha256(b"Dear all").hexdigest()


def keep(contents: Contents, *pieces: bytes) -> str:
    with contents.arrival() as arrival:
        for piece in pieces:
            arrival.write(piece)
        contents.keep(arrival)
        return arrival.sha256


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_content_lies_under_its_hash(tmp_path: Path) -> None:
    contents = Contents(tmp_path / "files")

    assert keep(contents, b"Dear ", b"all") == LETTER
    assert contents.path(LETTER).read_bytes() == b"Dear all"


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    contents = Contents(tmp_path / "files")
    keep(contents, b"Dear all")
    keep(contents, b"Dear all")

    assert files_in(tmp_path) == [LETTER]


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    contents = Contents(tmp_path / "files")

    with contents.arrival() as arrival:
        arrival.write(b"Dear")

    assert files_in(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("not a folder")

    with pytest.raises(PlatformReadOnly):
        keep(Contents(tmp_path / "files"), b"Dear all")


def test_only_what_is_old_and_wanted_by_nobody_is_swept(tmp_path: Path) -> None:
    contents = Contents(tmp_path / "files")
    old, wanted, young = (keep(contents, text) for text in (b"old", b"wanted", b"young"))
    contents.small(old).write_bytes(b"small")
    contents.small(wanted).write_bytes(b"small")
    (tmp_path / "files" / "arriving" / "broken").write_bytes(b"half")
    now = datetime.now(UTC)
    for path in (tmp_path / "files").rglob("*"):
        if path.is_file() and path.name != young:
            os.utime(path, ((now - timedelta(days=3)).timestamp(),) * 2)

    count = contents.sweep(frozenset({wanted}), before=now - timedelta(days=1))

    assert count == 3
    assert files_in(tmp_path) == sorted((wanted, f"{wanted}.small", young))
