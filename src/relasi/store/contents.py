"""The content of files, in a folder beside the database.

A content has its SHA-256 for a name, so the same one is kept only once and never changes. Which
files there are is known to `files`.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from relasi.errors import PlatformFull, PlatformReadOnly

_ARRIVING = "arriving"
"""The folder of contents that are not whole yet."""
_SMALL = ".small"


class Arrival:
    """A content that arrives piece by piece. `size` is how much there is so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = 0
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Raises PlatformError."""
        with _told():
            self.file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)


class Contents:
    """All contents of one database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def arrival(self) -> Iterator[Arrival]:
        """Takes a content in; what is not kept by the end of the block is gone. Raises PlatformError."""
        with _told():
            arriving = self.folder / _ARRIVING
            arriving.mkdir(parents=True, exist_ok=True)
            file = NamedTemporaryFile(dir=arriving, delete=False)  # noqa: SIM115  # closed below
        try:
            yield Arrival(file)
        finally:
            with suppress(OSError):
                file.close()
            Path(file.name).unlink(missing_ok=True)

    def keep(self, arrival: Arrival) -> None:
        """Gives the content its place. When this returns it is on the disk, whatever the machine does.

        Raises PlatformError.
        """
        place = self.path(arrival.sha256)
        with _told():
            place.parent.mkdir(parents=True, exist_ok=True)
            arrival.file.flush()
            os.fsync(arrival.file.fileno())
            arrival.file.close()
            Path(arrival.file.name).replace(place)
            for folder in (place.parent, self.folder):
                _settle(folder)

    def names(self) -> set[str]:
        """The SHA-256 of all contents that are there."""
        found = self.folder.glob("[0-9a-f][0-9a-f]/*")
        return {each.name for each in found if each.suffix != _SMALL}

    def path(self, sha256: str) -> Path:
        """Where the content lies, or would."""
        return self.folder / sha256[:2] / sha256

    def small(self, sha256: str) -> Path:
        """Where the small version of a picture lies, or would; it can be made again."""
        return self.path(sha256).with_suffix(_SMALL)

    def remove(self, sha256: str) -> None:
        """The content goes from the disk, with what was made of it."""
        self.path(sha256).unlink(missing_ok=True)
        self.small(sha256).unlink(missing_ok=True)

    def sweep(self, wanted: frozenset[str], *, before: datetime) -> int:
        """Removes what is not wanted and older: contents whose file is forgotten, arrivals that a crash left.
        Gives how many."""
        count = 0
        for path in self.folder.glob("*/*"):
            if path.name.removesuffix(_SMALL) in wanted:
                continue
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()
                    count += 1
        return count


@contextmanager
def _told() -> Iterator[None]:
    """What the file system refuses, in words for users."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PlatformFull("full") from error
        raise PlatformReadOnly("files_not_kept") from error


def _settle(folder: Path) -> None:
    """The names in the folder are on the disk too. Windows does that by itself, and opens no folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
