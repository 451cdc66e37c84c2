"""The contract on PostgreSQL, and what only a server can do: be gone, hang up, or keep a writer waiting."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import URL

from relasi.errors import DuplicateValue, PlatformUnavailable
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from tests.platform.contract import MODEL, PlatformContract, ask, insert, note, person
from tests.postgresql import Server
from tests.processes import PROCESSES


@pytest.fixture
def url(postgresql: Server) -> URL:
    """Of a schema that is empty."""
    return postgresql.url(postgresql.new_schema())


@pytest.fixture
def platform(url: URL) -> Iterator[SqlPlatform]:
    platform = SqlPlatform(Database(url), MODEL)
    with platform.database.transaction() as connection:
        platform.tables.metadata.create_all(connection)
    yield platform
    platform.close()


class TestPostgresql(PlatformContract):
    pass


def count_up(url: URL, times: int) -> None:
    platform = SqlPlatform(Database(url), MODEL)
    for _ in range(times):
        with platform.transaction() as transaction:
            row = transaction.get("note", ["n1"], hold=True)["n1"]
            assert transaction.update("note", "n1", row["version"], {"size": row["size"] + 1})
    platform.close()


def test_processes_that_hold_what_they_read_lose_no_update(url: URL, platform: SqlPlatform) -> None:
    insert(platform, note("n1", size=0))
    with ProcessPoolExecutor(2, mp_context=PROCESSES) as processes:
        list(processes.map(count_up, [url] * 2, [30] * 2))
    with platform.transaction(write=False) as transaction:
        assert transaction.get("note", ["n1"])["n1"]["size"] == 60


def take_address(url: URL, key: str) -> bool:
    platform = SqlPlatform(Database(url), MODEL)
    try:
        insert(platform, person(key, email="a@example.org"), into="person")
    except DuplicateValue:
        return False
    finally:
        platform.close()
    return True


def test_of_those_who_want_the_same_value_at_once_one_gets_it(url: URL, platform: SqlPlatform) -> None:
    with ProcessPoolExecutor(4, mp_context=PROCESSES) as processes:
        taken = list(processes.map(take_address, [url] * 4, ["p1", "p2", "p3", "p4"]))
    assert sum(taken) == 1


def test_a_row_held_for_too_long_makes_others_give_up(url: URL, platform: SqlPlatform) -> None:
    insert(platform, note("n1"))
    hasty = SqlPlatform(Database(url, wait=0.2), MODEL)
    with platform.transaction() as transaction:
        transaction.get("note", ["n1"], hold=True)
        with pytest.raises(PlatformUnavailable) as caught, hasty.transaction() as other:
            other.update("note", "n1", 1, {"size": 1})
    hasty.close()
    assert caught.value.code == "unavailable"


def test_a_row_is_held_while_others_are_about_to_link_to_it(url: URL, platform: SqlPlatform) -> None:
    insert(platform, person("p1"), into="person")
    hasty = SqlPlatform(Database(url, wait=0.2), MODEL)
    with platform.transaction() as transaction:
        transaction.insert("note", [note("n1", about="p1")])
        with hasty.transaction() as other:
            assert other.get("person", ["p1"], hold=True)
    hasty.close()


def hang_up(platform: SqlPlatform, postgresql: Server) -> None:
    """The server closes all connections to it that are not at work."""
    own = backend(platform)
    visitor = Database(postgresql.url())
    with visitor.transaction() as connection:
        assert connection.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)").scalar_one()
    visitor.close()


def test_a_connection_that_the_server_closed_is_opened_anew(
    platform: SqlPlatform, postgresql: Server
) -> None:
    hang_up(platform, postgresql)
    insert(platform, note("n1"))
    with platform.transaction(write=False) as transaction:
        assert transaction.count(ask(), 10).number == 1


def backend(platform: SqlPlatform) -> int:
    with platform.transaction(write=False) as transaction:
        number: int = transaction.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return number


def test_a_connection_on_which_the_server_only_tells_something_is_kept(
    platform: SqlPlatform, postgresql: Server
) -> None:
    with platform.transaction() as transaction:
        transaction.connection.exec_driver_sql("LISTEN news")
    before = backend(platform)
    visitor = Database(postgresql.url())
    with visitor.transaction() as connection:
        connection.exec_driver_sql("NOTIFY news")
    visitor.close()
    assert backend(platform) == before


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path, url: URL) -> None:
    database = Database(url.update_query_dict({"host": str(tmp_path)}))
    with pytest.raises(PlatformUnavailable) as caught, database.transaction():
        pass
    database.close()
    assert caught.value.code == "unavailable"


def test_a_database_without_its_tables_asks_for_apply(url: URL) -> None:
    platform = SqlPlatform(Database(url), MODEL)
    with pytest.raises(PlatformUnavailable) as caught, platform.transaction(write=False) as transaction:
        transaction.find(ask())
    platform.close()
    assert "relasi apply" in caught.value.text()


def test_only_our_own_tables_are_counted(postgresql: Server, platform: SqlPlatform) -> None:
    other = SqlPlatform(Database(postgresql.url(postgresql.new_schema())), MODEL)
    with other.database.transaction() as connection:
        other.tables.metadata.create_all(connection)
    for each in (platform, other):
        insert(each, note("n1"))

    platform.database.analyze()

    assert [_counted(each) for each in (platform, other)] == [True, False]
    other.close()


def _counted(platform: SqlPlatform) -> bool:
    query = "SELECT count(*) FROM pg_stats WHERE schemaname = current_schema()"
    with platform.database.transaction(write=False) as connection:
        return bool(connection.exec_driver_sql(query).scalar_one())
