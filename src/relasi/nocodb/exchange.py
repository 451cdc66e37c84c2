"""The records of one entity meet their rows in NocoDB: what was edited there enters by the recipe, what was
changed here is sent.

A row is read before it is written, so that no edit is overwritten unseen; what is about to be sent is noted
before, so that after a crash it is not taken for an edit. Every step can be done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from relasi.nocodb.client import KEY, Cell, Client
from relasi.nocodb.client import Row as SheetRow
from relasi.nocodb.failures import NocodbError
from relasi.nocodb.layout import Sheet
from relasi.nocodb.meeting import (
    BORN,
    ID,
    Comparison,
    cells_of,
    columns,
    compare,
    is_same_row,
    ours_of,
    theirs_of,
    values_of,
)
from relasi.nocodb.naming import Naming
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records.edits.adopting import Edit, adopt
from relasi.records.edits.outside import OUTSIDE
from relasi.records.service import Records
from relasi.schema.model import Entity
from relasi.store.mirrors import Mirror, Unsent
from relasi.store.objections import Objection
from relasi.texts import LOCALES

WHO = "NocoDB"
AGAIN = timedelta(hours=1)
"""What NocoDB did not take is sent again no sooner, unless the record changes."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a row is to get: `row` is None for a new one. `problem` is why the rest cannot be sent."""

    mirror: Mirror
    cells: Mapping[str, Cell]
    problem: Mapping[str, str] | None


