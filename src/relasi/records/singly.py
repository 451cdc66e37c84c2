"""Many writes at once; in ever smaller parts where, taken together, they are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from relasi.errors import Invalid
from relasi.records.record import RowResult
from relasi.records.work import Work

R = TypeVar("R")


def written(
    work: Work, write: Callable[[Sequence[R]], list[RowResult]], rows: Sequence[R]
) -> list[RowResult]:
    """What `write` says of each row, in their order. Where it raises Invalid for all of them, as it does when
    some lead other records to what these may not be, each half is tried by itself, down to the rows that are
    to blame."""
    try:
        with work.attempt():
            return write(rows)
    except Invalid as error:
        if len(rows) == 1:
            return [RowResult(None, tuple(error.issues))]
    half = len(rows) // 2
    return [*written(work, write, rows[:half]), *written(work, write, rows[half:])]
