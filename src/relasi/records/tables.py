"""A record together with the rows of its tables: written in one transaction, and read with what may be done
with each row.

The rows are records like any other: each goes through the recipe of its own entity, under the actor's rights
there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from relasi.errors import Invalid, InvalidRows, Issue, NotFound, RecordError
from relasi.platform.query import Query, Row
from relasi.records.access.rights import holds
from relasi.records.links import link_to
from relasi.records.reading import Reader
from relasi.records.record import ListRequest, Record
from relasi.records.sheet import Sheet
from relasi.records.view import Values, View
from relasi.schema.fields.base import Value
from relasi.schema.model import Inbound, OnDelete, RowTable, Sort

if TYPE_CHECKING:
    from relasi.records.work import Work

MOST_ROWS = 500
"""A table shows so many rows; more are looked at in the list of their entity."""


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row as it is to be. A new one has no `id`; of others, `version` is what the caller has seen."""

    values: Values = field(default_factory=dict)
    id: str | None = None
    version: int = 0
    is_deleted: bool = False


Edits = Mapping[str, Sequence[RowEdit]]
"""What is written of the rows of each table."""


@dataclass(frozen=True, slots=True)
class TableRow:
    record: Record
    may_update: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class TableRows:
    """`totals` are the sums of the columns that the table adds up; of hidden ones there is none."""

    rows: tuple[TableRow, ...]
    may_create: bool
    totals: Mapping[str, Value]
    more: bool = False


def save(work: Work, entity: str, seen: tuple[str, int] | None, values: Values, edits: Edits) -> str:
    """The id of the record, which is created where none was `seen`: an id and its version.

    Rules run when all is written. Raises what `create` and `update` raise, and InvalidRows.
    """
    with work.as_one(entity):
        before = work.follow(entity, seen[0]) if seen else None
        if seen is None:
            key = work.create(entity, values)
        else:
            key = seen[0]
            work.update(entity, *seen, values)
        wrong: dict[tuple[str, int], tuple[Issue, ...]] = {}
        for name, rows in edits.items():
            table = _open(work, entity, name, (before, work.follow(entity, key)))
            wrong |= {(name, index): issues for index, issues in _write(work, entity, key, table, rows)}
        if wrong:
            raise InvalidRows(wrong)
        for each in {key} | {other for owner, other in work.held_back or () if owner == entity}:
            work.demand_sound(entity, each)
    return key


def _open(work: Work, entity: str, name: str, rows: tuple[Row | None, Row | None]) -> RowTable:
    """The table, where the actor's form shows it for the record as it is and had it open as it was. Raises
    Invalid."""
    found, (before, after) = work.entity(entity), rows
    table = found.tables.get(name)
    if table is None or name in work.rights(entity).hidden:
        raise Invalid([Issue(name, "unknown_field", {"field": name})])
    if work.actor.by_definition:
        return table
    if name in work.rights(entity).locked:
        raise Invalid([Issue(name, "read_only")])
    if after and not Sheet.of(work, found, work.situation(after)).shows(table):
        raise Invalid([Issue(name, "does_not_apply")])
    if before and Sheet.of(work, found, work.situation(before)).closes(table):
        raise Invalid([Issue(name, "read_only")])
    return table


def _write(
    work: Work, entity: str, key: str, table: RowTable, rows: Sequence[RowEdit]
) -> Iterator[tuple[int, tuple[Issue, ...]]]:
    """Writes the rows, those first that make room for others; what is wrong with each, by its place."""
    link = _link(work, entity, key, table)
    for index, row in enumerate(rows):
        if row.id is not None and not _is_row(work, table, row.id, link):
            yield index, (Issue(None, "not_found"),)
        elif row.is_deleted and row.id is not None:
            try:
                work.delete(table.entity, row.id, row.version)
            except RecordError as error:
                yield index, (Issue(None, error.code, error.params),)
    there = [
        (index, row)
        for index, row in enumerate(rows)
        if row.id and not row.is_deleted and _is_row(work, table, row.id, link)
    ]
    changes = [(row.id or "", row.version, row.values) for _, row in there]
    new = [(index, row) for index, row in enumerate(rows) if row.id is None and not row.is_deleted]
    given = list(_placed(work, table, link, [row.values for _, row in new]))
    results = work.update_many(table.entity, changes) if changes else []
    results += work.create_many(table.entity, given) if given else []
    for (index, _), result in zip((*there, *new), results, strict=True):
        if result.issues:
            yield index, result.issues


def _link(work: View, entity: str, key: str, table: RowTable) -> str:
    """The value by which a row leads to the record."""
    return link_to(
        work.entity(table.entity), Inbound(table.entity, table.link, OnDelete.CASCADE), entity, key
    )


def _is_row(work: Work, table: RowTable, key: str, link: str) -> bool:
    row = work.follow(table.entity, key)
    return row is not None and row[table.link] == link


def _placed(work: Work, table: RowTable, link: str, rows: Sequence[Values]) -> Iterator[Values]:
    """New rows with their link, and with their places behind those that are there."""
    place = _last(work, table, link) if table.order_by and rows else 0
    for values in rows:
        given = {**values, table.link: link}
        if table.order_by:
            place = given[table.order_by] = values.get(table.order_by) or place + 1
        yield given


def _last(work: Work, table: RowTable, link: str) -> int:
    assert table.order_by is not None
    query = Query(
        table.entity,
        work.asking,
        matching={table.link: [link]},
        sort=(Sort(table.order_by, descending=True),),
        fields=(table.order_by,),
        limit=1,
    )
    return next((row[table.order_by] or 0 for row in work.transaction.find(query).rows), 0)


def rows_of(view: View, entity: str, key: str, name: str) -> TableRows:
    """The rows of a table of a record that the actor may read. Raises NotFound."""
    Reader(view).get(entity, key)
    table, rights = view.entity(entity).tables[name], view.rights(entity)
    rows = view.rights(view.entity(entity).tables[name].entity)
    if name in rights.hidden or rows.read is False or table.link in rows.secret:
        raise NotFound("not_found")
    order = () if table.order_by in (None, *rows.secret) else (Sort(str(table.order_by)),)
    request = ListRequest(
        table.entity,
        matching={table.link: [_link(view, entity, key, table)]},
        sort=order,
        limit=MOST_ROWS,
    )
    page = Reader(view).list(request)
    return TableRows(
        tuple(_row(view, record) for record in page.records),
        rows.create,
        {} if page.next else _totals(table, page.records),
        more=page.next is not None,
    )


def _row(view: View, record: Record) -> TableRow:
    row, rights = view.follow(record.entity, record.id), view.rights(record.entity)
    situation = view.situation(row or {})
    return TableRow(record, holds(rights.update, situation), holds(rights.delete, situation))


def _totals(table: RowTable, records: Sequence[Record]) -> dict[str, Any]:  # Any: a number or a duration
    found: dict[str, Any] = {}
    for name in table.totals:
        values = [value for each in records if (value := each.values.get(name)) is not None]
        if values:
            found[name] = sum(values[1:], values[0])
    return found
