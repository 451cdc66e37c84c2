"""How values stand in NocoDB's cells: which kind of column keeps a field, and the way there and back.

Exact, or not at all: what a cell would round is refused with a ValueProblem, never written. Only date-times
are cut, to the second, which is all that NocoDB's columns have. Lengths of time stand there as text, because
NocoDB reads a number in a column for durations by the format in which it happens to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from relasi.nocodb.client import Cell
from relasi.schema.expressions.types import User
from relasi.schema.fields.base import FieldType, Kind, Storage, Value, ValueProblem, Widget

_EXACT = 2**53 - 1
"""The largest whole number that JSON's doubles count to without a gap."""
_MULTILINE = "LongText"
_COLUMNS: Mapping[Kind, str] = {
    Kind.TEXT: "SingleLineText",
    Kind.INTEGER: "Number",
    Kind.DECIMAL: "Decimal",
    Kind.BOOLEAN: "Checkbox",
    Kind.DATE: "Date",
    Kind.DATETIME: "DateTime",
    Kind.TIME: "Time",
    Kind.DURATION: "SingleLineText",
    Kind.TEXT_LIST: _MULTILINE,
}
_HUES = {
    "gray": "#d6d6d6",
    "red": "#ffc9c9",
    "orange": "#ffd8a8",
    "yellow": "#ffec99",
    "green": "#b2f2bb",
    "blue": "#a5d8ff",
    "violet": "#d0bfff",
}
_PLAIN = "#e7e7e9"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as people see it in a cell. `title` is what the cell holds."""

    key: str
    title: str
    color: str


def column_kind(field: FieldType) -> str:
    """NocoDB's word for the column that keeps the field."""
    kind = field.storage().kind
    if field.choices():
        return "MultiSelect" if kind is Kind.TEXT_LIST else "SingleSelect"
    return _MULTILINE if field.widget in (Widget.TEXT_AREA, Widget.CONDITION) else _COLUMNS[kind]


def is_named(field: FieldType) -> bool:
    """Whether the value is the id of something that has a name: a record, or a person."""
    return bool(field.targets()) or isinstance(field.expression_type(), User)


def choices(field: FieldType, language: str) -> tuple[Choice, ...]:
    """The options in their order, no two of which have the same title. A comma, which parts the options of a
    cell, becomes a semicolon."""
    shown: dict[str, Choice] = {}
    for key, option in field.choices().items():
        label = (option.label.get(language) or key).replace(",", ";").strip() or key
        title = label if label not in shown else f"{label} ({key})"
        shown[title] = Choice(key, title, _HUES.get(option.color or "", _PLAIN))
    return tuple(shown.values())


class Cells:
    """The cells of one column."""

    def __init__(self, field: FieldType, language: str) -> None:
        self._field = field
        self._storage = field.storage()
        shown = choices(field, language)
        self._titles = {each.key: each.title for each in shown}
        self._keys = {each.title: each.key for each in shown}

    def of(self, value: Value) -> Cell:
        """Raises ValueProblem for what a cell cannot hold exactly."""
        if value is None:
            return None
        if self._storage.kind is Kind.TEXT_LIST:
            return self._of_list(value)
        if self._storage.kind is Kind.DURATION:
            return self._field.dump(value)
        return self._title(value) if self._titles else _WRITE[self._storage.kind](value)

    def read(self, cell: Cell) -> Value:
        """Raises ValueProblem for what is no value of the field."""
        if cell is None or cell == "":
            return None
        if self._storage.kind is Kind.TEXT_LIST:
            return self._field.accept(tuple(self._read_list(str(cell))))
        if self._titles:
            return self._field.accept(self._keys.get(str(cell), str(cell)))
        try:
            return self._field.accept(_read(self._storage, cell))
        except (ValueError, ArithmeticError, TypeError):
            raise ValueProblem("outside_unreadable", value=str(cell)[:40]) from None

    def _title(self, key: str) -> str:
        if key not in self._titles:
            raise ValueProblem("outside_inexact", value=key)
        return self._titles[key]

    def _of_list(self, values: tuple[str, ...]) -> Cell:
        if self._titles:
            return ",".join(self._title(each) for each in values)
        if any("\n" in each for each in values):
            raise ValueProblem("outside_inexact", value="; ".join(values)[:40])
        return "\n".join(values)

    def _read_list(self, cell: str) -> list[str]:
        if self._titles:
            return [self._keys.get(each.strip(), each.strip()) for each in cell.split(",")]
        return [each.strip() for each in cell.splitlines() if each.strip()]


def _number(value: int) -> int:
    if abs(value) > _EXACT:
        raise ValueProblem("outside_inexact", value=str(value))
    return value


def _decimal(value: Decimal) -> float:
    written = float(value)
    if Decimal(repr(written)) != value or abs(value) > _EXACT:
        raise ValueProblem("outside_inexact", value=format(value, "f"))
    return written


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")


def _time(value: time) -> str:
    return value.isoformat("seconds")


def _same(value: Value) -> Cell:
    return value


_WRITE: Mapping[Kind, Callable[[Any], Cell]] = MappingProxyType(  # Any: the Python value of the kind
    {
        Kind.TEXT: _same,
        Kind.INTEGER: _number,
        Kind.DECIMAL: _decimal,
        Kind.BOOLEAN: _same,
        Kind.DATE: lambda value: value.isoformat(),
        Kind.DATETIME: _moment,
        Kind.TIME: _time,
    }
)


def _read(storage: Storage, cell: Cell) -> Value:
    match storage.kind:
        case Kind.DECIMAL:
            return Decimal(str(cell))
        case Kind.INTEGER:
            whole = Decimal(str(cell))
            return int(whole) if whole == whole.to_integral_value() else whole
        case Kind.BOOLEAN:
            return str(cell).lower() in ("1", "true")
        case Kind.DATETIME:
            return datetime.fromisoformat(str(cell))
        case Kind.DATE | Kind.TIME:
            return str(cell)
        case _:
            return str(cell)
