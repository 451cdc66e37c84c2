"""Pages walk along indexes, however deep they are: the order itself is proved by the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Select, event, select

from relasi.platform.query import Query
from relasi.platform.sql.database import Database
from relasi.platform.sql.orders import in_order, sort_keys
from relasi.platform.sql.statements import page, paging
from relasi.platform.sql.tables import Tables
from relasi.schema.model import Sort
from tests.builders import ASKING, NOW, entity, model
from tests.builders import condition as written

MODEL = model(entity("note", {"title": {"type": "text", "index": True}}))
TABLES = Tables(MODEL)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    database = Database.at(tmp_path_factory.mktemp("orders") / "crm.sqlite")
    with database.transaction() as connection:
        TABLES.metadata.create_all(connection)
        yield connection
    database.close()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("field", "after"),
    [
        ("title", None),
        ("title", ("m", "n5")),
        ("title", (None, "n5")),
        ("created_at", None),
        ("created_at", (NOW, "n5")),
    ],
)
def test_a_page_needs_no_sorting(
    connection: Connection, field: str, after: tuple[object, ...] | None, descending: bool
) -> None:
    table = TABLES.table("note")
    keys = sort_keys(table, [Sort(field, descending)])
    for statement in in_order(select(table), keys, after):
        steps = explained(connection, statement.limit(50))
        assert len(steps) == 1
        assert "USING INDEX" in steps[0]


@pytest.mark.parametrize(
    ("condition", "parts"), [("title is not empty", 1), ("title is empty", 2), ('title != "m"', 2)]
)
def test_rows_without_a_value_are_not_looked_for_where_a_condition_leaves_none(
    condition: str, parts: int
) -> None:
    query = Query("note", ASKING, where=(written(MODEL, "note", condition),), sort=(Sort("title"),))
    assert len(page(TABLES, query, paging(TABLES, query).keys, None)) == parts


def explained(connection: Connection, statement: Select[Any]) -> list[str]:
    """The steps in which SQLite runs the statement."""
    sent: list[tuple[str, Any]] = []

    @event.listens_for(connection, "before_cursor_execute")
    def _(_connection: object, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        sent.append((sql, parameters))

    connection.execute(statement)
    sql, parameters = sent[0]
    return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
