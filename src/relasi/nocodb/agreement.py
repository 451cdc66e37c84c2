"""Whether a copy in NocoDB holds what the records hold: counts, checksums, and what differs. Only reads.

The names beside links are not compared. To mend what differs is for `sweep`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as option
from hashlib import blake2b
from typing import Any

from relasi.nocodb.client import KEY, LARGEST_PAGE, Client
from relasi.nocodb.client import Row as SheetRow
from relasi.nocodb.layout import Sheet
from relasi.nocodb.meeting import ID, Seen, ours_of, theirs_of
from relasi.platform.lookup import all_rows
from relasi.platform.query import Query, Row
from relasi.records.edits.outside import OUTSIDE
from relasi.records.service import Records
from relasi.schema.model import Entity

SHOWN = 5
_BITS = 128


@dataclass(frozen=True, slots=True)
class Difference:
    """`record` is None for a row that stands for no record, `row` for a record that has no row. `fields` are
    those that differ where there are both, with our value and theirs, as their types dump them."""

    record: str | None
    row: int | None
    fields: Mapping[str, tuple[Any, Any]] = option(default_factory=dict)  # Any: JSON


@dataclass(frozen=True, slots=True)
class Agreement:
    """One entity. The checksums are of the values, to the second for date-times, in whatever order.

    `waiting` differ because they have not been sent yet, `disputed` because an objection is open; `differing`
    are the others, of which `examples` are the first few.
    """

    entity: str
    records: int
    rows: int
    ours: str
    theirs: str
    waiting: int
    disputed: int
    differing: int
    examples: tuple[Difference, ...]


@dataclass(slots=True)
class _Side:
    count: int = 0
    total: int = 0

    def add(self, digest: int) -> None:
        self.count += 1
        self.total = (self.total + digest) % 2**_BITS

    def __str__(self) -> str:
        return f"{self.total:0{_BITS // 4}x}"


class Comparing:
    """The records of one entity and their rows. A digest of each record is all that is kept in memory."""

    def __init__(self, records: Records, client: Client, entity: Entity, sheet: Sheet) -> None:
        self._records = records
        self._client = client
        self._entity = entity
        self._sheet = sheet
        self._columns = (sheet.record.title, *(each.title for each in sheet.fields.values()))

    def agreement(self) -> Agreement:
        """Raises PlatformUnavailable and NocodbError."""
        ours, theirs = _Side(), _Side()
        digests, waiting = self._digests(ours)
        met: set[str] = set()
        suspects: list[Difference] = []
        sure: list[Difference] = []
        for rows in self._client.pages(self._sheet.id, self._columns):
            for row in rows:
                seen = theirs_of(self._entity, self._sheet, row)
                digest, key = _digest(seen), seen[ID]
                theirs.add(digest)
                if key in met:
                    sure.append(Difference(None, row[KEY]))
                elif digests.get(key) != digest:
                    suspects.append(Difference(key, row[KEY]))
                met.add(key or "")
        suspects += [Difference(key, None) for key in digests if key not in met]
        differing = [*self._confirmed(suspects), *sure]
        waiting |= self._waiting()
        disputed = self._disputed(differing) - waiting
        rest = [each for each in differing if each.record not in waiting | disputed]
        return Agreement(
            entity=self._entity.name,
            records=ours.count,
            rows=theirs.count,
            ours=str(ours),
            theirs=str(theirs),
            waiting=sum(each.record in waiting for each in differing),
            disputed=sum(each.record in disputed for each in differing),
            differing=len(rest),
            examples=tuple(rest[:SHOWN]),
        )

    def _digests(self, side: _Side) -> tuple[dict[str, int], set[str]]:
        """By record; and the records that were waiting to be sent at the same moment."""
        digests = {}
        with self._records.work(OUTSIDE, write=False) as work:
            waiting = work.store.mirrors.unsent_of(self._entity.name)
            for record in all_rows(work.transaction, Query(self._entity.name, work.asking)):
                digests[record["id"]] = _digest(self._ours(record))
                side.add(digests[record["id"]])
        return digests, waiting

    def _waiting(self) -> set[str]:
        with self._records.work(OUTSIDE, write=False) as work:
            return work.store.mirrors.unsent_of(self._entity.name)

    def _confirmed(self, suspects: Sequence[Difference]) -> Iterator[Difference]:
        """Those that differ still: one side may have been changed after it was read, and before the other
        was."""
        for start in range(0, len(suspects), LARGEST_PAGE):
            some = suspects[start : start + LARGEST_PAGE]
            rows = self._client.get(self._sheet.id, [each.row for each in some if each.row], self._columns)
            with self._records.work(OUTSIDE, write=False) as work:
                keys = [each.record for each in some if each.record]
                records = work.transaction.get(self._entity.name, keys)
            for each in some:
                row = rows.get(each.row) if each.row else None
                if found := self._difference(records.get(each.record or ""), row):
                    yield found

    def _difference(self, record: Row | None, row: SheetRow | None) -> Difference | None:
        if record is None or row is None:
            key = record["id"] if record else None
            return Difference(key, row[KEY] if row else None) if record or row else None
        ours, theirs = self._ours(record), theirs_of(self._entity, self._sheet, row)
        fields = {name: (value, theirs[name]) for name, value in ours.items() if value != theirs[name]}
        return Difference(record["id"], row[KEY], fields) if fields else None

    def _disputed(self, differing: Sequence[Difference]) -> set[str]:
        found: set[str] = set()
        with self._records.work(OUTSIDE, write=False) as work:
            keys = [each.record for each in differing if each.record]
            for start in range(0, len(keys), LARGEST_PAGE):
                some = work.store.objections.on(self._entity.name, keys[start : start + LARGEST_PAGE])
                found |= {each.record_id for each in some}
        return found

    def _ours(self, record: Row) -> Seen:
        """What no cell can hold is in no row, and counts as a difference."""
        ours, problems = ours_of(self._entity, self._sheet, record)
        inexact = {name: self._entity.fields[name].type.dump(record[name]) for name in problems}
        return {**ours, **inexact, ID: record["id"]}


def _digest(seen: Seen) -> int:
    text = json.dumps(seen, sort_keys=True, default=str)
    return int.from_bytes(blake2b(text.encode(), digest_size=_BITS // 8).digest())
