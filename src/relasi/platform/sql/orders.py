"""The order of a page and how to go on behind a row. Empty values come last; the id makes the order total."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, UnaryExpression, and_, false, or_, true

from relasi.platform.sql.tables import KEY
from relasi.schema.model import Sort


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order; `may_be_empty` is False where no row of the statement has it empty."""

    column: ColumnElement[Any]  # Any: a field value
    descending: bool
    may_be_empty: bool

    def clause(self) -> UnaryExpression[Any]:
        ordered = self.column.desc() if self.descending else self.column.asc()
        return ordered.nulls_last() if self.may_be_empty else ordered

    def same(self, value: Any) -> ColumnElement[bool]:
        return self.column.is_not_distinct_from(value)

    def behind(self, value: Any) -> ColumnElement[bool]:
        if value is None:
            return false()
        further = self.column < value if self.descending else self.column > value
        return or_(further, self.column.is_(None)) if self.may_be_empty else further

    def from_on(self, value: Any) -> ColumnElement[bool]:
        """Implied by `same or behind`, and told apart because a database finds this in an index, and that
        not."""
        if self.may_be_empty:
            return true()
        bound: ColumnElement[bool] = self.column <= value if self.descending else self.column >= value
        return bound


def sort_keys(table: Table, sort: Sequence[Sort], filled: Collection[str] = ()) -> tuple[SortKey, ...]:
    """The keys of a total order: `id` follows in the direction of the last one, so that an index serves
    both. No row has one of the `filled` columns empty."""
    keys: list[SortKey] = []
    for each in (*sort, Sort(KEY, sort[-1].descending if sort else False)):
        column = table.columns[each.field]
        keys.append(SortKey(column, each.descending, bool(column.nullable) and each.field not in filled))
        if each.field == KEY:
            break
    return tuple(keys)


def in_order(
    statement: Select[Any], keys: Sequence[SortKey], after: Sequence[Any] | None
) -> Iterator[Select[Any]]:
    """The statement in order, behind the row with the values `after`; the rows of a later one follow an
    earlier's.

    Two statements rather than one where the first key may be empty: rows that have it, then rows that have
    not. Both then walk along an index, which NULLS LAST would not.
    """
    first, *rest = keys
    if not first.may_be_empty:
        yield _continued(statement, keys, after)
        return
    if after is None or after[0] is not None:
        filled = replace(first, may_be_empty=False)
        yield _continued(statement.where(first.column.is_not(None)), (filled, *rest), after)
    started = after is not None and after[0] is None
    yield _continued(statement.where(first.column.is_(None)), rest, after[1:] if after and started else None)


def _continued(statement: Select[Any], keys: Sequence[SortKey], after: Sequence[Any] | None) -> Select[Any]:
    if after is not None:
        statement = statement.where(keys[0].from_on(after[0]), _behind(keys, after))
    return statement.order_by(*(key.clause() for key in keys))


def _behind(keys: Sequence[SortKey], after: Sequence[Any]) -> ColumnElement[bool]:
    if len(keys) == 1:
        return keys[0].behind(after[0])
    return or_(keys[0].behind(after[0]), and_(keys[0].same(after[0]), _behind(keys[1:], after[1:])))
