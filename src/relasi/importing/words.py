"""Words of a file that a field of choices does not know, and what they may mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from relasi.diagnostics import nearest
from relasi.importing.tables import Table
from relasi.schema.fields.base import FieldType, Reading, ValueProblem


def unknown_words(table: Table, fields: Mapping[str, FieldType], reading: Reading) -> dict[str, Counter[str]]:
    """For each of these columns the words that its field does not take, with how often they stand there.

    Raises ImportRefused where the file cannot be read to its end.
    """
    places = [(table.columns.index(column), column, type_) for column, type_ in fields.items()]
    known: dict[str, set[str]] = {column: set() for column in fields}
    unknown: dict[str, Counter[str]] = {column: Counter() for column in fields}
    for row in table.rows() if places else ():
        for position, column, type_ in places if row.problem is None else ():
            cell = row.cells[position]
            word = cell.strip() if isinstance(cell, str) else ""
            if not word or word in known[column]:
                continue
            if word in unknown[column] or not _is_read(type_, word, reading):
                unknown[column][word] += 1
            else:
                known[column].add(word)
    return unknown


def meant(type_: FieldType, word: str) -> str | None:
    """The option that a word may stand for: the only one whose name is part of it, or of which it is part;
    else the one that is written most like it."""
    names = {name: key for key, option in type_.choices().items() for name in (key, *option.label.values())}
    parts = _parts(word)
    found = {key for name, key in names.items() if _parts(name) <= parts or parts <= _parts(name)}
    if len(found) == 1:
        return found.pop()
    near = nearest(word, names)
    return names[near] if near else None


def _is_read(type_: FieldType, word: str, reading: Reading) -> bool:
    try:
        type_.read(word, reading)
    except ValueProblem:
        return False
    return True


def _parts(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold().replace("_", " "))) or frozenset({text})
