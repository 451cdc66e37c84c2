from __future__ import annotations

from pathlib import Path

import pytest

from relasi.errors import PlatformError
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.store import Store
from tests.builders import entity, model


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


def test_a_store_of_an_older_version_gets_what_it_lacks_and_keeps_the_rest(database: Database) -> None:
    with Store(database).session() as session:
        session.series.take("a")
    with database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE relasi_deployment DROP COLUMN undoes")
        connection.exec_driver_sql("DROP TABLE relasi_trash")
        connection.exec_driver_sql("UPDATE relasi_engine SET version = 1")
    Store(database).prepare()
    with Store(database).session() as session:
        assert session.deployments.latest() is None
        assert list(session.trash.rows("any")) == []
        assert session.series.take("a") == 2
