"""The table of a message: what its lines say to one reader. How it looks is left to `rendering`, `paper`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from relasi.errors import Forbidden
from relasi.messages.rendering import TABLE
from relasi.platform.query import Query
from relasi.records import ListRequest, Work
from relasi.records.links import link_to
from relasi.records.reading import Reader
from relasi.schema.expressions import Expression, Format, Situation
from relasi.schema.fields.notation.markup import Block, Span
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Inbound, OnDelete, RowTable, Sort
from relasi.schema.model.mail import MessageTable

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Telling:
    """The table `told`, for a reader of the language; `situation` is that of the record, in which values are
    written by `write`."""

    work: Work
    told: MessageTable
    entity: str
    language: str
    situation: Situation
    write: Format

    def to_anybody(self) -> Block:
        """With all rows, whoever may read them."""
        found = Query(self._rows.name, self.work.asking, limit=_AT_ONCE)
        query = replace(found, matching=self._matching, sort=self._order)
        rows: list[Situation] = []
        while True:
            page = self.work.transaction.find(query)
            rows += map(self.work.situation, page.rows)
            if page.next is None:
                return self._block(rows)
            query = replace(query, after=page.next)

    def to_user(self) -> Block | None:
        """With the rows that the actor may read; None where there can be none."""
        reader = Reader(self.work)
        request = ListRequest(self._rows.name, matching=self._matching, sort=self._order, limit=_AT_ONCE)
        rows: list[Situation] = []
        try:
            while True:
                page = reader.list(request)
                rows += (self.work.situation(each.values, follow=reader.visible) for each in page.records)
                if page.next is None:
                    return self._block(rows)
                request = replace(request, after=page.next)
        except Forbidden:
            return None

    @property
    def _table(self) -> RowTable:
        return self.work.entity(self.entity).tables[self.told.name]

    @property
    def _rows(self) -> Entity:
        return self.work.entity(self._table.entity)

    @property
    def _matching(self) -> Mapping[str, Sequence[str]]:
        inbound = Inbound(self._table.entity, self._table.link, OnDelete.CASCADE)
        return {inbound.field: [link_to(self._rows, inbound, self.entity, self.situation.record_id or "")]}

    @property
    def _order(self) -> tuple[Sort, ...]:
        return (Sort(self._table.order_by),) if self._table.order_by else ()

    def _block(self, rows: Iterable[Situation]) -> Block:
        columns, below, owner = self.told.columns, self.told.below, self.work.entity(self.entity)
        lines = [[self._label(self._rows, name) for name in columns]]
        lines += ([self._cell(read, row) for read in columns.values()] for row in rows)
        lines += (
            [self._label(owner, name), self._cell(read, self.situation)] for name, read in below.items()
        )
        right = [self._rows.fields[name].type.right_aligned for name in columns]
        return {"kind": TABLE, "lines": lines, "right": right, "below": len(below)}

    def _label(self, entity: Entity, name: str) -> Span:
        return {"text": label_text(entity.fields[name].label, self.language)}

    def _cell(self, read: Expression, situation: Situation) -> Span:
        value = read.evaluate(situation)
        return {"text": "" if value is None else self.write(value, read)}
