"""Sheets of XLSX, XLS and ODS files. Numbers and dates come as what they are, not as they look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, WorksheetNotFound

from relasi.errors import ImportRefused
from relasi.importing.tables import Cell, FileOptions, Row, header


class WorkbookTable:
    """One sheet: the one that is asked for, else the first one with content."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        try:
            book = CalamineWorkbook.from_path(str(path))
            self._sheet = _choose(book, options.sheet)
        except CalamineError as error:
            raise ImportRefused("workbook_broken", file=path.name, problem=str(error)) from None
        first = next(self._filled(), None)
        if first is None:
            raise ImportRefused("file_empty", file=path.name)
        self._header_line, cells = first
        self.columns = header(cells)
        widest = max((len(_trimmed(row)) for _, row in self._filled()), default=0)
        if len(_trimmed(cells)) == 1 and widest > 1:
            raise ImportRefused("header_not_first", first=str(cells[0]).strip()[:60])

    @property
    def format(self) -> str:
        return f"sheet {self._sheet.name}"

    def rows(self) -> Iterator[Row]:
        width = len(self.columns)
        for line, cells in self._filled():
            if line > self._header_line:
                yield Row(line, [_plain(cell) for cell in cells[:width]])

    def _filled(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with content, with their numbers as the spreadsheet shows them."""
        start = self._sheet.start
        if start is None:
            return
        for number, cells in enumerate(self._sheet.to_python(skip_empty_area=True), start[0] + 1):
            if any(cell != "" for cell in cells):
                yield number, cells


def _choose(book: CalamineWorkbook, name: str | None) -> CalamineSheet:
    try:
        if name is not None:
            return book.get_sheet_by_name(name)
        sheets = [book.get_sheet_by_name(each) for each in book.sheet_names]
        return next((each for each in sheets if each.start is not None), sheets[0])
    except WorksheetNotFound:
        raise ImportRefused("sheet_unknown", sheet=name, sheets=", ".join(book.sheet_names)) from None


def _trimmed(cells: list[Cell]) -> list[Cell]:
    filled = [position for position, cell in enumerate(cells) if cell != ""]
    return cells[: filled[-1] + 1] if filled else []


def _plain(cell: Cell) -> Cell:
    """Workbooks keep every number as a float: whole ones are whole again."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
