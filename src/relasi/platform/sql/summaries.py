"""Groups of records with their figures, worked out by the database."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from relasi.platform.query import Figure, Group, Query, Summary
from relasi.platform.sql import statements
from relasi.platform.sql.expressions import to_sql, value_to_sql
from relasi.platform.sql.figures import Parts, parts_of
from relasi.platform.sql.parts import Environment
from relasi.platform.sql.tables import KEY, Tables


@dataclass(frozen=True, slots=True)
class SummaryStatement:
    """What a summary is asked with, and how its rows are read."""

    select: Select[Any]
    groups: int
    parts: tuple[Parts, ...]

    def read(self, rows: Sequence[Sequence[Any]]) -> tuple[Group, ...]:
        return tuple(Group(tuple(row[: self.groups]), tuple(self._figures(row))) for row in rows)

    def _figures(self, row: Sequence[Any]) -> Iterator[Any]:
        values = iter(row[self.groups :])
        return (part.made(*islice(values, len(part.columns))) for part in self.parts)


def shape(tables: Tables, query: Query, summary: Summary) -> Hashable:
    """As that of the statements of a page."""
    conditions = tuple(each.where for each in summary.figures if each.where is not None)
    found = statements.shape(tables, query, (*summary.by, *conditions))
    figures = tuple((each.function, each.field, each.where is None) for each in summary.figures)
    return found and (found, figures, len(summary.by), summary.top, query.limit)


def summarized(tables: Tables, query: Query, summary: Summary, *, is_sqlite: bool) -> SummaryStatement:
    """Two steps in one statement: what each record gives to its group, then the groups."""
    environment = statements.environment(query)
    keys = [value_to_sql(each, tables, environment) for each in summary.by]
    given = [_given(tables, query.entity, figure, environment) for figure in summary.figures]
    rows = (
        select(
            *(key.label(f"key_{n}") for n, key in enumerate(keys)),
            *(value.label(f"value_{n}") for n, value in enumerate(given)),
        )
        .select_from(tables.table(query.entity))
        .where(*statements.conditions(tables, query))
        .subquery()
    )
    by = [rows.c[f"key_{n}"] for n in range(len(keys))]
    parts = tuple(
        parts_of(figure.function, rows.c[f"value_{n}"], is_sqlite=is_sqlite)
        for n, figure in enumerate(summary.figures)
    )
    found = select(*by, *(column for part in parts for column in part.columns)).group_by(*by)
    order = [each.asc().nulls_last() for each in by]
    if summary.top is not None:
        order.insert(0, parts[summary.top].rough.desc().nulls_last())
    return SummaryStatement(found.order_by(*order).limit(query.limit), len(by), parts)


def _given(tables: Tables, entity: str, figure: Figure, environment: Environment) -> ColumnElement[Any]:
    """What a record gives to the figure: null where it does not count."""
    column = tables.table(entity).columns[figure.field or KEY]
    return column if figure.where is None else case((to_sql(figure.where, tables, environment), column))
