"""Everything that a database holds at one moment, in a SQLite file of its own, while others go on working."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, delete, inspect
from sqlalchemy.schema import CreateIndex

from relasi.deploy.creating import create_tables
from relasi.errors import Refused
from relasi.platform.sql.database import Database
from relasi.platform.sql.snapshot import snapshot
from relasi.store.columns import METADATA
from relasi.store.store import ENGINE, is_prepared, prepare
from relasi.transfer.rows import Sum, Summing, batches, put, summed
from relasi.transfer.tables import Holdings, holdings, is_left_afresh, is_passing

Progress = Callable[[str, int], None]
"""Table, and how many more of its rows are done."""
Left = Callable[[Table], bool]
"""Whether a table stays empty in the extract."""


@dataclass(frozen=True, slots=True)
class Extract:
    """`foreign` are tables and columns of somebody else that `file` does not have."""

    file: Path
    sums: Mapping[str, Sum]
    foreign: tuple[str, ...] = ()


def ignore(_table: str, _rows: int) -> None:
    """Progress that nobody wants to hear of."""


def extract(
    source: Database,
    file: Path,
    *,
    afresh: bool = False,
    add_up: bool = True,
    progress: Progress = ignore,
) -> Extract:
    """Makes the file. A crash leaves at most one with another ending. `afresh` is for another platform. To
    add up takes longer than all else where the source is a file; what comes from a server is always added
    up, and checked.

    Raises PlatformError, and Refused where no apply has made the database or what was written is not what was
    read.
    """
    part = file.with_name(f"{file.name}.part")
    discard(part)
    left = is_left_afresh if afresh else is_passing
    if source.is_sqlite:
        made = _of_file(source, part, left, add_up=add_up)
    else:
        made = _of_server(source, part, left, progress)
    part.replace(file)
    return Extract(file, made.sums, made.foreign)


def discard(file: Path) -> None:
    """Removes a SQLite file, and what SQLite may have left beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def sums(connection: Connection) -> dict[str, Sum]:
    return {table.name: summed(connection, table) for table in holdings(connection).copied}


def _of_file(source: Database, file: Path, left: Left, *, add_up: bool) -> Extract:
    """By SQLite itself, so that nothing is left out, whoever has made it. What an older version made is
    brought up to date in the copy."""
    with source.transaction(write=False) as connection:
        demand_made(connection)
    snapshot(Path(source.place), file)
    copy = Database.at(file)
    try:
        with copy.transaction() as connection:
            prepare(connection)
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for table in METADATA.sorted_tables:
                if left(table):
                    connection.execute(delete(table))
        with copy.transaction(write=False) as connection:
            return Extract(file, sums(connection) if add_up else {})
    finally:
        copy.close()


def _of_server(source: Database, file: Path, left: Left, progress: Progress) -> Extract:
    copy = Database.at(file)
    try:
        with source.transaction(write=False) as reading, copy.transaction() as writing:
            demand_made(reading)
            if not is_prepared(reading):
                raise Refused("apply_first")
            found = holdings(reading)
            _make(writing, found)
            read = {each.name: _copied(reading, writing, each, left, progress) for each in found.copied}
            _make_indexes(writing, found)
        with copy.transaction(write=False) as connection:
            written = sums(connection)
        if written != read:
            raise Refused("copy_differs", tables=", ".join(differing(read, written)))
        return Extract(file, read, found.foreign)
    finally:
        copy.close()


def _make(writing: Connection, found: Holdings) -> None:
    prepare(writing)
    writing.execute(delete(ENGINE))
    writing.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # links go in circles, and up
    create_tables(writing, found.records)


def _make_indexes(writing: Connection, found: Holdings) -> None:
    for table in found.records:
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            writing.execute(CreateIndex(index))


def _copied(reading: Connection, writing: Connection, table: Table, left: Left, progress: Progress) -> Sum:
    summing = Summing(table)
    for some in () if left(table) else batches(reading, table):
        put(writing, table, some)
        summing.add(some)
        progress(table.name, len(some))
    return summing.sum


def differing(one: Mapping[str, Sum], other: Mapping[str, Sum]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def demand_made(connection: Connection) -> None:
    """Raises Refused where no apply has ever made the database."""
    if not inspect(connection).has_table(ENGINE.name):
        raise Refused("nothing_to_copy")
