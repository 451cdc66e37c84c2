"""From the wanted and the held structure to the changes between them. Pure: it asks no database, so that the
numbers about values are still missing; `survey` adds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    Change,
    CreateTable,
    Derive,
    DropIndex,
    FillEmpty,
    Forbid,
    Kept,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
    RenameTable,
    Retire,
    Rewrite,
    Tighten,
    WatchTables,
    frozen,
)
from relasi.deploy.recast import limits
from relasi.deploy.renames import Renames
from relasi.deploy.structure import (
    Held,
    HeldColumn,
    HeldTable,
    Wanted,
    WantedColumn,
    WantedTable,
)
from relasi.schema.fields.base import FieldType
from relasi.schema.fields.choice import ChoiceField


def differences(wanted: Wanted, held: Held, renames: Renames, today: date) -> tuple[Change, ...]:
    """In the order in which people read them. `held` goes by its new names already."""
    changes: list[Change] = [RenameTable(name, old, held[name].rows) for old, name in renames.tables.items()]
    changes += [CreateTable(name, _own_fields(table)) for name, table in wanted.items() if name not in held]
    for name, table in wanted.items():
        if name in held:
            moved = renames.columns.get(name, {})
            changes += [RenameColumn(name, new, old, held[name].rows) for old, new in moved.items()]
            changes += _changed(name, table, held[name], today)
    changes += [_removed_table(name, table) for name, table in held.items() if name not in wanted]
    changes += _watches(wanted, held)
    return tuple(changes)


def _watches(wanted: Wanted, held: Held) -> Iterator[Change]:
    """New tables are watched from the beginning."""
    others = [name for name, table in wanted.items() if name in held and held[name].watch is not table.watch]
    for watch in dict.fromkeys(wanted[name].watch for name in others):
        tables = tuple(name for name in others if wanted[name].watch is watch)
        yield WatchTables(tables, watch and watch.value)


def _own_fields(table: WantedTable) -> int:
    return sum(not column.system for column in table.columns.values())


def _removed_table(name: str, table: HeldTable) -> Change:
    is_ours = all(column.type for column in table.columns.values())
    return RemoveTable(name, table.rows) if is_ours else Kept(name, None)


def _changed(name: str, wanted: WantedTable, held: HeldTable, today: date) -> Iterator[Change]:
    for key, column in wanted.columns.items():
        if key in held.columns:
            yield from _altered(name, key, column, held.columns[key], held.rows)
        else:
            yield _added(name, key, column, held.rows)
    for key, old in held.columns.items():
        if key not in wanted.columns:
            yield from _dismissed(name, key, wanted.retired.get(key), old, today)
    for rule, refused in wanted.refusals.items():
        if held.refusals.get(rule) != refused.text:
            yield Forbid(name, rule)
    for index in sorted(held.indexes - wanted.indexes):
        if wanted.columns.keys() >= set(index.columns):  # others go with their columns
            yield DropIndex(name, index.columns, index.unique)
    for index in sorted(wanted.indexes - held.indexes):
        yield AddIndex(name, index.columns, index.unique, held.rows)


def _added(table: str, key: str, column: WantedColumn, rows: int) -> Change:
    if column.system:
        return Blocked(table, (key,), "not_ours", {})
    return AddColumn(
        table, key, column.type.name, rows, frozen(column.start), derived=column.derived is not None
    )


def _dismissed(
    table: str, key: str, retired: WantedColumn | None, held: HeldColumn, today: date
) -> Iterator[Change]:
    until = retired.type.retire if retired else None
    if held.type is None:
        yield Kept(table, key)
    elif until is None or until <= today:
        yield RemoveColumn(table, key)
    elif not held.retired:
        yield Retire(table, key, 0, until.isoformat())


def _altered(table: str, key: str, wanted: WantedColumn, held: HeldColumn, rows: int) -> Iterator[Change]:
    new, old = wanted.type, held.type
    if old is None:
        if wanted.declared != held.declared:
            yield Blocked(table, (key,), "type_differs", {"held": held.declared, "wanted": wanted.declared})
        return
    if wanted.derived is not None and (
        wanted.derived != held.derived or (wanted.binding and _means_other_values(wanted, held, old))
    ):
        yield Derive(table, key, new.name, rows, replaces=wanted.binding and held.derived is None)
    if wanted.binding:
        return
    newly_required = new.required and not old.required
    if _means_other_values(wanted, held, old):
        moves = new.move_records if isinstance(new, ChoiceField) else {}
        is_same = (new.is_encrypted, new.searchable) == (old.is_encrypted, old.searchable)
        encrypts = None if is_same else new.is_encrypted
        start = frozen(wanted.start)
        yield Rewrite(table, key, old.name, new.name, dict(moves), start, encrypts=encrypts)
        return
    if newly_required and wanted.start is not None:
        yield FillEmpty(table, key, frozen(wanted.start))
    if newly_required or limits(new) != limits(old):
        yield Tighten(table, key)


def _means_other_values(wanted: WantedColumn, held: HeldColumn, old: FieldType) -> bool:
    new = wanted.type
    return (
        held.rewritten
        or new.name != old.name
        or wanted.declared != held.declared
        or not set(new.targets()) >= set(old.targets())
        or not new.choices().keys() >= old.choices().keys()
        or new.searchable != old.searchable
    )
