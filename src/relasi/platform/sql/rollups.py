"""The figures of rollups as statements, built once for each field: all records that are asked for at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Text,
    and_,
    func,
    literal,
    select,
    true,
)

from relasi.platform.sql.branches import Key, by_branches
from relasi.platform.sql.bykeys import ByKeys
from relasi.platform.sql.expressions import to_sql
from relasi.platform.sql.figures import as_it_is, parts_of
from relasi.platform.sql.parts import Environment
from relasi.platform.sql.tables import KEY, Tables
from relasi.schema.derivations import Function, Rollup

_TIMELESS = datetime(2000, 1, 1, tzinfo=UTC)
"""The condition of a rollup may not ask for the time; the compiler sees to it."""


class RollupStatement:
    """Its rows are a value of the link field, or the id of the record where a branch of a tree begins, and
    what `figure` takes. `entity` is that of the record which has the figure."""

    def __init__(
        self, entity: str, rollup: Rollup, tables: Tables, zone: ZoneInfo, *, is_sqlite: bool
    ) -> None:
        table = tables.table(rollup.entity)
        column = table.columns[rollup.field or KEY]
        environment = Environment(_TIMELESS, zone)
        where = true() if rollup.where is None else to_sql(rollup.where, tables, environment)
        self.figure: Callable[..., Any] = as_it_is
        match rollup.function:
            case Function.FIRST | Function.LAST:
                order = table.columns[rollup.by or KEY]
                is_last = rollup.function is Function.LAST
                grouped: Grouped = partial(_outermost, column, order, last=is_last)
            case _:
                parts = parts_of(rollup.function, column, is_sqlite=is_sqlite)
                grouped = partial(_figures, parts.columns)
                self.figure = parts.made
        link = table.columns[rollup.link]
        if rollup.tree is None:
            self.by_links = ByKeys(link, lambda among: grouped(link, and_(among, where)))
        else:
            place = _place(entity, rollup, tables)
            self.by_links = by_branches(
                tables.table(entity),
                rollup.tree,
                lambda root, key: grouped(root, and_(link == place(key), where)),
            )

    def figures(self, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Any]]:
        """The value of the link field and the figure of each group."""
        return ((link, self.figure(*parts)) for link, *parts in rows)


Grouped = Callable[[Key, ColumnElement[bool]], Select[Any]]
"""The statement for the records that meet a condition, by what they are grouped by."""


def _place(entity: str, rollup: Rollup, tables: Tables) -> Callable[[Key], Key]:
    """How the link of the rollup names a record of the entity: with the entity, where it may be another."""
    targets = tables.targets(rollup.entity, rollup.link)
    return (lambda key: literal(f"{entity}/", Text()) + key) if len(targets) > 1 else lambda key: key


def _figures(figures: tuple[ColumnElement[Any], ...], group: Key, where: ColumnElement[bool]) -> Select[Any]:
    return select(group, *figures).where(where).group_by(group)


def _outermost(
    column: Column[Any], order: Column[Any], group: Key, where: ColumnElement[bool], *, last: bool
) -> Select[Any]:
    """The value of the first or the last record of each group; where the order is empty, it comes last."""
    key = column.table.columns[KEY]
    ends = (order.desc(), key.desc()) if last else (order.asc(), key.asc())
    place = func.row_number().over(partition_by=group, order_by=(order.is_(None), *ends))
    ranked = select(group.label("link"), column.label("value"), place.label("place")).where(where).subquery()
    return select(ranked.c.link, ranked.c.value).where(ranked.c.place == 1)
