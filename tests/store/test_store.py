from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from relasi.errors import PlatformError
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.store import Store
from relasi.store.notifications import Notification
from relasi.store.store import VERSION
from relasi.store.users import User
from tests.builders import NOW, entity, model

SARI = User("u1", "sari", "Sari Dewi", "sari@example.com", (), "id")
NEWS = Notification("n1", SARI.id, NOW, {"en": "News"}, {"en": "Look"}, "note", "r1")

_OF_IMPORTS = ("user_id", "header", "mapping", "taken_back", "undone")
CAME_WITH = {
    25: ["DROP INDEX ix_relasi_notification_record_id"],
    24: ["DROP TABLE relasi_subscription"],
    23: ["DROP TABLE relasi_import_refused"],
    22: [
        "DROP TABLE relasi_imported",
        *(f"ALTER TABLE relasi_import DROP COLUMN {each}" for each in _OF_IMPORTS),
    ],
    21: ["DROP TABLE relasi_mailbox", "DROP TABLE relasi_thread"],
    20: ["DROP TABLE relasi_quality_look", "DROP TABLE relasi_doubt"],
}
"""What takes out of a store what came with each of its latest versions."""


def test_preparing_twice_is_harmless(database: Database) -> None:
    with Store(database).session() as session:
        session.series.take("a")
    Store(database).prepare()
    with Store(database).session() as session:
        assert session.series.take("a") == 2


def test_a_store_of_a_newer_version_is_refused(database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE relasi_engine SET version = 99")
    with pytest.raises(PlatformError) as caught:
        Store(database).prepare()
    assert "version 99" in caught.value.text()


def test_the_store_commits_or_not_with_the_records(tmp_path: Path) -> None:
    platform = SqlPlatform(Database.at(tmp_path / "crm.sqlite"), model(entity("note", {"title": "text"})))
    store = Store(platform.database)
    store.prepare()

    def take_and_fail() -> None:
        with platform.transaction() as transaction:
            store.within(transaction).series.take("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take_and_fail()
    with store.session() as session:
        assert session.series.take("a") == 1
    platform.close()


def test_a_reading_session_refuses_to_write(database: Database) -> None:
    with pytest.raises(PlatformError), Store(database).session(write=False) as session:
        session.series.take("a")


@pytest.mark.parametrize("version", [each - 1 for each in CAME_WITH])
def test_a_store_of_an_older_version_becomes_what_a_new_one_is_and_keeps_its_rows(
    database: Database, version: int
) -> None:
    new = shape(database)
    with Store(database).session() as session:
        session.users.add(SARI)
        session.notifications.add([NEWS])
        session.series.take("a")
    with database.transaction() as connection:
        for newer in range(VERSION, version, -1):
            for statement in CAME_WITH[newer]:
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"UPDATE relasi_engine SET version = {version}")
    assert shape(database) != new
    Store(database).prepare()
    assert shape(database) == new
    with Store(database).session() as session:
        assert session.users.list() == (SARI,)
        assert session.notifications.of(SARI.id) == (NEWS,)
        assert session.series.take("a") == 2


def test_every_version_says_what_came_with_it() -> None:
    assert list(CAME_WITH) == list(range(VERSION, min(CAME_WITH) - 1, -1))


def shape(database: Database) -> dict[str, list[str]]:
    """The columns and indexes of each table of the store."""
    with database.transaction(write=False) as connection:
        inspector = inspect(connection)
        indexes = {table: found for (_, table), found in inspector.get_multi_indexes().items()}
        return {
            table: [
                *sorted(f"{each['name']} {each['type']}" for each in columns),
                *sorted(f"{each['name']} {each['column_names']}" for each in indexes[table]),
            ]
            for (_, table), columns in inspector.get_multi_columns().items()
        }
