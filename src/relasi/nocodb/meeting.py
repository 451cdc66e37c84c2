"""A record and its row in NocoDB side by side, three ways: as both were when last seen, as the row is, as the
record is. From that follows who has changed what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from relasi.nocodb.client import KEY, Cell
from relasi.nocodb.client import Row as SheetRow
from relasi.nocodb.layout import Sheet
from relasi.platform.query import Row
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model import Entity
from relasi.store.mirrors import Mirror
from relasi.store.objections import Objection

BORN, EDITED = "CreatedAt", "UpdatedAt"
"""NocoDB's own columns."""

Seen = Mapping[str, Any]  # Any: JSON
"""The cells of a row by field, as the types of the fields dump their values; what is no value, as it is. ID
is whose row it says that it is."""

ID = "id"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`edited` are fields that somebody changed in the row, `clashing` those of them that were changed here,
    too; `due` are fields of which the row has to get our value."""

    edited: frozenset[str] = frozenset()
    clashing: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()


def columns(sheet: Sheet) -> tuple[str, ...]:
    """The titles of all columns that are compared or written."""
    spots = (*sheet.fields.values(), *sheet.twins.values(), sheet.record, sheet.version)
    titles = [each.title for each in spots]
    return (*titles, *([sheet.title.title] if sheet.title else ()), BORN, EDITED)


def theirs_of(entity: Entity, sheet: Sheet, row: SheetRow) -> Seen:
    values = values_of(sheet, row, sheet.fields)
    found = {name: _dumped(entity, name, value) for name, value in values.items()}
    return {**found, ID: row[sheet.record.title] or None}


def values_of(sheet: Sheet, row: SheetRow, fields: Collection[str]) -> dict[str, Value]:
    """What cells hold; the cell itself where it is no value of its field."""
    values: dict[str, Value] = {}
    for name in fields:
        cell = row.get(sheet.fields[name].title)
        try:
            values[name] = sheet.cells[name].read(cell)
        except ValueProblem:
            values[name] = str(cell)
    return values


def ours_of(entity: Entity, sheet: Sheet, record: Row) -> tuple[dict[str, Any], dict[str, ValueProblem]]:
    """A record as its row would show it, and what no cell can hold exactly."""
    ours: dict[str, Any] = {}  # Any: JSON
    problems: dict[str, ValueProblem] = {}
    for name, cells in sheet.cells.items():
        try:
            ours[name] = _dumped(entity, name, cells.read(cells.of(record[name])))
        except ValueProblem as problem:
            problems[name] = problem
    return ours, problems


def compare(
    entity: Entity,
    mirror: Mirror,
    *,
    ours: Seen,
    theirs: Seen,
    objections: Mapping[str, Objection],
) -> Comparison:
    """`objections` are the open ones by field: as long as neither side moves, both keep what they have."""
    edited, clashing, due = set(), set(), set()
    sending = mirror.sending or {}
    for name, value in theirs.items():
        if name not in ours or value == ours[name]:
            continue
        objection = objections.get(name)
        has_not_moved = objection is not None and objection.ours == ours[name]
        if entity.fields[name].system:
            due.add(name)
        elif value in (mirror.seen.get(name), sending.get(name, _NOTHING)):
            if not (has_not_moved and objection and objection.theirs == value):
                due.add(name)
        else:
            edited.add(name)
            if not has_not_moved and ours[name] != mirror.seen.get(name):
                clashing.add(name)
    return Comparison(frozenset(edited), frozenset(clashing), frozenset(due))


_NOTHING = object()


def is_same_row(sheet: Sheet, mirror: Mirror, row: SheetRow) -> bool:
    """NocoDB gives the number of a row that was deleted to another one, which has no id of ours."""
    is_named = (row[sheet.record.title] or None) in (mirror.record_id, mirror.seen.get(ID))
    return is_named and mirror.row == row[KEY] and mirror.born in (None, row[BORN])


def cells_of(sheet: Sheet, record: Row, fields: Collection[str]) -> dict[str, Cell]:
    return {sheet.fields[name].title: sheet.cells[name].of(record[name]) for name in fields}


def _dumped(entity: Entity, name: str, value: Value) -> Any:  # Any: JSON
    if value is None:
        return None
    try:
        return entity.fields[name].type.dump(entity.fields[name].type.accept(value))
    except ValueProblem:
        return value