class Exchange:
    """Raises PlatformUnavailable and NocodbError; what was done by then stays, and is known."""

    def __init__(self, records: Records, client: Client, entity: Entity, sheet: Sheet) -> None:
        self._records = records
        self._client = client
        self._entity = entity
        self._sheet = sheet
        self._columns = columns(sheet)

    def send(self, unsent: Sequence[Unsent]) -> None:
        """Brings the rows of these records up to date."""
        keys = [each.record_id for each in unsent]
        mirrors = self._mirrors(keys)
        rows = self._rows(mirrors, keys)
        self.receive(rows.values(), mirrors)
        self._lost(mirrors, rows)
        self._write(unsent, rows)

    def receive(self, rows: Iterable[SheetRow], mirrors: Mapping[str, Mirror]) -> None:
        """Takes over what was edited in rows of known records."""
        by_row = {mirror.row: mirror for mirror in mirrors.values() if mirror.row is not None}
        for row in rows:
            mirror = by_row.get(row[KEY])
            if mirror is not None and is_same_row(self._sheet, mirror, row) and self._is_news(mirror, row):
                self._take_edits(mirror.record_id, row)

    def appear(self, row: SheetRow) -> None:
        """Takes over a row that stands for no record yet. One that has the number of another shows that the
        other is gone."""
        if self.known([row])[1]:
            with self._records.work(OUTSIDE, write=False) as work:
                before = work.store.mirrors.at_rows(self._entity.name, [row[KEY]])
            self.vanish(each.record_id for each in before.values())
            self._take_new(row)

    def vanish(self, record_ids: Iterable[str]) -> None:
        """Takes over that rows were deleted."""
        for key in record_ids:
            self._take_delete(key)

    def known(self, rows: Iterable[SheetRow]) -> tuple[dict[str, Mirror], list[SheetRow]]:
        """The records whose rows these are, by their ids; and the rows that stand for none."""
        found = {row[KEY]: row for row in rows}
        with self._records.work(OUTSIDE, write=False) as work:
            mirrors = work.store.mirrors.at_rows(self._entity.name, found)
        same = {key: each for key, each in mirrors.items() if is_same_row(self._sheet, each, found[key])}
        return {each.record_id: each for each in same.values()}, [
            row for key, row in found.items() if key not in same
        ]

    def _mirrors(self, keys: Sequence[str]) -> dict[str, Mirror]:
        with self._records.work(OUTSIDE, write=False) as work:
            return work.store.mirrors.get(self._entity.name, keys)

    def _rows(self, mirrors: dict[str, Mirror], keys: Sequence[str]) -> dict[str, SheetRow]:
        """By record. One without a number may have been sent by somebody who could not note it."""
        numbers = {each.row: key for key, each in mirrors.items() if each.row is not None}
        found = self._client.get(self._sheet.id, list(numbers), self._columns) if numbers else {}
        rows = {
            key: row
            for number, key in numbers.items()
            if (row := found.get(number)) and is_same_row(self._sheet, mirrors[key], row)
        }
        astray = [key for key in keys if key in mirrors and mirrors[key].row is None]
        if astray:
            record = self._sheet.record
            for row in self._client.find(self._sheet.id, record.id, astray, self._columns):
                key = row[record.title]
                if key not in rows:
                    rows[key] = row
                    mirrors[key] = replace(mirrors[key], row=row[KEY], born=row[BORN])
                    self._note(mirrors[key])
        return rows

    @begun_again
    def _note(self, mirror: Mirror) -> None:
        with self._records.work(OUTSIDE) as work:
            work.store.mirrors.put(mirror)

    def _is_news(self, mirror: Mirror, row: SheetRow) -> bool:
        theirs = theirs_of(self._entity, self._sheet, row)
        return any(value != mirror.seen.get(name) for name, value in theirs.items())

    @begun_again
    def _take_edits(self, key: str, row: SheetRow) -> None:
        entity, theirs = self._entity.name, theirs_of(self._entity, self._sheet, row)
        with self._records.work(OUTSIDE) as work:
            mirror = work.store.mirrors.get(entity, [key])[key]
            record = work.transaction.get(entity, [key], hold=True).get(key)
            objections = work.store.objections.on(entity, [key])
            if record is not None:
                found = self._compared(mirror, record, theirs, objections)
                if found.edited:
                    given = values_of(self._sheet, row, found.edited)
                    adopt(work, Edit(entity, key, "changed", given, WHO, found.clashing))
            elif any(each.what == "created" for each in objections):
                adopt(work, Edit(entity, key, "created", self._filled(row), WHO))
            else:
                moved = [name for name in self._sheet.fields if theirs[name] != mirror.seen.get(name)]
                adopt(work, Edit(entity, key, "changed", values_of(self._sheet, row, moved), WHO))
            work.store.mirrors.put(replace(mirror, seen=theirs, sending=None))

    def _compared(
        self, mirror: Mirror, record: Row, theirs: Mapping[str, Any], objections: Sequence[Objection]
    ) -> Comparison:
        ours, _ = ours_of(self._entity, self._sheet, record)
        by_field = {each.field: each for each in objections if each.field and each.what == "changed"}
        return compare(self._entity, mirror, ours=ours, theirs=theirs, objections=by_field)

    def _filled(self, row: SheetRow) -> dict[str, Any]:  # Any: field values
        """What a new row says of the record; what the engine fills in by itself is left to it."""
        names = [name for name in self._sheet.fields if not self._entity.fields[name].system]
        values = values_of(self._sheet, row, names)
        return {name: value for name, value in values.items() if value is not None}

    @begun_again
    def _take_new(self, row: SheetRow) -> None:
        """A row may carry the id of a record that has none: it was sent, and could not be noted."""
        entity, named = self._entity.name, row[self._sheet.record.title]
        with self._records.work(OUTSIDE) as work:
            mirrors = work.store.mirrors
            theirs = theirs_of(self._entity, self._sheet, row)
            held = mirrors.get(entity, [named]).get(named) if named else None
            if named and work.transaction.existing(entity, [named]) and (held is None or held.row is None):
                found = held or Mirror(entity, named, None, None, {})
                mirrors.put(replace(found, row=row[KEY], born=row[BORN]))
                mirrors.mark(entity, [named], work.now, work.ground.new_id())
                return
            key = work.ground.new_id()
            adopt(work, Edit(entity, key, "created", self._filled(row), WHO))
            mirrors.put(Mirror(entity, key, row[KEY], row[BORN], theirs))

    @begun_again
    def _take_delete(self, key: str) -> None:
        entity = self._entity.name
        with self._records.work(OUTSIDE) as work:
            mirror = work.store.mirrors.get(entity, [key]).get(key)
            record = work.transaction.get(entity, [key], hold=True).get(key)
            if mirror is None or mirror.row is None:
                return
            clashing = frozenset[str]()
            if record is not None:
                ours, _ = ours_of(self._entity, self._sheet, record)
                both = {**mirror.seen, **(mirror.sending or {})}
                clashing = frozenset(
                    name
                    for name, value in ours.items()
                    if value != both.get(name) and not self._entity.fields[name].system
                ) - {each.field for each in work.store.objections.on(entity, [key])}
            adopt(work, Edit(entity, key, "deleted", who=WHO, clashing=clashing))
            work.store.mirrors.forget(entity, key)
            if work.transaction.existing(entity, [key]):
                work.store.mirrors.mark(entity, [key], work.now, work.ground.new_id())

    def _lost(self, mirrors: Mapping[str, Mirror], rows: Mapping[str, SheetRow]) -> None:
        """Records that had a row which is gone."""
        self.vanish(key for key, each in mirrors.items() if each.row is not None and key not in rows)

    def _write(self, unsent: Sequence[Unsent], rows: Mapping[str, SheetRow]) -> None:
        parcels, gone = self._packed(unsent, rows)
        if gone:
            self._client.delete(self._sheet.id, [each.row for each in gone if each.row is not None])
        marks = {each.record_id: each for each in unsent}
        refused: dict[str, Mapping[str, str]] = {
            each.mirror.record_id: each.problem for each in parcels if each.problem
        }
        written = [*self._updated(parcels, refused), *self._inserted(parcels, refused)]
        self._noted(marks, gone, written, refused)

    @begun_again
    def _packed(
        self, unsent: Sequence[Unsent], rows: Mapping[str, SheetRow]
    ) -> tuple[list[Parcel], list[Mirror]]:
        """What is to be written, which is noted; and the rows of records that are no longer there."""
        entity = self._entity.name
        keys = [each.record_id for each in unsent]
        marks = {each.record_id: each.mark for each in unsent}
        with self._records.work(OUTSIDE) as work:
            mirrors = work.store.mirrors.get(entity, keys)
            records = work.transaction.get(entity, keys)
            objections: dict[str, list[Objection]] = {}
            for each in work.store.objections.on(entity, keys):
                objections.setdefault(each.record_id, []).append(each)
            naming = Naming(work, self._entity, self._sheet)
            parcels, noted, settled = [], [], []
            for key, record in records.items():
                mirror = mirrors.get(key) or Mirror(entity, key, None, None, {})
                parcel = self._parcel(mirror, record, rows.get(key), objections.get(key, ()))
                labels = naming.cells(record, rows.get(key))
                if parcel.cells or labels or mirror.row is None:
                    cells = {**parcel.cells, **labels, self._sheet.writer.title: marks[key]}
                    parcels.append(replace(parcel, cells=cells))
                elif parcel.problem:
                    parcels.append(parcel)
                noted.append(parcel.mirror)
                sending = parcel.mirror.sending or {}
                settled += [each.id for each in objections.get(key, ()) if each.field in sending]
            work.store.mirrors.put(*noted)
            work.store.objections.close(settled, "overtaken", work.now)
            gone = [
                each
                for key, each in mirrors.items()
                if key not in records and not any(o.what == "created" for o in objections.get(key, ()))
            ]
        return parcels, gone

    def _parcel(
        self, mirror: Mirror, record: Row, row: SheetRow | None, objections: Sequence[Objection]
    ) -> Parcel:
        ours, problems = ours_of(self._entity, self._sheet, record)
        if row is None:
            due = frozenset(ours)  # the empty ones, too: a checkbox that is not named is false, not empty
            mirror = replace(mirror, row=None, born=None, seen={})
        else:
            theirs = theirs_of(self._entity, self._sheet, row)
            due = self._compared(mirror, record, theirs, objections).due
        sending = {name: ours[name] for name in due}
        return Parcel(
            replace(mirror, sending=sending or None),
            cells_of(self._sheet, record, due),
            self._told(problems) if problems else None,
        )

    def _told(self, problems: Mapping[str, Any]) -> Mapping[str, str]:
        name, problem = next(iter(problems.items()))
        label = self._entity.fields[name].label
        return {language: f"{label.get(language, name)}: {problem.text(language)}" for language in LOCALES}

    def _updated(self, parcels: Sequence[Parcel], refused: dict[str, Mapping[str, str]]) -> list[Mirror]:
        old = {each.mirror.row: each for each in parcels if each.mirror.row is not None and each.cells}
        rows = [{KEY: number, **each.cells} for number, each in old.items()]
        problems = self._client.update(self._sheet.id, rows) if rows else {}
        for number, error in problems.items():
            refused[old[number].mirror.record_id] = _sentence(error)
        return [_seen(each.mirror) for number, each in old.items() if number not in problems]

    def _inserted(self, parcels: Sequence[Parcel], refused: dict[str, Mapping[str, str]]) -> list[Mirror]:
        new = [each for each in parcels if each.mirror.row is None]
        outcome = self._client.insert(self._sheet.id, [each.cells for each in new]) if new else []
        written = []
        for parcel, number in zip(new, outcome, strict=True):
            if isinstance(number, int):
                written.append(_seen(replace(parcel.mirror, row=number)))
            else:
                refused[parcel.mirror.record_id] = _sentence(number)
        return written

    @begun_again
    def _noted(
        self,
        marks: Mapping[str, Unsent],
        gone: Sequence[Mirror],
        written: Sequence[Mirror],
        refused: Mapping[str, Mapping[str, str]],
    ) -> None:
        with self._records.work(OUTSIDE) as work:
            mirrors = work.store.mirrors
            for mirror in gone:
                mirrors.forget(mirror.entity, mirror.record_id)
            mirrors.put(*written)
            for key, problem in refused.items():
                mirrors.put_off(marks[key], work.now + AGAIN, problem)
            mirrors.sent([each for key, each in marks.items() if key not in refused])


def _seen(mirror: Mirror) -> Mirror:
    """After its row has got what was sent."""
    seen = {**mirror.seen, **(mirror.sending or {}), ID: mirror.record_id}
    return replace(mirror, seen=seen, sending=None)


def _sentence(error: NocodbError) -> Mapping[str, str]:
    return {language: error.text(language) for language in LOCALES}
