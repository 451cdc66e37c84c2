"""Backups: one moment of a project's data in one file, and back again."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from relasi import __version__
from relasi.errors import PlatformUnavailable, Refused
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.store import prepare
from relasi.transfer import archive
from relasi.transfer.archive import About
from relasi.transfer.copy import Place
from relasi.transfer.extract import Progress, extract, ignore, sums
from relasi.transfer.files import wanted
from relasi.transfer.pour import digest_of, pour
from relasi.transfer.rows import Sum

FOLDER = "backups"
"""Where backups lie if nothing else is said, in the project's folder."""
_ENDING = ".relasi.zip"
_UNFINISHED = "unfinished-"
_ABANDONED = timedelta(days=1)
"""After so long, what a crash has left beside the backups belongs to none that is still being made."""
_NOTHING_OF_OURS = ("nothing_to_copy", "not_a_database", "damaged")


def name_of(platform: str, at: datetime) -> str:
    """The names of a platform's backups are in the order of time."""
    return f"{platform}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{_ENDING}"


def backups(folder: Path, platform: str) -> list[Path]:
    """Those that have such a name, oldest first."""
    return sorted(folder.glob(f"{platform}-????????T??????Z{_ENDING}"))


def back_up(place: Place, file: Path, platform: str, now: datetime, *, progress: Progress = ignore) -> About:
    """Writes the backup of one moment, while people work. Raises PlatformError, and Refused where there is
    nothing yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _sweep(file.parent, now - _ABANDONED)
    with TemporaryDirectory(dir=file.parent, prefix=_UNFINISHED) as folder:
        taken = extract(place.database, Path(folder) / "database.sqlite", progress=progress)
        database = Database.at(taken.file)
        try:
            names = wanted(database)
            with Store(database).session(write=False) as session:
                last = session.deployments.latest()
        finally:
            database.close()
        there = [each for each in names if place.contents.path(each).is_file()]
        about = About(
            relasi=__version__,
            at=now,
            platform=platform,
            model=last.model_fingerprint if last else None,
            database=digest_of(taken.file),
            sums=taken.sums,
            files=len(there),
            missing=tuple(sorted(set(names) - set(there))),
            foreign=taken.foreign,
        )
        archive.write(file, taken.file, place.contents, about, there)
    return about


def keep_newest(folder: Path, platform: str, count: int) -> list[Path]:
    """Deletes the older backups of a platform; gives those that are gone."""
    gone = backups(folder, platform)[:-count]
    for each in gone:
        each.unlink()
    return gone


def restore(
    file: Path, place: Place, kept: Path, platform: str, now: datetime, *, progress: Progress = ignore
) -> Path | None:
    """Puts the backup in the place of all data. What was there is in a backup of its own then, which is
    given: `kept`, or beside the database where it was too damaged for that; None where nothing was.

    Raises PlatformError; Refused for a file that is no whole backup. Nothing has changed then.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    _sweep(kept.parent, now - _ABANDONED)
    with TemporaryDirectory(dir=kept.parent, prefix=_UNFINISHED) as folder:
        unpacked = Path(folder) / "database.sqlite"
        archive.unpack(file, unpacked, place.contents)
        held = _brought_up_to_date(unpacked)
        aside = _set_aside(place, kept, platform, now)
        pour(unpacked, held, place.database, replace=True, progress=progress)
    return aside


def _brought_up_to_date(unpacked: Path) -> dict[str, Sum]:
    """An older version of Relasi may have made it. Raises PlatformError where a newer one has."""
    database = Database.at(unpacked)
    try:
        with database.transaction() as connection:
            prepare(connection)
            return sums(connection)
    finally:
        database.close()


def _set_aside(place: Place, kept: Path, platform: str, now: datetime) -> Path | None:
    file = place.database.file
    if file is not None and not file.exists():
        return None
    try:
        back_up(place, kept, platform, now)
        return kept
    except (PlatformUnavailable, Refused) as error:
        if error.code not in _NOTHING_OF_OURS:
            raise
    if file is None or file.stat().st_size == 0:
        return None
    place.database.close()
    return file.replace(file.with_name(f"{file.name}.replaced-{now:%Y%m%dT%H%M%SZ}"))


def _sweep(folder: Path, before: datetime) -> None:
    """Removes what a crash has left."""
    for each in folder.glob(f"{_UNFINISHED}*"):
        if datetime.fromtimestamp(each.stat().st_mtime, UTC) < before:
            shutil.rmtree(each, ignore_errors=True)
