from __future__ import annotations

from collections.abc import Mapping

import pytest

from relasi.deploy.drift import Drift, drift
from relasi.platform.sql.database import Database
from tests import builders
from tests.builders import entity
from tests.deploy.steps import deploy, planned
from tests.postgresql import ON_BOTH

FIELDS: Mapping[str, builders.Written] = {
    "name": {"type": "text", "index": True},
    "email": {"type": "text", "unique": True},
    "size": "number",
    "above": {"type": "link", "to": "note"},
}
MODEL = builders.model(entity("note", FIELDS))


def by_hand(database: Database, *statements: str) -> tuple[Drift, ...]:
    """What is found after somebody's SQL on the tables of the Model."""
    deploy(MODEL, database)
    with database.transaction() as connection:
        for each in statements:
            connection.exec_driver_sql(each)
    with database.transaction(write=False) as connection:
        return drift(connection, MODEL)


@ON_BOTH
def test_nothing_is_found_where_nobody_did_anything(database: Database) -> None:
    assert by_hand(database) == ()


def test_nothing_is_found_where_only_the_project_has_changed(database: Database) -> None:
    deploy(MODEL, database)
    changed = builders.model(entity("note", {"name": "text", "more": {"type": "text", "index": True}}))
    with database.transaction(write=False) as connection:
        assert drift(connection, changed) == ()


_ON_SERVERS = ("VARCHAR(20)", "BIGINT", "INTEGER", "NUMERIC(10,3)", "DATE", "TIMESTAMP", "TEXT", "BOOLEAN")


@pytest.mark.parametrize(
    ("database", "declared"),
    [
        *(("sqlite", each) for each in ("TEXT", "INTEGER", "BOOLEAN")),
        *(pytest.param("postgresql", each, marks=pytest.mark.postgresql) for each in _ON_SERVERS),
    ],
    indirect=["database"],
)
def test_a_new_column_comes_with_the_yaml_that_agrees_with_it(database: Database, declared: str) -> None:
    (found,) = by_hand(database, f"ALTER TABLE note ADD COLUMN mood {declared}")
    assert (found.what, found.table, found.column) == ("column_new", "note", "mood")
    if found.statement is not None:
        with database.transaction() as connection:
            connection.exec_driver_sql(found.statement)
    assert found.patch is not None
    agreed = builders.model(entity("note", {**FIELDS, **found.patch["fields"]}))
    assert planned(agreed, database).due == ()


def test_a_column_of_a_file_that_relasi_cannot_read_has_no_yaml(database: Database) -> None:
    (found,) = by_hand(database, "ALTER TABLE note ADD COLUMN mood VARCHAR(20)")
    assert found == Drift("column_new", "note", "mood")


def test_a_type_of_sqlite_that_relasi_reads_is_the_field_of_that_type(database: Database) -> None:
    (found,) = by_hand(database, "ALTER TABLE note ADD COLUMN price SCALED_INTEGER(2)")
    assert found.patch == {"entity": "note", "fields": {"price": {"type": "decimal", "places": 2}}}


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_changed_type_is_told_apart_from_a_new_column(database: Database) -> None:
    (found,) = by_hand(database, 'ALTER TABLE note ALTER COLUMN size TYPE text COLLATE "C"')
    assert (found.what, found.patch) == (
        "type_changed",
        {"entity": "note", "fields": {"size": {"type": "text"}}},
    )


@ON_BOTH
def test_an_index_that_is_gone_can_be_left_out(database: Database) -> None:
    found = by_hand(database, "DROP INDEX ix_note__name__id", "DROP INDEX uq_note__email")
    assert {(each.what, each.column) for each in found} == {
        ("index_gone", "ix_note__name__id"),
        ("index_gone", "uq_note__email"),
    }
    fewer = {name: replace_keys(each) for name, each in FIELDS.items()}
    assert planned(builders.model(entity("note", fewer)), database).due == ()
    patches = [each.patch for each in found]
    assert {"entity": "note", "fields": {"email": {"unique": False}}} in patches
    assert {"entity": "note", "fields": {"name": {"index": False}}} in patches


def replace_keys(written: builders.Written) -> builders.Written:
    if isinstance(written, str):
        return written
    return {**written, **{key: False for key in ("index", "unique") if key in written}}


@ON_BOTH
def test_what_somebody_took_away_is_told(database: Database) -> None:
    gone = by_hand(database, "ALTER TABLE note DROP COLUMN size")
    assert gone == (Drift("column_gone", "note", "size"),)
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE note")
    with database.transaction(write=False) as connection:
        assert drift(connection, MODEL) == (Drift("table_gone", "note"),)


@ON_BOTH
def test_a_table_of_somebody_else_is_told(database: Database) -> None:
    assert by_hand(database, "CREATE TABLE theirs (id INTEGER)") == (Drift("table_new", "theirs"),)


def test_a_database_that_no_apply_has_made_has_not_drifted(database: Database) -> None:
    with database.transaction(write=False) as connection:
        assert drift(connection, MODEL) == ()
