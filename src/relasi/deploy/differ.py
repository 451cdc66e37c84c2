"""From the wanted and the held structure to the changes between them. Pure: it asks no database."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.deploy.changes import AddColumn, AddIndex, Blocked, Change, CreateTable, DropIndex, Kept
from relasi.deploy.structure import Held, HeldTable, Index, Wanted, WantedColumn, WantedTable


def differences(wanted: Wanted, held: Held) -> tuple[Change, ...]:
    """New tables come first, since new columns may refer to them, and what is kept comes last."""
    new = [CreateTable(name, _own_fields(table)) for name, table in wanted.items() if name not in held]
    grown = [each for name in wanted if name in held for each in _grown(name, wanted[name], held[name])]
    kept = [Kept(name, None, table.rows) for name, table in held.items() if name not in wanted]
    return (*new, *grown, *kept)


def _own_fields(table: WantedTable) -> int:
    return sum(not column.system for column in table.columns.values())


def _grown(name: str, wanted: WantedTable, held: HeldTable) -> Iterator[Change]:
    for column, spec in wanted.columns.items():
        if column not in held.columns:
            yield _added(name, column, spec, held.rows)
        elif held.columns[column] != spec.declared:
            params = {"held": held.columns[column], "wanted": spec.declared}
            yield Blocked(name, (column,), "type_differs", params)
    for index in sorted(held.indexes - wanted.indexes):
        if wanted.columns.keys() >= set(index.columns):  # one on a column that is kept goes on serving it
            yield DropIndex(name, index.columns, index.unique)
    for index in sorted(wanted.indexes - held.indexes):
        yield _indexed(name, index, held)
    for column in held.columns:
        if column not in wanted.columns:
            yield Kept(name, column, held.filled.get(column, 0))


def _added(table: str, column: str, spec: WantedColumn, rows: int) -> Change:
    if spec.system:
        return Blocked(table, (column,), "not_ours", {})
    if spec.required and spec.fill is None and rows:
        return Blocked(table, (column,), "no_existing_rows", {"rows": rows})
    return AddColumn(table, column, spec.word, rows, spec.fill)


def _indexed(table: str, index: Index, held: HeldTable) -> Change:
    rows = held.duplicates.get(index, 0)
    if rows:
        return Blocked(table, index.columns, "duplicates", {"rows": rows})
    return AddIndex(table, index.columns, index.unique, held.rows)
