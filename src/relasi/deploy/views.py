"""A plan as lines for people. Its twin for machines is `Plan.to_json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, assert_never

from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    Change,
    CreateTable,
    Derive,
    DropIndex,
    EmptyTrash,
    FillEmpty,
    Forbid,
    Kept,
    Offender,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
    RenameTable,
    Retire,
    Rewrite,
    RunsInFlight,
    Tighten,
    WatchTables,
)
from relasi.deploy.impact import Impact
from relasi.deploy.plan import Plan
from relasi.texts import FALLBACK, say

Glyph = Literal["+", "-", "~", "=", "?", "!", " "]
"""Added, taken away, changed, left alone, worth a look, in the way, more about the line above."""

_OF_RUNS = {
    "finish": "plan.runs_finish",
    "gone": "plan.runs_gone",
    "restart": "plan.runs_restart",
    "map": "plan.runs_map",
}

_OF_WATCHES = {"edits": "plan.watch_edits", "changes": "plan.watch_changes", None: "plan.watch_nothing"}

SHOWN = 20
"""How many of the records that a change does not suit are listed."""


class Line(NamedTuple):
    glyph: Glyph
    text: str


def lines(plan: Plan, language: str = FALLBACK, *, most: int | None = SHOWN) -> list[Line]:
    """A line per change, in the order of the plan, with what it meets and the first `most` records that it
    does not suit below it; and a line that says so where there is nothing to do."""
    impacts = {(each.table, each.column): each for each in plan.impacts}
    shown: list[Line] = []
    for change in plan.changes:
        glyph, place, sentence = _told(change, language)
        shown.append(Line(glyph, f"{place}  {sentence}"))
        impact = impacts.pop((change.table, getattr(change, "column", None)), None)
        shown += [Line(" ", f"    {each}") for each in _met(impact, language)]
        if isinstance(change, Tighten | Forbid | Blocked):
            shown += [Line(" ", f"    {each}") for each in _named(change.offenders, language, most)]
    return [*shown, Line(" ", say(language, "plan.empty"))] if plan.is_empty else shown


def _told(change: Change, language: str) -> tuple[Glyph, str, str]:
    match change:
        case RenameTable() | CreateTable() | RemoveTable():
            return _told_of_table(change, language)
        case AddIndex() | DropIndex():
            return _told_of_index(change, language)
        case AddColumn(table, column):
            return "+", f"{table}.{column}", _added(change, language)
        case RenameColumn(table, column) | Rewrite(table, column):
            return "~", f"{table}.{column}", _told_of_values(change, language)
        case Derive(table, column) | FillEmpty(table, column):
            return "~", f"{table}.{column}", _told_of_values(change, language)
        case Tighten(table, column, rows):
            return "?", f"{table}.{column}", say(language, "plan.tighten", rows=rows)
        case Forbid(table, rule, rows):
            place = rule if "." in rule else f"refuse.{rule}"
            return "?", f"{table}.{place}", say(language, "plan.tighten", rows=rows)
        case Retire(table, column, rows, until) | RemoveColumn(table, column, rows, until):
            sentence = f"plan.{change.kind}"
            return "-", f"{table}.{column}", say(language, sentence, rows=rows, until=until)
        case WatchTables() | Kept() | RunsInFlight():
            return _told_of_others(change, language)
        case EmptyTrash(_, table, column, rows, removed):
            dropped = say(language, "plan.empty_trash", rows=rows, removed=removed)
            return "-", f"{table}.{column}" if column else table, dropped
        case Blocked(table, columns):
            return "!", _place(table, columns), change.text(language)
        case _:
            assert_never(change)


def _told_of_others(change: WatchTables | Kept | RunsInFlight, language: str) -> tuple[Glyph, str, str]:
    match change:
        case WatchTables(tables, what):
            return "~", ", ".join(tables), say(language, _OF_WATCHES[what])
        case Kept(table, column):
            return "=", f"{table}.{column}" if column else table, say(language, "plan.kept")
        case RunsInFlight(table, how=how, runs=runs, left=left):
            sentence = say(language, _OF_RUNS[how], runs=runs, left=left)
            return "~" if change.is_due else "=", table, sentence


def _told_of_table(change: RenameTable | CreateTable | RemoveTable, language: str) -> tuple[Glyph, str, str]:
    match change:
        case RenameTable(table, was, rows):
            return "~", table, say(language, "plan.rename_table", was=was, rows=rows)
        case CreateTable(table, fields, 0):
            return "+", table, say(language, "plan.create_table", fields=fields)
        case CreateTable(table, fields, rows):
            return "+", table, say(language, "plan.create_table_restored", fields=fields, rows=rows)
        case RemoveTable(table, rows, until):
            return "-", table, say(language, "plan.remove_table", rows=rows, until=until)


def _told_of_index(change: AddIndex | DropIndex, language: str) -> tuple[Glyph, str, str]:
    place = _place(change.table, change.columns)
    if isinstance(change, AddIndex):
        sentence = "plan.add_unique" if change.unique else "plan.add_index"
        return "+", place, say(language, sentence, rows=change.rows)
    return "-", place, say(language, "plan.drop_unique" if change.unique else "plan.drop_index")


def _told_of_values(change: RenameColumn | Rewrite | Derive | FillEmpty, language: str) -> str:
    match change:
        case RenameColumn(was=was, rows=rows):
            return say(language, "plan.rename_column", was=was, rows=rows)
        case Derive(rows=rows, clock=True):
            return say(language, "plan.reckon", rows=rows)
        case Derive(type=kind, rows=rows):
            return say(language, "plan.derive", type=kind, rows=rows)
        case FillEmpty(fill=fill, rows=rows):
            return say(language, "plan.fill_empty", rows=rows, fill=_value(fill))
        case Rewrite():
            return _rewritten(change, language)


def _added(change: AddColumn, language: str) -> str:
    if not change.rows:
        return say(language, "plan.add_column", type=change.type)
    if change.derived:
        return say(language, "plan.derive", type=change.type, rows=change.rows)
    empty = change.rows - change.restored - change.filled
    parts = []
    if change.restored:
        parts.append(say(language, "plan.restored", rows=change.restored))
    if change.filled:
        parts.append(say(language, "plan.filled", rows=change.filled, fill=_value(change.fill)))
    if empty:
        parts.append(say(language, "plan.left_empty", rows=empty))
    return say(language, "plan.add_column_rows", type=change.type, parts=", ".join(parts))


def _rewritten(change: Rewrite, language: str) -> str:
    parts = ", ".join(_parts(change, language))
    if change.encrypts is not None and change.was == change.type:
        return say(language, "plan.encrypt" if change.encrypts else "plan.decrypt", rows=change.rows)
    if change.was == change.type:
        return parts or say(language, "plan.rebuilt")
    return say(language, "plan.rewrite", was=change.was, type=change.type, parts=parts)


def _parts(change: Rewrite, language: str) -> Iterator[str]:
    if change.moves and change.was == change.type:
        moves = ", ".join(f"{old} → {new}" for old, new in change.moves.items())
        yield say(language, "plan.moved", rows=change.rows, moves=moves)
    elif change.rows or not (change.was == change.type or change.replaced or change.reverted):
        yield say(language, "plan.converted", rows=change.rows)
    if change.replaced and change.fill is None:
        yield say(language, "plan.emptied", rows=change.replaced)
    elif change.replaced:
        yield say(language, "plan.replaced", rows=change.replaced, fill=_value(change.fill))
    if change.filled:
        yield say(language, "plan.filled", rows=change.filled, fill=_value(change.fill))
    if change.reverted:
        yield say(language, "plan.reverted", rows=change.reverted)


def _met(impact: Impact | None, language: str) -> Iterator[str]:
    if impact is None:
        return
    parts = [say(language, "plan.impact_users", users=impact.users)] if impact.users else []
    if impact.lists:
        parts.append(say(language, "plan.impact_lists", names=", ".join(impact.lists)))
    if impact.form:
        parts.append(say(language, "plan.impact_form", names=", ".join(impact.form)))
    if impact.workflows:
        parts.append(say(language, "plan.impact_workflows", names=", ".join(impact.workflows)))
    if parts:
        yield "; ".join(parts)


def _named(offenders: tuple[Offender, ...], language: str, most: int | None) -> Iterator[str]:
    for each in offenders[:most]:
        who = f"{each.title} ({each.id})" if each.title else each.id
        value = "" if each.value in each.why else each.value
        yield ": ".join(part for part in (who, value, each.why) if part)
    if most is not None and len(offenders) > most:
        yield say(language, "plan.more_offenders", rows=len(offenders) - most)


def _value(fill: Any) -> str:  # Any: JSON
    return json.dumps(fill, ensure_ascii=False)


def _place(table: str, columns: tuple[str, ...]) -> str:
    """The key at the end of an index orders it, and is nothing that an author has written."""
    named = [column for column in columns if column != "id"]
    return f"{table}.{named[0]}" if len(named) == 1 else f"{table}.({', '.join(named)})"
