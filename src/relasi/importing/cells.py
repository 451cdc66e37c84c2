"""Cells to field values: text is read as people write it, typed cells are taken as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from relasi.importing.tables import Cell
from relasi.schema.fields.base import FieldType, Kind, Reading, Value, ValueProblem

Convert = Callable[[Cell], Value]
"""ABSENT for an empty cell. Raises ValueProblem."""

ABSENT: Value = object()
"""An empty cell says nothing: a new record gets its default, a known one keeps its value. None empties."""

_REMEMBERED = 5_000
"""Different texts per column whose values are kept: columns repeat themselves."""


def converter(
    type_: FieldType, reading: Reading, *, values: Mapping[str, Value] | None = None, otherwise: Value = None
) -> Convert:
    """How a column's cells become values of a field; `values` and `otherwise` are such values already."""
    known: dict[str, Value] = dict(values or {})

    def convert(cell: Cell) -> Value:
        if cell is None or cell == "":
            return known.get("", ABSENT)
        if not isinstance(cell, str):
            return _or_absent(typed_value(type_, cell, reading))
        if cell in known:
            return known[cell]
        text = cell.strip()
        if text in known or otherwise is None:
            value = known[text] if text in known else _or_absent(type_.read(cell, reading))
        else:
            value = otherwise
        if len(known) < _REMEMBERED:
            known[cell] = value
        return value

    return convert


def _or_absent(value: Value) -> Value:
    return ABSENT if value is None else value


def typed_value(type_: FieldType, cell: Cell, reading: Reading) -> Value:
    """The value of a cell with a type of its own; what the field does not take as it is, it reads as text."""
    kind = type_.storage().kind
    if isinstance(cell, datetime):
        if kind is Kind.DATE:
            return type_.accept(cell.date())
        if kind is Kind.DATETIME:
            return type_.accept((cell if cell.tzinfo else cell.replace(tzinfo=reading.zone)).astimezone(UTC))
    elif isinstance(cell, date) and kind is Kind.DATETIME:
        return type_.accept(datetime(cell.year, cell.month, cell.day, tzinfo=reading.zone).astimezone(UTC))
    elif isinstance(cell, float):
        cell = Decimal(repr(cell))
    try:
        return type_.accept(cell)
    except ValueProblem:
        return type_.read(as_text(cell), reading)


def as_text(cell: Cell) -> str:
    """A cell as a person would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return "; ".join(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(cell)
