"""The structure that a database holds, and the counts that decide what can be done with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Inspector, column, func, inspect, select, table, text

from relasi.deploy.structure import Held, HeldTable, Index, Wanted, WantedTable
from relasi.platform.sql.naming import ENGINE_PREFIX, index_name


def held_structure(connection: Connection, wanted: Wanted) -> Held:
    """All tables but the engine's own; `wanted` says what is worth counting."""
    inspector = inspect(connection)
    names = [name for name in inspector.get_table_names() if not name.startswith(ENGINE_PREFIX)]
    return {name: _table(connection, inspector, name, wanted.get(name, WantedTable({}))) for name in names}


def _table(connection: Connection, inspector: Inspector, name: str, wanted: WantedTable) -> HeldTable:
    columns = _columns(connection, inspector, name)
    indexes = _indexes(inspector, name)
    rows = _count(connection, name)
    new = {index for index in wanted.indexes - indexes if index.unique}
    return HeldTable(
        columns=columns,
        rows=rows,
        indexes=indexes,
        filled={each: _count(connection, name, each) for each in columns if each not in wanted.columns},
        duplicates={
            index: _duplicates(connection, name, index, wanted, set(columns)) for index in new if rows
        },
    )


def _columns(connection: Connection, inspector: Inspector, name: str) -> dict[str, str]:
    """SQLAlchemy tells the types of SQLite by their affinity only, so there they are read as they were
    declared."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, type FROM pragma_table_info(:name)"), {"name": name})
        declared = {row.name: row.type for row in rows}
    else:
        types = {each["name"]: each["type"] for each in inspector.get_columns(name)}
        declared = {each: type_.compile(dialect=connection.dialect) for each, type_ in types.items()}
    for key in inspector.get_foreign_keys(name):
        for each in key["constrained_columns"]:
            declared[each] += f" REFERENCES {key['referred_table']}"
    return declared


def _indexes(inspector: Inspector, name: str) -> frozenset[Index]:
    """Those with names that Relasi gives; what somebody else has added is left alone."""
    found = set()
    for each in inspector.get_indexes(name):
        columns = tuple(part for part in each["column_names"] if part is not None)
        index = Index(columns, bool(each["unique"]))
        if each["name"] == index_name(name, columns, unique=index.unique):
            found.add(index)
    return frozenset(found)


def _count(connection: Connection, name: str, filled: str | None = None) -> int:
    """The rows, or those of them with a value in the column `filled`."""
    counted = func.count() if filled is None else func.count(column(filled))
    number: int = connection.execute(select(counted).select_from(table(name))).scalar_one()
    return number


def _duplicates(connection: Connection, name: str, index: Index, wanted: WantedTable, held: set[str]) -> int:
    """How many rows share their values with another one. A column that is new has its fill in all of them."""
    if any(each not in held and wanted.columns[each].fill is None for each in index.columns):
        return 0
    columns: list[ColumnElement[Any]] = [column(each) for each in index.columns if each in held]
    shared = (
        select(func.count().label("rows"))
        .select_from(table(name))
        .where(*(each.is_not(None) for each in columns))
        .group_by(*columns)
        .having(func.count() > 1)
        .subquery()
    )
    number: int = connection.execute(select(func.coalesce(func.sum(shared.c.rows), 0))).scalar_one()
    return int(number)
