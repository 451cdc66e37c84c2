"""A disk without room: a limit on the size of files stands for it."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

from relasi.errors import RelasiError
from relasi.platform.sql.database import Database
from relasi.store.contents import Contents
from relasi.transfer.backup import back_up
from relasi.transfer.copy import Place
from tests.builders import NOW
from tests.transfer.conftest import Databases
from tests.transfer.source import furnish, sums_of


def without_room(most: int, work: Callable[[], None]) -> str:
    """What the work said that could write no file of more than so many bytes."""
    told, tells = os.pipe()
    child = os.fork()
    if not child:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            work()
            os.write(tells, b"done")
        except RelasiError as error:
            os.write(tells, error.code.encode())
        except BaseException as error:
            os.write(tells, repr(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return os.read(told, 1000).decode()


def test_a_backup_without_room_is_refused_in_words_and_leaves_nothing(
    new_database: Databases, tmp_path: Path
) -> None:
    source = new_database("sqlite")
    furnish(source)
    held = sums_of(source)
    source.close()
    file = tmp_path / "backups" / "b.zip"

    def work() -> None:
        back_up(Place(Database.at(Path(source.place)), Contents(tmp_path / "files")), file, "local", NOW)

    for most in (1_000, 100_000):
        assert without_room(most, work) in ("unavailable", "full")
        assert [*file.parent.iterdir()] == []
    assert without_room(100_000_000, work) == "done"
    assert sums_of(source) == held
