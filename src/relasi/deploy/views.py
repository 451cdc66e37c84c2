"""A plan as lines for people. Its twin for machines is `Plan.to_json`."""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from relasi.deploy.changes import AddColumn, AddIndex, Blocked, Change, CreateTable, DropIndex, Kept
from relasi.deploy.plan import Plan
from relasi.texts import FALLBACK, say

Glyph = Literal["+", "-", "=", "!", " "]
"""Added, taken away, kept though no longer wanted, in the way, nothing to do."""


class Line(NamedTuple):
    glyph: Glyph
    text: str


def lines(plan: Plan, language: str = FALLBACK) -> list[Line]:
    """One line per change, in the order of the plan, and one that says so where there is nothing to do."""
    shown = [_line(change, language) for change in plan.changes]
    return [*shown, Line(" ", say(language, "plan.empty"))] if plan.is_empty else shown


def _line(change: Change, language: str) -> Line:
    match change:
        case CreateTable(table, fields):
            return Line("+", f"{table}  {say(language, 'plan.create_table', fields=fields)}")
        case AddColumn(table, column):
            return Line("+", f"{table}.{column}  {_added(change, language)}")
        case AddIndex(table, columns, unique, rows):
            sentence = say(language, "plan.add_unique" if unique else "plan.add_index", rows=rows)
            return Line("+", f"{_place(table, columns)}  {sentence}")
        case DropIndex(table, columns, unique):
            sentence = say(language, "plan.drop_unique" if unique else "plan.drop_index")
            return Line("-", f"{_place(table, columns)}  {sentence}")
        case Kept(table, None, rows):
            return Line("=", f"{table}  {say(language, 'plan.kept_table', rows=rows)}")
        case Kept(table, column, rows):
            return Line("=", f"{table}.{column}  {say(language, 'plan.kept_column', rows=rows)}")
        case Blocked(table, columns):
            return Line("!", f"{_place(table, columns)}  {change.text(language)}")


def _added(change: AddColumn, language: str) -> str:
    if not change.rows:
        return say(language, "plan.add_column", type=change.type)
    if change.fill is None:
        return say(language, "plan.add_column_empty", type=change.type, rows=change.rows)
    fill = json.dumps(change.fill, ensure_ascii=False)
    return say(language, "plan.add_column_filled", type=change.type, rows=change.rows, fill=fill)


def _place(table: str, columns: tuple[str, ...]) -> str:
    """The key at the end of an index orders it, and is nothing that an author has written."""
    named = [column for column in columns if column != "id"]
    return f"{table}.{named[0]}" if len(named) == 1 else f"{table}.({', '.join(named)})"
