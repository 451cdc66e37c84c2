"""The kinds of files, and how those with rows are written, row by row. PDF is left to `papers`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it brings no types

from relasi.errors import Refused
from relasi.exporting.cells import Cells, Typed
from relasi.exporting.columns import Column
from relasi.schema.fields.attached import PDF, Attached
from relasi.schema.fields.base import Value
from relasi.schema.fields.text import TextField
from relasi.schema.model import Field

Write = Callable[[Sequence[Value]], None]
"""Takes the values of one row, as its columns give them."""

_MOST_ROWS, _MOST_SIGNS = 1_048_576, 32_767
"""What a sheet and a cell of a workbook hold."""
_WORDS = TextField(type="text")
"""The type of titles."""


class Format(Enum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
    Format.PDF: PDF,
}


def formats_of(fields: Iterable[Field]) -> tuple[Format, ...]:
    """What records can be taken away as: as a PDF only where one of the fields keeps such papers."""
    has_papers = any(isinstance(each.type, Attached) and each.type.takes_pdf for each in fields)
    return tuple(each for each in Format if each is not Format.PDF or has_papers)


@contextmanager
def writing(format_: Format, file: BinaryIO, columns: Sequence[Column], cells: Cells) -> Iterator[Write]:
    """The file is whole when the block ends. Raises Refused where a workbook is too small for it."""
    with _KINDS[format_](file, columns, cells) as write:
        yield write


@contextmanager
def _csv(file: BinaryIO, columns: Sequence[Column], cells: Cells) -> Iterator[Write]:
    """With the mark by which spreadsheets know UTF-8."""
    types = [_type(column) for column in columns]
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([column.heading for column in columns])
    yield lambda row: writer.writerow(
        [cells.text(type_, value) for type_, value in zip(types, row, strict=True)]
    )
    text.detach()


@contextmanager
def _json(file: BinaryIO, columns: Sequence[Column], cells: Cells) -> Iterator[Write]:
    """A list of objects, each on a line of its own."""
    types, before = [_type(column) for column in columns], b"[\n"

    def write(row: Sequence[Value]) -> None:
        nonlocal before
        record: dict[str, Any] = {}
        for column, type_, value in zip(columns, types, row, strict=True):
            *outer, last = column.path
            place = record.setdefault(outer[0], {}) if outer else record
            place[last] = cells.data(type_, value)
        file.write(before + json.dumps(record, ensure_ascii=False).encode())
        before = b",\n"

    yield write
    file.write(b"\n]\n" if before == b",\n" else b"[]\n")


@contextmanager
def _xlsx(file: BinaryIO, columns: Sequence[Column], cells: Cells) -> Iterator[Write]:
    """Text stays text: nothing in a cell is a formula or an address. Rows are kept on the disk."""
    types = [_type(column) for column in columns]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet()
        formats: dict[type, Any] = {  # Any: xlsxwriter has no types
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading)
        count = 0

        def write(row: Sequence[Value]) -> None:
            nonlocal count
            count += 1
            if count >= _MOST_ROWS:
                raise Refused("too_many_for_xlsx", most=_MOST_ROWS - 1)
            for place, (type_, value) in enumerate(zip(types, row, strict=True)):
                _put(sheet, count, place, cells.typed(type_, value), formats)

        yield write


def _put(
    sheet: Any,  # Any: xlsxwriter has no types
    line: int,
    place: int,
    cell: Typed,
    formats: dict[type, Any],
) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(line, place, cell)
    elif isinstance(cell, (int, float)):
        sheet.write_number(line, place, cell)
    elif isinstance(cell, (date, datetime)):
        sheet.write_datetime(line, place, cell, formats[type(cell)])
    elif len(cell) > _MOST_SIGNS:
        raise Refused("too_long_for_xlsx", line=line + 1, most=_MOST_SIGNS)
    elif cell:
        sheet.write_string(line, place, cell)


def _type(column: Column) -> Any:  # Any: a field type
    return _WORDS if column.part == "title" else column.field.type


_KINDS = {Format.CSV: _csv, Format.XLSX: _xlsx, Format.JSON: _json}
