"""Values as the cells of a file, so that `importing` makes the same values of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol

from relasi.importing.formulas import disarmed
from relasi.schema.fields.base import FieldType, Kind, Reading, Showing, Value, ValueProblem
from relasi.schema.fields.notation.disguised import Disguised

_DIGITS = 15
"""A spreadsheet keeps so many digits of a number."""
_FIRST_YEAR = 1901
"""A spreadsheet counts days from about here."""

Typed = str | int | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Cells:
    """`showing` writes the words of a language, `reading` is how an import will read what is written."""

    showing: Showing
    reading: Reading
    _words: dict[tuple[int, Value], str] = field(default_factory=dict)

    def text(self, type_: FieldType, value: Value) -> str:
        """For a text file that a spreadsheet may open."""
        return "" if value is None else disarmed(self._plain(type_, value))

    def typed(self, type_: FieldType, value: Value) -> Typed:
        """For a workbook: numbers, truth values and dates as what they are, as far as it can keep them."""
        if value is None or isinstance(value, Disguised):
            return value or ""
        match type_.storage().kind:
            case Kind.INTEGER | Kind.DECIMAL if _is_short(Decimal(value)):
                return int(value) if value % 1 == 0 else float(value)
            case Kind.BOOLEAN:
                return bool(value)
            case Kind.DATE if value.year >= _FIRST_YEAR:
                return value  # type: ignore[no-any-return]  # what such a field holds
            case Kind.DATETIME if self._fits_a_workbook(value):
                return self._local(value)
        return self._plain(type_, value)

    def data(self, type_: FieldType, value: Value) -> Any:  # Any: JSON
        """For JSON, where numbers that a reader could round are text."""
        if value is None or isinstance(value, Disguised):
            return value
        return self.typed(type_, value) if type_.storage().kind is Kind.DECIMAL else type_.dump(value)

    def _plain(self, type_: FieldType, value: Value) -> str:
        if isinstance(value, Disguised):
            return value
        if type_.choices():
            return self._worded(type_, value)
        match type_.storage().kind:
            case Kind.INTEGER | Kind.DECIMAL:
                point = get_decimal_symbol(self.reading.locale)
                return f"{value:f}".replace(".", point) if value % 1 else str(int(value))
            case Kind.BOOLEAN:
                return type_.show(value, self.showing)
            case Kind.DATETIME:
                return (self._local(value) if self._is_plain(value) else value).isoformat(" ")
            case Kind.DATE | Kind.TIME | Kind.DURATION:
                return str(type_.dump(value))
        return str(value)

    def _worded(self, type_: FieldType, value: Value) -> str:
        """The labels of options, and their keys where the labels could be misread."""
        place = id(type_), value
        if place not in self._words:
            shown = type_.show(value, self.showing)
            try:
                is_clear = type_.read(shown, self.reading) == value
            except ValueProblem:
                is_clear = False
            keys = "; ".join(value) if isinstance(value, tuple) else str(value)
            self._words[place] = shown if is_clear else keys
        return self._words[place]

    def _fits_a_workbook(self, value: datetime) -> bool:
        return value.year >= _FIRST_YEAR and not value.microsecond and self._is_plain(value)

    def _local(self, value: datetime) -> datetime:
        return value.astimezone(self.reading.zone).replace(tzinfo=None)

    def _is_plain(self, value: datetime) -> bool:
        """Whether the clock of the company tells the moment; not so one of the hour that comes twice."""
        return self._local(value).replace(tzinfo=self.reading.zone, fold=0) == value


def _is_short(number: Decimal) -> bool:
    return len(number.normalize().as_tuple().digits) <= _DIGITS and abs(number) < 10**_DIGITS
