"""Where a value comes from: what it is made of, with the values that were read, down to what was entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from relasi.platform.contract import Transaction
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Asking, Query, Row
from relasi.schema.clocks import Sla
from relasi.schema.derivations import Clock, Computed, Function, Rollup, When
from relasi.schema.expressions import Format, Situation
from relasi.schema.expressions.tree import Read
from relasi.schema.fields.base import Value
from relasi.schema.fields.notation.timespans import in_words
from relasi.schema.holes import showing_in, written_for
from relasi.schema.model import Entity, Model, Sort
from relasi.texts import FALLBACK

_SHOWN = 5
"""So many of the records that a rollup goes by are told of."""
_COUNTED = 1_000_000
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Account:
    """A value, and what it is made of. `name` is the path to its field from the record that reads it, or the
    title of the record where a rollup goes by it.

    `made` says how, None where the value was entered. `record_id` is None where a link on the way is empty.
    `count` is the number of records that a rollup goes by; `parts` has the first of them.
    """

    name: str
    entity: str
    record_id: str | None
    field: str
    value: Value
    made: str | None = None
    parts: tuple[Account, ...] = ()
    count: int | None = None

    def to_json(self, model: Model) -> dict[str, Any]:  # Any: JSON
        type_ = model.entities[self.entity].fields[self.field].type
        return {
            "name": self.name,
            "entity": self.entity,
            "id": self.record_id,
            "field": self.field,
            "value": None if self.value is None else type_.dump(self.value),
            "made": self.made,
            "count": self.count,
            "parts": [part.to_json(model) for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Accountant:
    """Looks at the records of a transaction as they are now, whoever may read them."""

    model: Model
    transaction: Transaction
    asking: Asking

    def account(self, entity: str, row: Row, field: str, name: str = "") -> Account:
        """How the field of the record comes to its value."""
        derivation = self.model.entities[entity].fields[field].derivation
        place = (name or field, entity, row["id"], field, row[field])
        match derivation:
            case Computed():
                reads = {read.path: read for read in derivation.reads}
                parts = tuple(self._read(read, row) for read in reads.values())
                return Account(*place, made=_computed(derivation), parts=parts)
            case Rollup():
                queries = list(self._rolled(entity, row, derivation))
                rows = chain.from_iterable(self.transaction.find(query).rows for query in queries)
                parts = tuple(self._counted(derivation, each) for each in islice(rows, _SHOWN))
                count = sum(self.transaction.count(query, _COUNTED).number for query in queries)
                return Account(*place, made=_rolled_up(derivation), parts=parts, count=count)
            case Clock(sla):
                names = [*sorted(sla.reads), sla.field("periods")]
                parts = tuple(self.account(entity, row, each) for each in names if each != field)
                return Account(*place, made=_clocked(sla, row), parts=parts)
        return Account(*place)

    def _read(self, read: Read, row: Row) -> Account:
        """What stands at the end of a path."""
        *links, field = read.path
        standing: Row | None = row
        for link, entity in zip(links, read.entities[1:], strict=True):
            key = standing[link] if standing is not None else None
            standing = self._row(entity, key) if key is not None else None
        name = ".".join(read.path)
        if standing is None:
            return Account(name, read.entities[-1], None, field, None)
        return self.account(read.entities[-1], standing, field, name)

    def _rolled(self, entity: str, row: Row, rollup: Rollup) -> Iterator[Query]:
        """The records that the rollup goes by, in its order; those of a large branch of a tree in parts."""
        several = len(self.model.entities[rollup.entity].fields[rollup.link].links_to) > 1
        order = (Sort(rollup.by, rollup.function is Function.LAST),) if rollup.by else ()
        where = (rollup.where,) if rollup.where else ()
        keys = list(self._branch(entity, rollup.tree, row["id"])) if rollup.tree else [row["id"]]
        for start in range(0, len(keys), _TOGETHER):
            part = keys[start : start + _TOGETHER]
            links = [f"{entity}/{key}" for key in part] if several else part
            yield Query(rollup.entity, self.asking, where, {rollup.link: links}, sort=order, limit=_SHOWN)

    def _branch(self, entity: str, tree: str, key: str) -> dict[str, None]:
        """The record and all below it."""
        found: dict[str, None] = {key: None}
        level = [key]
        while level:
            rows = matching_rows(self.transaction, Query(entity, self.asking, fields=()), tree, level)
            level = [row["id"] for row in rows if row["id"] not in found]
            found |= dict.fromkeys(level)
        return found

    def _counted(self, rollup: Rollup, row: Row) -> Account:
        entity = self.model.entities[rollup.entity]
        return self.account(entity.name, row, rollup.field or rollup.link, self._title(entity, row))

    def _title(self, entity: Entity, row: Row) -> str:
        situation = Situation(row, self.asking.now, self.asking.zone, row["id"], follow=self._row)
        return entity.title.render(situation, self._write) or row["id"]

    @property
    def _write(self) -> Format:
        settings = self.model.settings
        return written_for(self.model, showing_in(settings, settings.languages[0]))

    def _row(self, entity: str, key: str) -> Row | None:
        return self.transaction.get(entity, [key]).get(key)


def _computed(computed: Computed) -> str:
    when = {When.ALWAYS: "", When.WHEN_EMPTY: " (when empty)", When.ON_CREATE: " (when it was created)"}
    return f"{computed.value.text}{when[computed.when]}"


def _clocked(sla: Sla, row: Row) -> str:
    span = sla.target.of(row)
    if span is None:
        return f"nothing is agreed: {sla.name} has no target for such a record"
    calendar = f", calendar {sla.calendar.name}" if span.working else ""
    return f"{in_words(span, FALLBACK)} from {sla.starts.text} until {sla.met_when.text}{calendar}"


def _rolled_up(rollup: Rollup) -> str:
    what = f"{rollup.function.value} of {rollup.field}" if rollup.field else rollup.function.value
    order = f" by {rollup.by}" if rollup.by else ""
    where = f" where {rollup.where.text}" if rollup.where else ""
    over = f" over {rollup.tree}" if rollup.tree else ""
    return f"{what} over {rollup.entity}.{rollup.link}{over}{order}{where}"
