"""The figures of rollups as statements, built once for each field: all records that are asked for at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    Text,
    and_,
    func,
    literal,
    select,
    true,
    type_coerce,
)

from relasi.platform.sql.branches import Key, by_branches
from relasi.platform.sql.bykeys import ByKeys
from relasi.platform.sql.expressions import Environment, to_sql
from relasi.platform.sql.tables import KEY, Tables
from relasi.platform.sql.values import Stored, decoder
from relasi.schema.derivations import Function, Rollup
from relasi.schema.expressions.operations import EXACT

_TIMELESS = datetime(2000, 1, 1, tzinfo=UTC)
"""The condition of a rollup may not ask for the time; the compiler sees to it."""
_LOW_BITS = 32


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
        self.figure: Callable[..., Any] = _same
        match rollup.function:
            case Function.FIRST | Function.LAST:
                order = table.columns[rollup.by or KEY]
                is_last = rollup.function is Function.LAST
                grouped: Grouped = partial(_outermost, column, order, last=is_last)
            case Function.SUM | Function.AVERAGE:
                parts, total = _total(column, is_sqlite=is_sqlite)
                grouped = partial(_figures, [func.count(column), *parts])
                self.figure = total if rollup.function is Function.SUM else _mean(total)
            case Function.COUNT:
                grouped = partial(_figures, [func.count()])
            case Function.MIN:
                grouped = partial(_figures, [func.min(column)])
            case Function.MAX:
                grouped = partial(_figures, [func.max(column)])
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


def _figures(figures: Sequence[ColumnElement[Any]], group: Key, where: ColumnElement[bool]) -> Select[Any]:
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


def _total(column: Column[Any], *, is_sqlite: bool) -> tuple[list[ColumnElement[Any]], Callable[..., Any]]:
    """What to select, and how the sum is made of it and of the number of values.

    SQLite adds 64-bit integers and fails when a sum needs more, so it adds their halves.
    """
    if not is_sqlite:
        return [func.sum(column)], lambda _count, total: total
    count = type_coerce(column, BigInteger)
    mask = (1 << _LOW_BITS) - 1
    halves: list[ColumnElement[Any]] = [func.sum(count.op(">>")(_LOW_BITS)), func.sum(count.op("&")(mask))]
    assert isinstance(column.type, Stored)
    decode = decoder(column.type.storage)

    def total(_count: int, high: int | None, low: int | None) -> Any:  # Any: a value of the column
        if high is None or low is None:
            return None
        try:
            return decode((high << _LOW_BITS) + low)
        except OverflowError:
            return None

    return halves, total


def _mean(total: Callable[..., Any]) -> Callable[..., Any]:
    def mean(count: int, *parts: Any) -> Any:  # Any: values of the column
        whole = total(count, *parts)
        if whole is None:
            return None
        return EXACT.divide(Decimal(whole), count) if isinstance(whole, (int, Decimal)) else whole / count

    return mean


def _same(figure: Any) -> Any:  # Any: a value of the column
    return figure
