"""The file of a backup: a ZIP with what it is, the database as a SQLite file, and the attached files.

It is the same from every kind of database, so that it can be restored on every other.
"""

from __future__ import annotations

import errno
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Self

from relasi.errors import PlatformFull, Refused
from relasi.store.contents import Contents
from relasi.transfer.files import keep
from relasi.transfer.pour import digest_of
from relasi.transfer.rows import Sum

FORMAT = 1
_ABOUT = "about.json"
_DATABASE = "database.sqlite"
_FILES = "files/"
_PIECE = 1 << 20
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, NotImplementedError)
"""What reading a file raises that is cut, changed, or something else."""


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself. `model` is the fingerprint of the Model that the last apply was made for,
    `files` how many attached files there are, `missing` those that were not to be found."""

    relasi: str
    at: datetime
    platform: str
    model: str | None
    database: str
    sums: Mapping[str, Sum]
    files: int
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {"format": FORMAT, **asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:  # Any: JSON
        """Raises KeyError, TypeError or ValueError for what `to_json` has not made."""
        known = {key: value for key, value in written.items() if key != "format"}
        known["at"] = datetime.fromisoformat(written["at"])
        known["sums"] = {name: Sum(**each) for name, each in written["sums"].items()}
        known |= {key: tuple(written[key]) for key in ("missing", "foreign")}
        return cls(**known)


def write(file: Path, database: Path, contents: Contents, about: About, names: list[str]) -> None:
    """`names` are the contents that belong to it. The file is whole and on the disk when this returns, and
    not there otherwise. Raises PlatformFull."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as whole:
            part.chmod(0o600)  # it has everybody's data
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.writestr(_ABOUT, json.dumps(about.to_json(), indent=1))
                archive.write(database, _DATABASE)
                for name in names:
                    archive.write(contents.path(name), _FILES + name)
            whole.flush()
            os.fsync(whole.fileno())
        part.replace(file)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PlatformFull("full") from error
        raise
    finally:
        part.unlink(missing_ok=True)


def about(file: Path) -> About:
    """Raises Refused for what is no backup, or one of a later version."""
    with _opened(file) as archive:
        return _about(file, archive)


def unpack(file: Path, database: Path, contents: Contents) -> About:
    """Puts the database there and the files among the contents, once it is certain that all is whole.

    Raises PlatformError; Refused for what is no backup, for a cut or a changed one.
    """
    with _opened(file) as archive:
        found = _about(file, archive)
        with archive.open(_DATABASE) as packed, database.open("wb") as unpacked:
            copyfileobj(packed, unpacked, _PIECE)
        if digest_of(database) != found.database:
            raise Refused("backup_damaged", file=str(file))
        names = [each for each in archive.namelist() if each.startswith(_FILES)]
        if len(names) != found.files:
            raise Refused("backup_damaged", file=str(file))
        for each in names:
            name = each.removeprefix(_FILES)
            if not contents.path(name).is_file():
                with archive.open(each) as packed:
                    keep(packed, name, contents)
    return found


def _about(file: Path, archive: zipfile.ZipFile) -> About:
    written = json.loads(archive.read(_ABOUT))
    if written["format"] > FORMAT:
        raise Refused("backup_too_new", file=str(file), version=written["relasi"])
    return About.from_json(written)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    if not file.is_file():
        raise Refused("no_such_backup", file=str(file))
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGES as error:
        raise Refused("backup_damaged", file=str(file)) from error
