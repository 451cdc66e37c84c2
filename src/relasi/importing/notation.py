"""How a file writes numbers and dates, as far as its first rows tell."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

from relasi.importing.tables import Table

Notation = Literal["en", "id"]

_LOOKED_AT = 500
"""Rows."""
_NUMBERS = {
    "id": re.compile(r"\D{0,4}-?\d{1,3}(\.\d{3})+,\d+|\D{0,4}-?\d{1,3}(\.\d{3}){2,}|-?\d+,\d{1,2}"),
    "en": re.compile(r"\D{0,4}-?\d{1,3}(,\d{3})+\.\d+|\D{0,4}-?\d{1,3}(,\d{3}){2,}|-?\d+\.\d{1,2}"),
}
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}\b.*")


def notation_of(table: Table) -> Notation | None:
    """That of which there are signs, where there are none of the other one. Raises ImportRefused."""
    found: set[Notation] = set()
    for row in islice(table.rows(), _LOOKED_AT):
        for cell in row.cells if row.problem is None else ():
            if isinstance(cell, str) and (sign := _sign(cell.strip())):
                found.add(sign)
    return found.pop() if len(found) == 1 else None


def _sign(text: str) -> Notation | None:
    if date := _DATE.fullmatch(text):
        first, second = int(date[1]), int(date[2])
        return "id" if first > 12 else "en" if second > 12 else None
    if _NUMBERS["id"].fullmatch(text):
        return "id"
    return "en" if _NUMBERS["en"].fullmatch(text) else None
