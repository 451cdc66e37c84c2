"""What a database should hold, and what it holds, as plain data that can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from relasi.schema.expressions import Expression
from relasi.schema.fields.base import FieldType
from relasi.schema.model import Watch


@dataclass(frozen=True, slots=True, order=True)
class Index:
    columns: tuple[str, ...]
    unique: bool


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """`declared` is the database's word for the type, and what it refers to; `start` what rows get that have
    no value: as authors write it, so maybe with {holes}. `derived` says what values are made of, and is
    `binding` where people never enter any."""

    declared: str
    type: FieldType
    system: bool = False
    start: Any = None  # Any: a plain value of YAML
    derived: str | None = None
    binding: bool = False


@dataclass(frozen=True, slots=True)
class WantedTable:
    """`was` are the names that the table had before; `retired` are columns that may stay until their day;
    `refusals` are the rules of the entity by name: what no record may be; `watch` is what the database is to
    note of the records."""

    columns: Mapping[str, WantedColumn]
    indexes: frozenset[Index] = frozenset()
    was: tuple[str, ...] = ()
    retired: Mapping[str, WantedColumn] = field(default_factory=dict)
    refusals: Mapping[str, Expression] = field(default_factory=dict)
    watch: Watch | None = None


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """`type` is the one that the values were written by, None where no deployment tells; `source` is how the
    database calls the column now. `derived` as above. `rewritten` asks for the values that it had before."""

    declared: str
    source: str
    type: FieldType | None = None
    retired: bool = False
    derived: str | None = None
    rewritten: bool = False

    @property
    def storage(self) -> str:
        """How it is declared, without what it refers to."""
        return self.declared.partition(" REFERENCES ")[0]


@dataclass(frozen=True, slots=True)
class HeldTable:
    """`indexes` are those that Relasi has made; `source` is how the database calls the table now; `refusals`
    are the rules that were known by then; `watch` is what the database notes of the records."""

    columns: Mapping[str, HeldColumn]
    source: str
    rows: int = 0
    indexes: frozenset[Index] = frozenset()
    refusals: Mapping[str, str] = field(default_factory=dict)
    watch: Watch | None = None


Wanted = Mapping[str, WantedTable]
Held = Mapping[str, HeldTable]


def fingerprint(held: Held) -> str:
    """Changes with the structure and the definitions, not with the rows: a plan stays good while people go on
    working."""
    structure = {
        name: [
            sorted((key, _written(column)) for key, column in table.columns.items()),
            sorted((*index.columns, "unique" if index.unique else "") for index in table.indexes),
        ]
        for name, table in sorted(held.items())
    }
    return sha256(json.dumps(structure).encode()).hexdigest()


def _written(column: HeldColumn) -> list[Any]:  # Any: JSON
    keys = column.type.model_dump(mode="json", exclude_unset=True) if column.type else None
    return [column.declared, column.retired, column.derived, keys]
