"""What a server gives up before anything is saved is begun again, and written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest

from relasi.errors import GivenUp, PlatformUnavailable
from relasi.platform.again import begun_again
from relasi.platform.contract import Transaction
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform, SqlTransaction
from tests.platform.contract import MODEL, insert, note
from tests.postgresql import Server


@pytest.fixture
def platform(postgresql: Server) -> Iterator[SqlPlatform]:
    platform = SqlPlatform(Database(postgresql.url(postgresql.new_schema())), MODEL)
    with platform.database.transaction() as connection:
        platform.tables.metadata.create_all(connection)
    insert(platform, note("n1", size=0), note("n2", size=0))
    yield platform
    platform.close()


@pytest.fixture
def kill(postgresql: Server) -> Iterator[Callable[[SqlTransaction], None]]:
    """Lets the server end the connection of a transaction."""
    visitor = Database(postgresql.url())

    def kill(transaction: SqlTransaction) -> None:
        own = transaction.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with visitor.transaction() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)")

    yield kill
    visitor.close()


def add(transaction: Transaction, key: str, size: int) -> None:
    row = transaction.get("note", [key], hold=True)[key]
    transaction.update("note", key, row["version"], {"size": row["size"] + size})


def sizes(platform: SqlPlatform) -> list[int]:
    with platform.transaction(write=False) as transaction:
        rows = transaction.get("note", ["n1", "n2"])
        return [rows[key]["size"] for key in ("n1", "n2")]


def test_two_that_stand_in_each_others_way_both_get_through(platform: SqlPlatform) -> None:
    both = Barrier(2)
    waits = [both.wait, both.wait]

    @begun_again
    def add_to(first: str, second: str) -> None:
        with platform.transaction() as transaction:
            add(transaction, first, 1)
            if waits:
                waits.pop()(5)
            add(transaction, second, 1)

    threads = [Thread(target=add_to, args=keys) for keys in (("n1", "n2"), ("n2", "n1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes(platform) == [2, 2]


def test_a_connection_lost_in_the_middle_is_not_noticed(
    platform: SqlPlatform, kill: Callable[[SqlTransaction], None]
) -> None:
    kills = [kill]

    @begun_again
    def add_one() -> None:
        with platform.transaction() as transaction:
            add(transaction, "n1", 1)
            if kills:
                kills.pop()(transaction)
            add(transaction, "n2", 1)

    add_one()
    assert sizes(platform) == [1, 1]


def test_a_connection_lost_again_and_again_is_told(
    platform: SqlPlatform, kill: Callable[[SqlTransaction], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relasi.platform.again._PAUSES", (0.0,))

    @begun_again
    def add_one() -> None:
        with platform.transaction() as transaction:
            add(transaction, "n1", 1)
            kill(transaction)
            add(transaction, "n2", 1)

    with pytest.raises(GivenUp) as caught:
        add_one()
    assert "Nothing was saved" in caught.value.text()
    assert sizes(platform) == [0, 0]


def test_a_connection_lost_before_saving_is_not_noticed(
    platform: SqlPlatform, kill: Callable[[SqlTransaction], None]
) -> None:
    kills = [kill]

    @begun_again
    def add_one() -> None:
        with platform.transaction() as transaction:
            add(transaction, "n1", 1)
            if kills:
                kills.pop()(transaction)

    add_one()
    assert sizes(platform) == [1, 0]


def test_a_connection_lost_while_saving_says_that_nobody_knows(platform: SqlPlatform) -> None:
    with platform.database.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
        )
        connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER hang_up AFTER UPDATE ON note DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION hang_up()"
        )

    def add_one() -> None:
        with platform.transaction() as transaction:
            add(transaction, "n1", 1)

    with pytest.raises(PlatformUnavailable) as caught:
        add_one()
    assert caught.value.code == "maybe_saved"
