"""Every apply leaves the indexes by which PostgreSQL finds words inside of texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from relasi.platform.query import Query, Search
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.platform.sql.statements import capped_count
from relasi.platform.sql.tables import Tables
from relasi.schema.model import Model
from tests import builders
from tests.builders import ASKING, entity
from tests.deploy.steps import deploy, fill, planned
from tests.postgresql import GUARDED, Server

FIELDS = {"title": "text", "body": "long_text"}


def model(*search: str, called: str = "note", was: tuple[str, ...] = ()) -> Model:
    return builders.model(replace(entity(called, FIELDS, was=was), search=search), fingerprint=called)


@pytest.fixture
def database(postgresql: Server) -> Iterator[Database]:
    database = Database(postgresql.url(postgresql.new_schema()))
    yield database
    database.close()


def indexes(database: Database) -> list[tuple[str, str]]:
    """Table and definition of each."""
    with database.transaction(write=False) as connection:
        rows = connection.exec_driver_sql(
            "SELECT tablename, indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() AND indexname LIKE 'sx%%' ORDER BY 1"
        )
        return [(table, definition) for table, definition in rows]


def test_a_search_goes_by_its_index(database: Database) -> None:
    searched = model("title", "body")
    deploy(searched, database)
    query = Query("note", ASKING, search=Search("Pump", ("title", "body")))
    statement = capped_count(Tables(searched), query, 10)
    with database.transaction() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        written = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN {written}").scalars()
        assert "Bitmap Index Scan on sx_note" in "\n".join(plan)


def test_the_index_follows_what_is_searched_and_stands_in_no_plan(database: Database) -> None:
    deploy(model("title"), database)
    wider = model("title", "body")
    assert planned(wider, database).changes == ()
    deploy(wider, database, 2)
    ((table, definition),) = indexes(database)
    assert table == "note"
    assert "body" in definition


def test_the_index_follows_a_table_that_is_renamed(database: Database) -> None:
    deploy(model("title"), database)
    deploy(model("title", called="letter", was=("note",)), database, 2)
    assert [table for table, _ in indexes(database)] == ["letter"]


def test_what_is_searched_no_longer_has_no_index(database: Database) -> None:
    deploy(model("title"), database)
    deploy(model(), database, 2)
    assert indexes(database) == []


@pytest.fixture
def bare(postgresql: Server) -> Iterator[Database]:
    """A database whose role may make tables, and no extension."""
    visitor = create_engine(postgresql.url(), isolation_level="AUTOCOMMIT")
    own = postgresql.url("office").set(database="bare")
    with visitor.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'open sesame'")
        connection.exec_driver_sql("CREATE DATABASE bare")
    owner = create_engine(own, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA office AUTHORIZATION {GUARDED}")
    owner.dispose()
    database = Database(own.set(username=GUARDED), password=lambda: "open sesame")
    yield database
    database.close()
    with visitor.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE bare")
        connection.exec_driver_sql(f"DROP ROLE {GUARDED}")
    visitor.dispose()


def test_where_the_extension_is_not_to_be_had_searches_do_without(bare: Database) -> None:
    searched = model("title")
    deploy(searched, bare)
    fill(searched, bare, "note", {"title": "A pump"}, {"title": "A key"})
    with SqlPlatform(bare, searched).transaction(write=False) as transaction:
        found = transaction.find(Query("note", ASKING, search=Search("PUMP", ("title",))))
    assert [row["title"] for row in found.rows] == ["A pump"]
    assert indexes(bare) == []
