"""The structure that a Model asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.engine import Dialect

from relasi.deploy.rules import rules_of
from relasi.deploy.structure import Index, Wanted, WantedColumn, WantedTable
from relasi.platform.sql.tables import Tables
from relasi.platform.sql.values import Stored
from relasi.schema.derivations import is_binding
from relasi.schema.fields.base import FieldType, Storage
from relasi.schema.holes import signature
from relasi.schema.model import Entity, Field, Model


def wanted_structure(model: Model, tables: Tables, dialect: Dialect) -> Wanted:
    entities = model.entities.items()
    return {name: _table(model, entity, tables.table(name), dialect) for name, entity in entities}


def declared(column: Column[Any], dialect: Dialect) -> str:
    """How the database describes the column: its type, and the table that it refers to."""
    references = [f"REFERENCES {key.column.table.name}" for key in column.foreign_keys]
    return " ".join((column.type.compile(dialect=dialect), *references))


def declared_storage(storage: Storage, dialect: Dialect) -> str:
    return Stored(storage).compile(dialect=dialect)


def _table(model: Model, entity: Entity, table: Table, dialect: Dialect) -> WantedTable:
    columns = {
        column.name: _column(model, entity, entity.fields[column.name], declared(column, dialect))
        for column in table.columns
    }
    indexes = (Index(tuple(index.columns.keys()), bool(index.unique)) for index in table.indexes)
    retired = {name: _retired(type_, dialect) for name, type_ in entity.retired.items()}
    refusals, watch = rules_of(model, entity), model.platform.watch
    return WantedTable(columns, frozenset(indexes), entity.was, retired, refusals, watch)


def _column(model: Model, entity: Entity, field: Field, declaration: str) -> WantedColumn:
    start, derived = start_of(entity, field), signature(model, field.derivation)
    return WantedColumn(declaration, field.type, field.system, start, derived, is_binding(field.derivation))


def start_of(entity: Entity, field: Field) -> Any:  # Any: a plain value of YAML
    """What records get that have no value: the first state, where nothing else is said of a process."""
    start = field.type.existing_rows
    if start is None and entity.process is not None and entity.process.field == field.name:
        return entity.process.initial
    return start


def _retired(type_: FieldType, dialect: Dialect) -> WantedColumn:
    """It refers to nothing any more, so that it keeps no other record from being deleted."""
    return WantedColumn(declared_storage(type_.kept_as, dialect), type_)
