"""What a database should hold, and what it holds, as plain data that can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Index:
    columns: tuple[str, ...]
    unique: bool


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """`declared` is the database's word for the type, and what it refers to; `word` is the author's."""

    declared: str
    word: str
    system: bool = False
    required: bool = False
    fill: Any = None  # Any: JSON
    """What existing rows get, as the field type dumps it."""


@dataclass(frozen=True, slots=True)
class WantedTable:
    columns: Mapping[str, WantedColumn]
    indexes: frozenset[Index] = frozenset()


@dataclass(frozen=True, slots=True)
class HeldTable:
    """`columns` maps each to how it is declared; `indexes` are those that Relasi has made.

    `filled` counts the rows with a value in each column that is no longer wanted, `duplicates` the rows that
    stand in
    the way of each unique index that is wanted.
    """

    columns: Mapping[str, str]
    rows: int = 0
    indexes: frozenset[Index] = frozenset()
    filled: Mapping[str, int] = field(default_factory=dict)
    duplicates: Mapping[Index, int] = field(default_factory=dict)


Wanted = Mapping[str, WantedTable]
Held = Mapping[str, HeldTable]


def fingerprint(held: Held) -> str:
    """Changes with the structure and not with the rows: a plan stays good while people go on working."""
    structure = {
        name: [
            sorted(table.columns.items()),
            sorted((*index.columns, "unique" if index.unique else "") for index in table.indexes),
        ]
        for name, table in sorted(held.items())
    }
    return sha256(json.dumps(structure).encode()).hexdigest()
