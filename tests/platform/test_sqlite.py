"""The contract on SQLite, and what only a file can do: be locked, full, read-only, or something else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from relasi.errors import PlatformFull, PlatformReadOnly, PlatformUnavailable
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from tests.platform.contract import MODEL, PlatformContract, ask, insert, note, person
from tests.processes import PROCESSES, start, was_killed


class TestSqlite(PlatformContract):
    @pytest.fixture
    def platform(self, file: Path) -> Iterator[SqlPlatform]:
        platform = prepared(file)
        yield platform
        platform.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crm.sqlite"


def prepared(file: Path, *, wait: float = 10.0) -> SqlPlatform:
    platform = SqlPlatform(Database.at(file, wait=wait), MODEL)
    with platform.database.transaction() as connection:
        platform.tables.metadata.create_all(connection)
    return platform


def count_up(platform: SqlPlatform, times: int) -> None:
    for _ in range(times):
        with platform.transaction() as transaction:
            row = transaction.get("note", ["n1"])["n1"]
            assert transaction.update("note", "n1", row["version"], {"size": row["size"] + 1})


def count_up_in_threads(file: Path) -> None:
    platform = SqlPlatform(Database.at(file, wait=60), MODEL)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(count_up, [platform] * 3, [20] * 3))
    platform.close()


def test_threads_and_processes_lose_no_update_to_each_other(file: Path) -> None:
    platform = prepared(file)
    insert(platform, note("n1", size=0))
    with ProcessPoolExecutor(2, mp_context=PROCESSES) as processes:
        list(processes.map(count_up_in_threads, [file] * 2))
    with platform.transaction(write=False) as transaction:
        assert transaction.get("note", ["n1"])["n1"]["size"] == 120
    platform.close()


def make_table(file: Path, together: Barrier) -> None:
    database = Database.at(file)
    together.wait()
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (x)")


def test_processes_can_start_on_a_new_file_at_the_same_moment(file: Path) -> None:
    together = PROCESSES.Barrier(4)
    starting = [start(make_table, file, together) for _ in range(4)]
    assert not any(was_killed(process) for process in starting)


@contextmanager
def lock_held_by_another_process(file: Path) -> Iterator[None]:
    code = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        process.communicate()


def test_a_file_locked_for_too_long_is_unavailable_to_writers_only(file: Path) -> None:
    platform = prepared(file, wait=0.2)
    with lock_held_by_another_process(file):
        with pytest.raises(PlatformUnavailable) as caught:
            insert(platform, note("n1"))
        with platform.transaction(write=False) as transaction:
            assert transaction.count(ask(), 1).number == 0
    assert caught.value.code == "unavailable"
    insert(platform, note("n1"))
    platform.close()


def test_a_file_of_something_else_is_refused_and_left_alone(file: Path) -> None:
    file.write_text("name;city\nBudi;Bandung\n" * 100)
    before = file.read_bytes()
    database = Database.at(file)
    for write in (True, False):
        with pytest.raises(PlatformUnavailable) as caught, database.transaction(write=write) as connection:
            connection.exec_driver_sql("SELECT * FROM sqlite_master")
        assert caught.value.text() == (
            f"{file} is not a SQLite file. "
            "Nothing was changed; ask your administrator to check which file the platform names."
        )
    database.close()
    assert file.read_bytes() == before


def test_a_damaged_file_is_told_as_such(file: Path) -> None:
    platform = prepared(file)
    insert(platform, *(note(f"n{number}", title="x" * 200) for number in range(500)))
    platform.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(PlatformUnavailable) as caught, platform.transaction(write=False) as transaction:
        transaction.find(ask())
    platform.close()
    assert caught.value.code == "damaged"


def test_a_full_disk_loses_only_the_transaction(file: Path) -> None:
    platform = prepared(file)
    insert(platform, note("n1"))
    with platform.database.transaction() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(PlatformFull):
        insert(platform, *(note(f"m{number}", title="x" * 200) for number in range(500)))
    with platform.transaction(write=False) as transaction:
        assert [row["id"] for row in transaction.find(ask()).rows] == ["n1"]
    platform.close()


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    prepared(folder / "crm.sqlite").close()
    folder.chmod(0o555)
    (folder / "crm.sqlite").chmod(0o444)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root, who may write everything, gives up its powers for a while; others have none anyway."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("write", [True, False])
def test_a_folder_that_may_only_be_read_is_told_as_such(read_only_folder: Path, write: bool) -> None:
    database = Database.at(read_only_folder / "crm.sqlite")
    with (
        as_nobody(),
        pytest.raises(PlatformReadOnly) as caught,
        database.transaction(write=write) as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM note")
    database.close()
    assert str(read_only_folder) in caught.value.text()


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    database = Database.at(tmp_path / "a" / "b" / "crm.sqlite")
    with database.transaction():
        pass
    database.close()
    assert (tmp_path / "a" / "b" / "crm.sqlite").exists()


def test_a_folder_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("in the way")
    with pytest.raises(PlatformUnavailable) as caught:
        Database.at(tmp_path / "a" / "crm.sqlite")
    assert caught.value.code == "cannot_open"


def test_a_folder_in_the_place_of_the_file_is_told_as_such(file: Path) -> None:
    file.mkdir()
    database = Database.at(file)
    with pytest.raises(PlatformUnavailable) as caught, database.transaction():
        pass
    assert caught.value.code == "cannot_open"


def test_a_database_without_its_tables_asks_for_apply(file: Path) -> None:
    platform = SqlPlatform(Database.at(file), MODEL)
    with pytest.raises(PlatformUnavailable) as caught, platform.transaction(write=False) as transaction:
        transaction.find(ask())
    platform.close()
    assert "relasi apply" in caught.value.text()


def test_a_write_inside_a_write_of_the_same_thread_is_a_bug(file: Path) -> None:
    platform = prepared(file)
    with platform.transaction(), pytest.raises(RuntimeError), platform.transaction():
        pass
    insert(platform, note("n1"))
    platform.close()


def test_readers_that_are_open_already_learn_what_analyze_counted(file: Path) -> None:
    platform = prepared(file)
    insert(platform, person("p1"), into="person")
    insert(platform, *(note(f"n{n}", about="p1", title=str(n)) for n in range(1000)))
    page = "EXPLAIN QUERY PLAN SELECT * FROM note WHERE about = 'p1' AND title > '' ORDER BY title LIMIT 50"

    def plan() -> str:
        with platform.database.transaction(write=False) as connection:
            return str(connection.exec_driver_sql(page).all())

    assert "ix_note__about__id" in plan()
    platform.database.analyze()
    assert "ix_note__about__id" not in plan()
    assert "TEMP B-TREE" not in plan()
    platform.close()
