"""The structure that a database holds, with the types that its values were written by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from warnings import catch_warnings, simplefilter

from sqlalchemy import Connection, Inspector, func, inspect, select, table, text
from sqlalchemy.exc import SAWarning

from relasi.deploy.blueprint import Blueprint
from relasi.deploy.structure import Held, HeldColumn, HeldTable, Index
from relasi.deploy.wanted import declared_storage
from relasi.deploy.watching import watched
from relasi.platform.sql.naming import ENGINE_PREFIX, index_name


def held_structure(
    connection: Connection,
    base: Blueprint | None,
    rewritten: Collection[tuple[str, str | None]] = (),
) -> Held:
    """All tables but the engine's own. `base` is what the last deployment remembers, `rewritten` are the
    columns whose values are to be what they were before it."""
    inspector, watch = inspect(connection), watched(connection)
    held = {}
    for name in inspector.get_table_names():
        if name.startswith(ENGINE_PREFIX):
            continue
        found = _table(connection, inspector, name, base)
        columns = {
            key: replace(column, rewritten=(name, key) in rewritten) for key, column in found.columns.items()
        }
        held[name] = replace(found, columns=columns, watch=watch.get(name))
    return held


def _table(connection: Connection, inspector: Inspector, name: str, base: Blueprint | None) -> HeldTable:
    columns = {}
    for key, declaration in _columns(connection, inspector, name).items():
        column = HeldColumn(declaration, key)
        type_ = base.type_of(name, key) if base else None
        if base and type_ and declared_storage(type_.kept_as, connection.dialect) == column.storage:
            known = base.entities[name]
            retired, derived = key in known.retired, known.derived.get(key)
            column = replace(column, type=type_, retired=retired, derived=derived)
        columns[key] = column
    rows: int = connection.execute(select(func.count()).select_from(table(name))).scalar_one()
    refusals = base.entities[name].refusals if base and name in base.entities else {}
    return HeldTable(columns, name, rows, _indexes(inspector, name), refusals)


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
    with catch_warnings():
        simplefilter("ignore", SAWarning)  # it skips indexes of expressions, as we do
        there = inspector.get_indexes(name)
    for each in there:
        columns = tuple(part for part in each["column_names"] if part is not None)
        index = Index(columns, bool(each["unique"]))
        if each["name"] == index_name(name, columns, unique=index.unique):
            found.add(index)
    return frozenset(found)
