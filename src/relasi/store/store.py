"""The engine store as a whole: its tables, and its sessions. The records themselves are the platform's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Table, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from relasi.errors import PlatformError
from relasi.platform.contract import Transaction
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlTransaction
from relasi.store.chain import begin_chain
from relasi.store.columns import METADATA, NUMBER
from relasi.store.guard import guard
from relasi.store.session import Session
from relasi.store.telling import silent

VERSION = 25
"""Raised whenever a table of the store changes."""

ENGINE = Table(
    "relasi_engine",
    METADATA,
    Column("version", NUMBER, primary_key=True),
    info=silent("it tells which version has made the tables"),
)


class Store:
    """Lives in the same database as the records, so that both commit together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self) -> None:
        """Makes the tables where they are missing; doing it again is harmless.

        Raises PlatformError where a newer version of Relasi has made them.
        """
        with self._database.transaction(write=False) as connection:
            if held_version(connection) == VERSION:
                return
        with self._database.transaction() as connection:
            prepare(connection)

    def within(self, transaction: Transaction) -> Session:
        """The store as part of a transaction on the records, which are in the same database."""
        assert isinstance(transaction, SqlTransaction)
        return Session(transaction.connection)

    @contextmanager
    def session(self, *, write: bool = True) -> Iterator[Session]:
        """The store alone, in a transaction of its own."""
        with self._database.transaction(write=write) as connection:
            yield Session(connection)


def is_prepared(connection: Connection) -> bool:
    """Whether the tables are there, and those of this version."""
    return held_version(connection) == VERSION


def renew(database: Database) -> None:
    """Brings tables that an older version of Relasi has made up to date; makes none where there are none."""
    with database.transaction(write=False) as connection:
        held = held_version(connection)
    if held is not None and held < VERSION:
        Store(database).prepare()


def prepare(connection: Connection) -> None:
    """The same as `Store.prepare`, as part of a transaction."""
    held = held_version(connection)
    if held is None:
        METADATA.create_all(connection)
        guard(connection)
        connection.execute(insert(ENGINE), {"version": VERSION})
    elif held < VERSION:
        METADATA.create_all(connection)
        _add_what_came_later(connection)
        begin_chain(connection)
        guard(connection)
        connection.execute(update(ENGINE).values(version=VERSION))
    elif held > VERSION:
        raise PlatformError("store_too_new", held=held, known=VERSION)


def _add_what_came_later(connection: Connection) -> None:
    """Adds the columns and indexes of which an older version did not know; such a column may always be
    empty."""
    inspector = inspect(connection)
    columns, indexes = (
        {table: {each["name"] for each in parts} for (_, table), parts in found.items()}
        for found in (inspector.get_multi_columns(), inspector.get_multi_indexes())
    )
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if column.name not in columns[table.name]:
                words = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {words}")
        for index in table.indexes:
            if index.name not in indexes[table.name]:
                index.create(connection)


def held_version(connection: Connection) -> int | None:
    """The version whose tables are there; None where there are none."""
    if not inspect(connection).has_table(ENGINE.name):
        return None
    return connection.scalars(select(ENGINE.c.version)).one_or_none()
