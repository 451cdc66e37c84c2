"""What somebody changed in the database by hand since the last apply, and the YAML that would agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

from relasi.deploy.blueprint import Blueprint, Keys, field_from
from relasi.deploy.inspect import held_structure
from relasi.deploy.plan import remembered
from relasi.deploy.structure import HeldColumn, HeldTable, Index
from relasi.deploy.wanted import declared_storage
from relasi.platform.sql.naming import index_name
from relasi.platform.sql.tables import Tables
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.model import Model

_FIELDS: tuple[Keys, ...] = (
    *({"type": each} for each in ("text", "number", "boolean", "date", "datetime", "time", "duration")),
    *({"type": "decimal", "places": places} for places in range(10)),
)
"""What a column that is nobody's may be the field of: its meaning stands nowhere, so the plainest."""

_ALIKE = (
    (r"(n?var)?char|character|n?text|clob|uuid|citext", {"type": "text"}),
    (r"(big|small|tiny)?int|serial|bigserial", {"type": "number"}),
    (r"numeric|decimal|real|double|float|money", {"type": "decimal", "places": 2}),
    (r"bool", {"type": "boolean"}),
    (r"timestamp|datetime", {"type": "datetime"}),
    (r"date", {"type": "date"}),
    (r"time", {"type": "time"}),
    (r"interval", {"type": "duration"}),
)
"""Types that Relasi does not make -> the field whose type comes nearest."""


@dataclass(frozen=True, slots=True)
class Drift:
    """`what` is done to `table`, or to `column` of it. `patch` are the keys for the YAML of the entity; None
    where there are none that would agree. `statement` is SQL that has to come before."""

    what: str
    table: str
    column: str | None = None
    patch: Mapping[str, Any] | None = None  # Any: plain YAML
    statement: str | None = None


def drift(connection: Connection, model: Model) -> tuple[Drift, ...]:
    """By table. Nothing where no apply has made the database."""
    left = remembered(connection)
    if left is None:
        return ()
    return tuple(_Looking(connection, left, model).found())


class _Looking:
    def __init__(self, connection: Connection, left: Blueprint, model: Model) -> None:
        self._dialect: Dialect = connection.dialect
        self._left = left
        self._held = held_structure(connection, left)
        past = {name: each.entity(name) for name, each in left.entities.items()}
        self._made = {table.name: table for table in Tables(replace(model, entities=past))}
        self._known = {
            declared_storage(field_from(keys, left.currency, left.languages).storage(), self._dialect): keys
            for keys in reversed(_FIELDS)
        }

    def found(self) -> Iterator[Drift]:
        for name in sorted(self._left.entities.keys() | self._held.keys()):
            if name not in self._held:
                yield Drift("table_gone", name)
            elif name not in self._left.entities:
                yield from self._new_table(name, self._held[name])
            else:
                yield from self._changed(name, self._held[name])

    def _new_table(self, name: str, table: HeldTable) -> Iterator[Drift]:
        """A table without the columns that every record has cannot become an entity as it is."""
        patch = None
        if SYSTEM_TYPES.keys() <= table.columns.keys():
            fields = {
                key: self._field(each)[0] for key, each in table.columns.items() if key not in SYSTEM_TYPES
            }
            patch = {"entity": name, "fields": fields} if all(fields.values()) else None
        yield Drift("table_new", name, patch=patch)

    def _changed(self, name: str, table: HeldTable) -> Iterator[Drift]:
        known = self._left.entities[name]
        for key in {**known.fields, **known.retired, **SYSTEM_TYPES}:
            if key not in table.columns:
                yield Drift("column_gone", name, key)
        for key, column in table.columns.items():
            if column.type is None:
                yield self._column(name, key, column, self._left.type_of(name, key) is not None)
        for index in sorted(self._wanted_indexes(name) - table.indexes):
            if set(index.columns) <= table.columns.keys():
                yield self._index_gone(name, index)

    def _column(self, name: str, key: str, column: HeldColumn, was_known: bool) -> Drift:
        keys, statement = self._field(column, name, key)
        patch = {"entity": name, "fields": {key: keys}} if keys else None
        return Drift("type_changed" if was_known else "column_new", name, key, patch, statement)

    def _field(self, column: HeldColumn, name: str = "", key: str = "") -> tuple[Keys | None, str | None]:
        """The field that such a column is kept by; with what has to be done to the column first."""
        if (known := self._known.get(column.storage)) is not None:
            return known, None
        for pattern, keys in _ALIKE:
            if re.match(pattern, column.storage.lower()) and self._dialect.name == "postgresql":
                storage = field_from(keys, self._left.currency, self._left.languages).storage()
                declared = declared_storage(storage, self._dialect)
                return keys, f'ALTER TABLE "{name}" ALTER COLUMN "{key}" TYPE {declared}'
        return None, None

    def _wanted_indexes(self, name: str) -> set[Index]:
        """Those that the last apply has made, or left."""
        indexes = self._made[name].indexes
        return {Index(tuple(each.columns.keys()), bool(each.unique)) for each in indexes}

    def _index_gone(self, name: str, index: Index) -> Drift:
        """A field can do without its index; a link, and what several fields are together, cannot."""
        type_ = self._left.type_of(name, index.columns[0])
        key = "unique" if index.unique else "index"
        patch = None
        if type_ is not None and getattr(type_, key) and len(index.columns) == (1 if index.unique else 2):
            patch = {"entity": name, "fields": {index.columns[0]: {key: False}}}
        return Drift("index_gone", name, index_name(name, index.columns, unique=index.unique), patch)
