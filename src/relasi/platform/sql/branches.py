"""Records of a tree and those above or below them. UNION keeps each record once, so that a circle which
somebody made in the database comes to an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, Table, exists, select

from relasi.platform.sql.bykeys import ByKeys
from relasi.platform.sql.tables import KEY

Key = ColumnElement[str]


def is_below(table: Table, tree: str, key: Key, top: Key) -> ColumnElement[bool]:
    """Whether `key` is a record that is the top, which is the same for all rows, or stands below it."""
    start = select(top.label("id")).cte(recursive=True, nesting=True)
    return key.in_(select(_down(table, tree, start).c.id))


def is_above(table: Table, tree: str, key: Key, top: Key, source: FromClause) -> ColumnElement[bool]:
    """The same where the top differs from row to row of the source: it is among those above the record."""
    up = table.alias()
    start = select(key.label("id")).correlate(source).cte(recursive=True, nesting=True)
    way = start.union(select(up.c[tree]).join_from(up, start, up.c[KEY] == start.c.id))
    return exists().where(way.c.id == top).correlate(source)


def by_branches(table: Table, tree: str, build: Callable[[Key, Key], Select[Any]]) -> ByKeys:
    """`build` gets the record where a branch begins, and each record of the branch."""

    def statement(among: ColumnElement[bool]) -> Select[Any]:
        key = table.columns[KEY]
        start = select(key.label("id"), key.label("root")).where(among).cte("branch", recursive=True)
        branch = _down(table, tree, start)
        return build(branch.c.root, branch.c.id)

    return ByKeys(table.columns[KEY], statement)


def _down(table: Table, tree: str, start: CTE) -> CTE:
    """The records that it starts with and all below them, each with the other columns of where it began."""
    below = table.alias()
    _, *others = start.c
    return start.union(select(below.c[KEY], *others).join_from(below, start, below.c[tree] == start.c.id))
