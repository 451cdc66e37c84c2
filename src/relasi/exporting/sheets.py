"""A table of figures as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it brings no types


def as_workbook(heads: Sequence[str], rows: Iterable[Sequence[str | float]]) -> bytes:
    """Text stays text: nothing in a cell is a formula or an address."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 1)
        for line, row in enumerate([heads, *rows]):
            for place, cell in enumerate(row):
                write = sheet.write_string if isinstance(cell, str) else sheet.write_number
                write(line, place, cell)
    return file.getvalue()
