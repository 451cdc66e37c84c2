"""A whole project's data from one platform to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from relasi.platform.sql.database import Database
from relasi.store.columns import METADATA
from relasi.store.contents import Contents
from relasi.transfer.extract import Extract, Progress, discard, extract, ignore, sums
from relasi.transfer.files import Carried, carry, wanted
from relasi.transfer.pour import demand_empty, digest_of, goes_on, pour
from relasi.transfer.rows import Sum
from relasi.transfer.tables import holdings


@dataclass(frozen=True, slots=True)
class Place:
    """A platform: its records, and the folder of its attached files."""

    database: Database
    contents: Contents


@dataclass(frozen=True, slots=True)
class Copied:
    """`foreign` are tables and columns of somebody else that were left out, `late` is how many changes the
    source has seen since its moment was taken."""

    sums: Mapping[str, Sum]
    files: Carried
    foreign: tuple[str, ...]
    late: int


def copy(source: Place, target: Place, between: Path, progress: Progress = ignore) -> Copied:
    """Takes one moment of the source into the file `between`, and pours it into the target.

    A copy that was killed goes on with the same moment, as long as `between` is there. Raises PlatformError,
    and Refused where the target is not empty; the target then stays as it was.
    """
    taken = _taken_before(between, target.database)
    if taken is None:
        demand_empty(target.database)
        taken = extract(source.database, between, afresh=True, progress=progress)
    files = _files(taken.file, source.contents, target.contents)
    pour(taken.file, taken.sums, target.database, replace=False, progress=progress)
    copied = Copied(taken.sums, files, taken.foreign, _late(source.database, taken))
    discard(between)
    return copied


def _taken_before(between: Path, target: Database) -> Extract | None:
    if not between.is_file() or not goes_on(target, digest_of(between)):
        return None
    database = Database.at(between)
    try:
        with database.transaction(write=False) as connection:
            return Extract(between, sums(connection), holdings(connection).foreign)
    finally:
        database.close()


def _files(file: Path, source: Contents, target: Contents) -> Carried:
    database = Database.at(file)
    try:
        return carry(wanted(database), source, target)
    finally:
        database.close()


def _late(source: Database, taken: Extract) -> int:
    """Changes are only ever added, but for those that a deployment renames."""
    changes = METADATA.tables["relasi_change"]
    with source.transaction(write=False) as connection:
        now: int = connection.execute(select(func.count()).select_from(changes)).scalar_one()
    return now - taken.sums[changes.name].rows
