"""Counts, sums and other figures over rows, exact on every database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func, type_coerce

from relasi.platform.sql.values import Stored, decoder
from relasi.schema.derivations import Function
from relasi.schema.expressions.operations import EXACT

_LOW_BITS = 32


@dataclass(frozen=True, slots=True)
class Parts:
    """What to select for a figure; `made` makes it of what that gives. By `rough` a database can put groups
    in order."""

    columns: tuple[ColumnElement[Any], ...]
    made: Callable[..., Any]  # Any: values of the column, or a number
    rough: ColumnElement[Any]


def parts_of(function: Function, column: ColumnElement[Any], *, is_sqlite: bool) -> Parts:
    """The figure over the rows where the column is filled.

    `first` and `last` need an order and are none of these.
    """
    match function:
        case Function.COUNT:
            count = func.count(column)
            return Parts((count,), as_it_is, count)
        case Function.DISTINCT:
            count = func.count(column.distinct())
            return Parts((count,), as_it_is, count)
        case Function.MIN | Function.MAX:
            end = func.min(column) if function is Function.MIN else func.max(column)
            return Parts((end,), as_it_is, end)
    sums, total = _sum(column, is_sqlite=is_sqlite)
    if function is Function.SUM:
        return Parts(sums, total, func.total(column) if is_sqlite else func.sum(column))
    return Parts((func.count(column), *sums), _mean(total), func.avg(column))


def _sum(
    column: ColumnElement[Any], *, is_sqlite: bool
) -> tuple[tuple[ColumnElement[Any], ...], Callable[..., Any]]:
    """What to select, and how the sum is made of it.

    SQLite adds 64-bit integers and fails when a sum needs more, so it adds their halves.
    """
    if not is_sqlite:
        return (func.sum(column),), as_it_is
    count = type_coerce(column, BigInteger)
    mask = (1 << _LOW_BITS) - 1
    halves = (func.sum(count.op(">>")(_LOW_BITS)), func.sum(count.op("&")(mask)))
    assert isinstance(column.type, Stored)
    decode = decoder(column.type.storage)

    def total(high: int | None, low: int | None) -> Any:  # Any: a value of the column
        if high is None or low is None:
            return None
        try:
            return decode((high << _LOW_BITS) + low)
        except OverflowError:
            return None

    return halves, total


def _mean(total: Callable[..., Any]) -> Callable[..., Any]:
    def mean(count: int, *parts: Any) -> Any:  # Any: values of the column
        whole = total(*parts)
        if whole is None:
            return None
        return EXACT.divide(Decimal(whole), count) if isinstance(whole, (int, Decimal)) else whole / count

    return mean


def as_it_is(figure: Any) -> Any:  # Any: a value of the column
    return figure
