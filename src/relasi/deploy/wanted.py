"""The structure that a Model asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.engine import Dialect

from relasi.deploy.changes import frozen
from relasi.deploy.structure import Index, Wanted, WantedColumn, WantedTable
from relasi.platform.sql.tables import Tables
from relasi.schema.fields.base import Moment, Value
from relasi.schema.model import Entity, Field, Model


def wanted_structure(model: Model, tables: Tables, dialect: Dialect, moment: Moment) -> Wanted:
    """`moment` is when rows would be filled: a fill may be `today`."""
    return {
        name: _table(entity, tables.table(name), dialect, moment) for name, entity in model.entities.items()
    }


def fill_value(entity: Entity, field: Field, moment: Moment) -> Value:
    """What rows get that are older than the field: a record without a state starts at the first one."""
    if entity.process is not None and entity.process.field == field.name and field.type.existing_rows is None:
        return entity.process.initial
    return field.type.fill_value(moment)


def declared(column: Column[Any], dialect: Dialect) -> str:
    """How the database describes the column: its type, and the table that it refers to."""
    references = [f"REFERENCES {key.column.table.name}" for key in column.foreign_keys]
    return " ".join((column.type.compile(dialect=dialect), *references))


def _table(entity: Entity, table: Table, dialect: Dialect, moment: Moment) -> WantedTable:
    columns = {}
    for column in table.columns:
        field = entity.fields[column.name]
        value = fill_value(entity, field, moment)
        columns[column.name] = WantedColumn(
            declared=declared(column, dialect),
            word=field.type.name,
            system=field.system,
            required=field.type.required,
            fill=None if value is None else frozen(field.type.dump(value)),
        )
    indexes = (Index(tuple(index.columns.keys()), bool(index.unique)) for index in table.indexes)
    return WantedTable(columns, frozenset(indexes))
