"""A table in a file: columns and rows, whatever the file is made of. What cells mean is left to `mapping`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from relasi.errors import ImportRefused

Cell = Any  # Any: text from a text file; numbers, dates and lists too from a workbook or from JSON


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What the author knows about a file and need not be guessed."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be used: a key of `texts/imports.yaml` and what fills its holes."""

    code: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row starts: a line of text, a row of a sheet, or the position of a JSON object."""

    line: int
    cells: Sequence[Cell]
    problem: Problem | None = None


class Table(Protocol):
    """A file opened as a table. `rows` may be called again and streams each time."""

    @property
    def columns(self) -> tuple[str, ...]:
        """One name for each cell of a row; "" where the file names none."""

    @property
    def format(self) -> str:
        """What the file was found to be, for people: `CSV, comma, UTF-8`."""

    def rows(self) -> Iterator[Row]:
        """Every row with content, in order. Raises ImportRefused where reading cannot go on."""


MOST_COLUMNS = 2_000
_LOOKS_LIKE_A_VALUE = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ -]*%?")


def header(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names in a header row. Raises ImportRefused for values instead of names, a name twice, too many."""
    if len(cells) > MOST_COLUMNS:
        raise ImportRefused("too_many_columns", most=MOST_COLUMNS)
    names = tuple(" ".join(str(cell).split()) if cell is not None else "" for cell in cells)
    written = [name for name in names if name]
    if not written or sum(bool(_LOOKS_LIKE_A_VALUE.fullmatch(name)) for name in written) * 2 > len(written):
        raise ImportRefused("no_header", found=", ".join(written[:4]))
    for position, name in enumerate(names):
        if name and name in names[:position]:
            raise ImportRefused("header_twice", name=name, first=names.index(name) + 1, second=position + 1)
    return names
