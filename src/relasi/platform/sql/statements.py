"""The statements that a Query becomes. Nothing here talks to a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, true

from relasi.platform.query import Query, Search
from relasi.platform.sql.expressions import Environment, to_sql
from relasi.platform.sql.orders import SortKey, in_order
from relasi.platform.sql.tables import KEY, VERSION, Tables


def page(
    tables: Tables, query: Query, keys: tuple[SortKey, ...], after: tuple[Any, ...] | None
) -> Iterator[Select[Any]]:
    """Statements which together give the rows of the page in order: the fields asked for, then those of the
    order."""
    table = tables.table(query.entity)
    columns = [*(table.columns[name] for name in fields_of(tables, query)), *(key.column for key in keys)]
    return in_order(select(*columns).where(*conditions(tables, query)), keys, after)


def fields_of(tables: Tables, query: Query) -> tuple[str, ...]:
    """The names of the fields that the rows have."""
    names = (
        tables.table(query.entity).columns.keys() if query.fields is None else (KEY, VERSION, *query.fields)
    )
    return tuple(dict.fromkeys(names))


def capped_count(tables: Tables, query: Query, cap: int) -> Select[Any]:
    """Counts to one more than the cap and no further, however many there are."""
    some = (
        select(literal(1))
        .select_from(tables.table(query.entity))
        .where(*conditions(tables, query))
        .limit(cap + 1)
    )
    return select(func.count()).select_from(some.subquery())


def counts_by(tables: Tables, query: Query, field: str) -> Select[Any]:
    """How often each value of a field occurs."""
    column = tables.table(query.entity).columns[field]
    return select(column, func.count()).where(*conditions(tables, query)).group_by(column)


def conditions(tables: Tables, query: Query) -> Iterator[ColumnElement[bool]]:
    environment = Environment(query.asking.now, query.asking.zone, query.asking.user_id)
    for expression in query.where:
        yield to_sql(expression, tables, environment)
    for field, values in query.matching.items():
        yield _is_one_of(tables.table(query.entity).columns[field], values)
    if query.search is not None:
        yield _found(tables, query.entity, query.search)


def _is_one_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    filled = column.in_([value for value in values if value is not None])
    return or_(filled, column.is_(None)) if None in values else filled


def _found(tables: Tables, entity: str, search: Search) -> ColumnElement[bool]:
    columns = [tables.table(entity).columns[name] for name in search.fields]
    words = search.text.split()
    return and_(
        true(),
        *(or_(false(), *(column.icontains(word, autoescape=True) for column in columns)) for word in words),
    )
