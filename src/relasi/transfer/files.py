"""Attached files on their way: which contents a database asks for, and whether they are what they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from relasi.errors import Refused
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.contents import Contents

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Carried:
    """How many contents there are, and those that were not where they should be: their SHA-256."""

    count: int
    missing: tuple[str, ...] = ()


def wanted(database: Database) -> list[str]:
    """The SHA-256 of all contents that the database knows of."""
    with Store(database).session(write=False) as session:
        return sorted({each.sha256 for each in session.files.all()})


def carry(names: Iterable[str], source: Contents, target: Contents) -> Carried:
    """Copies contents that are not there yet. Raises PlatformError, and Refused for one that is damaged."""
    count, missing = 0, []
    for name in names:
        path = source.path(name)
        if not path.is_file():
            missing.append(name)
            continue
        count += 1
        if not target.path(name).is_file():
            with path.open("rb") as content:
                keep(content, name, target)
    return Carried(count, tuple(missing))


def keep(content: IO[bytes], name: str, target: Contents) -> None:
    """Takes in a content whose SHA-256 is known. Raises PlatformError, and Refused for another one."""
    with target.arrival() as arrival:
        while piece := content.read(_PIECE):
            arrival.write(piece)
        if arrival.sha256 != name:
            raise Refused("file_damaged", file=name)
        target.keep(arrival)
