"""In which part of all records each of them stands: one statement over all, with window functions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, case, func, literal_column, or_, select

from relasi.platform.query import Query, Ranking
from relasi.platform.sql import statements
from relasi.platform.sql.tables import KEY, Tables


def ranked(tables: Tables, query: Query, ranking: Ranking) -> Select[Any]:
    """The records whose fields hold something else than their part."""
    table = tables.table(query.entity)
    parts = (
        select(
            table.columns[KEY],
            *(
                _part(table.columns[by], ranking.into).label(f"part_{n}")
                for n, by in enumerate(ranking.fields.values())
            ),
        )
        .where(*statements.conditions(tables, query))
        .subquery()
    )
    key = table.columns[KEY]
    should = [parts.c[f"part_{n}"] for n in range(len(ranking.fields))]
    held = [table.columns[name] for name in ranking.fields]
    differs = (is_.is_distinct_from(part) for is_, part in zip(held, should, strict=True))
    joined = table.outerjoin(parts, parts.c[KEY] == key)
    found = select(key, *should).select_from(joined).where(or_(*differs), key > ranking.beyond)
    return found.order_by(key).limit(query.limit)


def _part(column: Column[Any], into: int) -> ColumnElement[Any]:
    """Whole numbers throughout: / leaves a whole number in both databases."""
    before = func.rank().over(order_by=(column.is_(None), column)) - literal_column("1")
    with_value = func.count(column).over()
    part = (literal_column(str(into)) * before).op("/")(with_value) + literal_column("1")
    return case((column.is_not(None), part))
