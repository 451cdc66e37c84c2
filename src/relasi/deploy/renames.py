"""Tables and columns that go on under other names. Pure: it asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from relasi.deploy.structure import Held, HeldColumn, HeldTable, Index, Wanted
from relasi.schema.fields.base import FieldType


@dataclass(frozen=True, slots=True)
class Renames:
    """Old name -> new name: of tables, and of the columns of each table by its new name."""

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, table: str, column: str) -> str:
        return self.columns.get(table, {}).get(column, column)


def find_renames(wanted: Wanted, held: Held) -> Renames:
    """What is wanted and not there, but was there under one of its old names, and is wanted no more under
    that."""
    tables = _renamed_names({name: table.was for name, table in wanted.items()}, held)
    columns = {}
    for old, table in held.items():
        name = tables.get(old, old)
        if name in wanted:
            present = {**wanted[name].columns, **wanted[name].retired}
            columns[name] = _renamed_names(
                {key: each.type.was for key, each in present.items()}, table.columns
            )
    return Renames(tables, columns)


def _renamed_names(was: Mapping[str, Iterable[str]], held: Iterable[str]) -> dict[str, str]:
    free = {name for name in held if name not in was}
    found: dict[str, str] = {}
    for name, olds in was.items():
        old = next((each for each in olds if each in free), None)
        if old is not None and name not in held:
            found[old] = name
            free.remove(old)
    return found


def renamed(held: Held, renames: Renames) -> Held:
    """The structure under its new names; `source` keeps the old ones."""
    return {renames.tables.get(name, name): _table(table, renames) for name, table in held.items()}


def _table(table: HeldTable, renames: Renames) -> HeldTable:
    name = renames.tables.get(table.source, table.source)
    indexes = (
        Index(tuple(renames.of(name, each) for each in index.columns), index.unique)
        for index in table.indexes
    )
    columns = {renames.of(name, key): _column(each, renames) for key, each in table.columns.items()}
    return replace(table, columns=columns, indexes=frozenset(indexes))


def _column(column: HeldColumn, renames: Renames) -> HeldColumn:
    storage, references, target = column.declared.partition(" REFERENCES ")
    declared = f"{storage}{references}{renames.tables.get(target, target)}"
    return replace(column, declared=declared, type=column.type and _type(column.type, renames))


def _type(type_: FieldType, renames: Renames) -> FieldType:
    """A link, to the same entities as before."""
    if renames.tables.keys().isdisjoint(type_.targets()):
        return type_
    targets = [renames.tables.get(each, each) for each in type_.targets()]
    return type_.model_copy(update={"to": targets})
