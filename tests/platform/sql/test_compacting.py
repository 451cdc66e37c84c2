"""What was deleted is gone from the files of the database, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from tests.postgresql import ON_BOTH, empty_database

SECRET = b"a word that nobody may read any more"


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = empty_database(request, tmp_path)
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE note (id integer PRIMARY KEY, said text)")
        connection.exec_driver_sql(f"INSERT INTO note VALUES (1, '{SECRET.decode()}'), (2, 'stays')")
    yield database
    database.close()


def in_files(database: Database) -> bool:
    assert database.file is not None
    return any(SECRET in each.read_bytes() for each in database.file.parent.glob(f"{database.file.name}*"))


def deleted(database: Database) -> None:
    with database.transaction() as connection:
        if database.is_sqlite:  # some systems build it so that it always overwrites what it deletes
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        connection.exec_driver_sql("DELETE FROM note WHERE id = 1")


def test_a_compact_file_has_no_byte_of_what_was_deleted(database: Database) -> None:
    deleted(database)
    assert in_files(database)
    assert database.compact()
    assert not in_files(database)


def test_a_reader_holds_it_up_and_loses_nothing(database: Database) -> None:
    assert database.file is not None
    hasty = Database.at(database.file, wait=0.1)
    with database.transaction(write=False) as connection:
        connection.exec_driver_sql("SELECT * FROM note").all()
        assert not hasty.compact()
    assert hasty.compact()
    hasty.close()


@ON_BOTH
def test_what_was_not_deleted_stays(database: Database) -> None:
    deleted(database)
    assert database.compact()
    with database.transaction() as connection:
        assert connection.exec_driver_sql("SELECT said FROM note").all() == [("stays",)]
