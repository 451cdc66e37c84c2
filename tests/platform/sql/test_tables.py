from __future__ import annotations

import pytest
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable

from relasi.platform.sql.naming import index_name
from relasi.platform.sql.tables import Tables
from tests.builders import entity, model

MODEL = model(
    entity("person", {"name": "text"}),
    entity(
        "note",
        {
            "title": {"type": "text", "index": True},
            "plain": "text",
            "code": {"type": "text", "unique": True, "index": True},
            "about": {"type": "link", "to": "person"},
            "anything": {"type": "link", "to": ["person", "note"]},
            "owner": "user",
            "price": {"type": "decimal", "places": 3},
            "tags": {"type": "multi_choice", "options": ["red"]},
        },
        states={"new": "open"},
        unique_together=[("title", "plain")],
    ),
)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables(MODEL)


def test_fields_that_lists_are_made_with_are_indexed_with_the_id_behind(tables: Tables) -> None:
    indexes = {(tuple(index.columns.keys()), bool(index.unique)) for index in tables.table("note").indexes}
    looked_up = {"title", "about", "anything", "owner", "status", "created_at"}
    assert indexes == {
        *(((name, "id"), False) for name in looked_up),
        (("code",), True),
        (("title", "plain"), True),
        (("owner", "status", "id"), False),
    }


def test_only_a_link_to_one_entity_has_a_foreign_key(tables: Tables) -> None:
    references = {
        (column.name, key.target_fullname)
        for column in tables.table("note").columns
        for key in column.foreign_keys
    }
    assert references == {("about", "person.id")}


def test_the_file_tells_what_each_column_holds(tables: Tables) -> None:
    ddl = _ddl(tables, "sqlite")
    assert "price SCALED_INTEGER(3)" in ddl
    assert "created_at DATETIME_TEXT NOT NULL" in ddl
    assert "tags JSON_TEXT" in ddl


def test_postgresql_keeps_values_natively(tables: Tables) -> None:
    ddl = _ddl(tables, "postgresql")
    assert "price NUMERIC(18, 3)" in ddl
    assert "created_at TIMESTAMP WITH TIME ZONE NOT NULL" in ddl
    assert 'title TEXT COLLATE "C"' in ddl


def test_names_of_indexes_tell_columns_apart_and_fit_postgresql() -> None:
    assert index_name("t", ["status", "id"], unique=False) != index_name("t", ["status_id"], unique=False)
    long = [index_name("t" * 40, [letter * 40], unique=True) for letter in "ab"]
    assert len(set(long)) == 2
    assert max(map(len, long)) <= 63


def _ddl(tables: Tables, dialect: str) -> str:
    return str(CreateTable(tables.table("note")).compile(dialect=registry.load(dialect)()))
