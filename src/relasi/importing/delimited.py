"""Text tables: comma, semicolon, tab or bar between the cells, quotes around those that need them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from relasi.errors import ImportRefused
from relasi.importing.encoding import WESTERN, encoding_of
from relasi.importing.formulas import restored
from relasi.importing.tables import FileOptions, Problem, Row, header

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
LONGEST_LINE = 1_000_000
_SAMPLE = 200_000
"""Characters that are read to find the separator."""


class DelimitedTable:
    """Line ends inside a cell are read as `\\n`, whichever the file uses."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self._path = path
        self._encoding = encoding_of(path, options.encoding)
        self._guessed = options.encoding is None and self._encoding == WESTERN
        sample = self._sample()
        self._separator = options.separator or separator_of(sample)
        first = next(_parse(sample, self._separator), None)
        if first is None:
            raise ImportRefused("file_empty", file=path.name)
        if first[0].lstrip().startswith(("{", "[")):
            raise ImportRefused("json_by_another_name", file=path.name)
        self.columns = header(first)

    @property
    def format(self) -> str:
        name = _ENCODINGS.get(self._encoding, self._encoding.upper())
        guessed = " (guessed)" if self._guessed else ""
        return f"{SEPARATORS.get(self._separator, self._separator)}-separated text, {name}{guessed}"

    def rows(self) -> Iterator[Row]:
        with self._open() as text:
            reader = csv.reader(lines_of(text), delimiter=self._separator, strict=True)
            names = None
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except UnicodeDecodeError:
                    raise ImportRefused("encoding_wrong", encoding=self._encoding, line=line) from None
                except csv.Error as error:
                    yield Row(line, (), _broken(error, line))
                    continue
                if not any(cells):
                    continue
                if names is None:
                    names = cells
                    continue
                yield self._row(line, cells)

    def _row(self, line: int, cells: Sequence[str]) -> Row:
        width = len(self.columns)
        cells = [restored(cell) if cell[:1] == "'" else cell for cell in cells]
        if len(cells) == width:
            return Row(line, cells)
        if len(cells) > width and not any(cells[width:]):
            return Row(line, cells[:width])
        return Row(line, cells, Problem("ragged_row", {"cells": len(cells), "columns": width}))

    def _sample(self) -> str:
        try:
            with self._open() as text:
                return text.read(_SAMPLE)
        except UnicodeDecodeError:
            raise ImportRefused("encoding_wrong", encoding=self._encoding, line=1) from None

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, newline=None)


def lines_of(text: TextIO) -> Iterator[str]:
    """The lines of a text. Raises ImportRefused for one that memory should not have to hold."""
    line = 0
    while content := text.readline(LONGEST_LINE):
        line += 1
        if len(content) == LONGEST_LINE:
            raise ImportRefused("line_too_long", line=line, most=LONGEST_LINE)
        yield content


def separator_of(sample: str) -> str:
    """The separator under which the rows of the sample have most often as many cells as the header."""
    best, best_score = ",", (0.0, 0)
    widest = 1
    for separator in SEPARATORS:
        widths = [len(cells) for cells in _parse(sample, separator)]
        widest = max([widest, *widths])
        if widths and widths[0] > 1:
            score = (widths.count(widths[0]) / len(widths), widths[0])
            best, best_score = max((best, best_score), (separator, score), key=lambda each: each[1])
    if best_score == (0.0, 0) and _mostly_wider(sample):
        raise ImportRefused("header_not_first", first=sample.partition("\n")[0].strip()[:60])
    return best


def _mostly_wider(sample: str) -> bool:
    """True where the first row has one cell and most others agree on more: a title stands above the table."""
    for separator in SEPARATORS:
        widths = [len(cells) for cells in _parse(sample, separator)]
        if len(widths) > 2 and max(widths.count(width) for width in {*widths[1:]} - {1} or {0}) * 2 > len(
            widths
        ):
            return True
    return False


def _parse(sample: str, separator: str) -> Iterator[list[str]]:
    """The rows of a sample as far as they can be read, without the last line of a full one: it may be cut."""
    text = sample if len(sample) < _SAMPLE else sample[: sample.rfind("\n") + 1]
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    try:
        yield from (cells for cells in reader if cells)
    except csv.Error:
        return


def _broken(error: csv.Error, line: int) -> Problem:
    """What the reader's complaint means; where the rest of the file hangs on it, the file is refused."""
    if "field limit" in str(error) or "unexpected end" in str(error):
        raise ImportRefused("quote_never_closed", line=line)
    return Problem("quote_misplaced", {})
