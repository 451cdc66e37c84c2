"""Sheets of XLSX, XLS and ODS files. Numbers and dates come as what they are, not as they look."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import IO, Any

from relasi.errors import ImportRefused
from relasi.importing import sheet_process
from relasi.importing.tables import Cell, FileOptions, Row, header

MEMORY = 2 * 1024**3
"""What reading a workbook may take, for a while; a million filled cells need about a tenth of it."""


class WorkbookTable:
    """One sheet: the one that is asked for, else the first one with content."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self._lines, self._guard = _read(path, options.sheet), Lock()
        weakref.finalize(self, self._lines.close)
        about = self._about()
        if "broken" in about:
            raise ImportRefused("workbook_broken", file=path.name, problem=about["broken"])
        if "sheets" in about:
            raise ImportRefused("sheet_unknown", sheet=options.sheet, sheets=", ".join(about["sheets"]))
        self.format = f"sheet {about['name']}"
        first = next(self._filled(), None)
        if first is None:
            raise ImportRefused("file_empty", file=path.name)
        self._header_line, cells = first
        self.columns = header(cells)
        widest = max((len(_trimmed(row)) for _, row in self._filled()), default=0)
        if len(_trimmed(cells)) == 1 and widest > 1:
            raise ImportRefused("header_not_first", first=str(cells[0]).strip()[:60])

    def rows(self) -> Iterator[Row]:
        width = len(self.columns)
        for line, cells in self._filled():
            if line > self._header_line:
                yield Row(line, [_plain(cell) for cell in cells[:width]])

    def _line_at(self, place: int) -> bytes:
        """Others may read the same file meanwhile, in threads of their own."""
        with self._guard:
            self._lines.seek(place)
            return self._lines.readline()

    def _about(self) -> dict[str, Any]:  # Any: JSON
        found: dict[str, Any] = json.loads(self._line_at(0))
        return found

    def _filled(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with content, with their numbers as the spreadsheet shows them."""
        place = len(self._line_at(0))
        while True:
            line = self._line_at(place)
            if not line:
                return
            place += len(line)
            number, cells = json.loads(line, object_hook=_moment)
            yield number, cells


def _read(path: Path, sheet: str | None) -> IO[bytes]:
    """What `sheet_process` says. It goes to a file without a name, so that memory holds a row at a time."""
    lines = tempfile.TemporaryFile()  # noqa: SIM115  # the table closes it
    command = [
        sys.executable,
        "-P",
        sheet_process.__file__,
        str(path),
        str(MEMORY),
        *([sheet] if sheet else []),
    ]
    ended = subprocess.run(command, stdout=lines, stderr=subprocess.DEVNULL, check=False)  # noqa: S603  # our own script
    if ended.returncode:
        lines.close()
        raise ImportRefused("workbook_too_big", file=path.name)
    return lines


def _moment(said: dict[str, Any]) -> Cell:  # Any: JSON
    match said:
        case {"datetime": written}:
            return dt.datetime.fromisoformat(written)
        case {"date": written}:
            return dt.date.fromisoformat(written)
        case {"time": written}:
            return dt.time.fromisoformat(written)
        case {"duration": [days, seconds, microseconds]}:
            return dt.timedelta(days, seconds, microseconds)
    return said


def _trimmed(cells: list[Cell]) -> list[Cell]:
    filled = [position for position, cell in enumerate(cells) if cell != ""]
    return cells[: filled[-1] + 1] if filled else []


def _plain(cell: Cell) -> Cell:
    """Workbooks keep every number as a float: whole ones are whole again."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
