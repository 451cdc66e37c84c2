"""Reads one sheet of a workbook in a process of its own and writes it as lines of JSON.

A file of a kilobyte can ask for a terabyte of memory, and native code that gets none takes its process with
it. `workbook` starts this as a script; it knows nothing of Relasi, so that it starts at once.
"""

from __future__ import annotations

import datetime as dt
import json
import sys

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

SECONDS = 300
"""Of computing, after which no more comes."""


def main(path: str, memory: int, sheet: str | None) -> None:
    """First a line about the sheet, or about what is wrong; then a line for each row with content."""
    limit(memory)
    try:
        book = CalamineWorkbook.from_path(path)
        found = _choose(book, sheet)
    except CalamineError as error:
        _write({"broken": str(error)})
        return
    if found is None:
        _write({"sheets": book.sheet_names})
        return
    _write({"name": found.name})
    for number, cells in enumerate(found.iter_rows(), 1):
        if any(cell != "" for cell in cells):
            _write([number, cells])


def limit(memory: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _choose(book: CalamineWorkbook, name: str | None) -> CalamineSheet | None:
    if name is not None:
        return book.get_sheet_by_name(name) if name in book.sheet_names else None
    sheets = [book.get_sheet_by_name(each) for each in book.sheet_names]
    return next((each for each in sheets if each.start is not None), sheets[0])


def _write(content: object) -> None:
    sys.stdout.write(json.dumps(content, default=_moment, ensure_ascii=False))
    sys.stdout.write("\n")


def _moment(value: object) -> dict[str, object]:
    """What JSON has no word for, as `workbook` reads it."""
    match value:
        case dt.datetime():
            return {"datetime": value.isoformat()}
        case dt.date():
            return {"date": value.isoformat()}
        case dt.time():
            return {"time": value.isoformat()}
        case dt.timedelta():
            return {"duration": [value.days, value.seconds, value.microseconds]}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a stream of text outside of tests
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
