"""The records as they were: a copy of the database goes back in time, and on again, one audited write after
the other. What is done with a write on the way is the caller's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relasi.platform.query import Row
from relasi.platform.sql.platform import SqlTransaction
from relasi.records import Event, Work
from relasi.schema.fields.base import ValueProblem
from relasi.schema.model import Model, mailbox, webform
from relasi.store.audit import NEW_VERSIONS, Change

Place = tuple[str, str]
"""An entity and the id of a record."""

_KINDS = ("created", "deleted", "derived", *NEW_VERSIONS)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Write:
    """`before` and `after` are what the fields that changed held, typed; the whole record where there is none
    on the other side."""

    change: Change
    before: Row | None
    after: Row | None

    @property
    def place(self) -> Place:
        return self.change.entity, self.change.record_id


class Past:
    """The records inside one transaction, which must not be committed: on the way, links may lead nowhere."""

    def __init__(self, work: Work, since: datetime) -> None:
        """Takes all records back to that moment."""
        assert isinstance(work.transaction, SqlTransaction)
        work.transaction.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        self._work = work
        changes = [
            each
            for entity in work.ground.model.entities
            for each in work.store.audit.since(entity, since)
            if each.kind in _KINDS
        ]
        changes.sort(key=lambda each: (each.at, each.id))
        present = self._present(changes)
        rows: dict[Place, Row | None] = dict(present)
        self.writes: Sequence[Write] = tuple(self._back(changes, rows))[::-1]
        self._rewind(present, rows)
        self._of: dict[Place, list[int]] = {}
        self._people = {(each.rule, each.at): each.on_behalf_of for each in changes if each.rule is not None}
        for index, write in enumerate(self.writes):
            self._of.setdefault(write.place, []).append(index)

    def forward(self, write: Write) -> None:
        """Does a write once more, whatever has become of the record meanwhile."""
        entity, key = write.place
        transaction = self._work.transaction
        if write.after is None:
            for row in transaction.get(entity, [key]).values():
                transaction.delete(entity, key, row["version"])
        elif write.before is not None:
            transaction.put(entity, {key: write.after})
        elif not transaction.existing(entity, [key]):
            transaction.insert(entity, [write.after])
        self._work.linked.forget_all()

    def next_of(self, places: Iterable[Place], index: int, but_not_by: str) -> int | None:
        """The first write behind that one to any of these records, left out what the rule wrote."""
        found = (self._after(place, index, but_not_by) for place in places)
        return min((each for each in found if each is not None), default=None)

    def held(self, entity: str, field: str) -> set[tuple[str, Any]]:  # Any: values of the field
        """The values, with the ids of their records, that writes gave to the field or took from it."""
        return {
            (write.change.record_id, side[field])
            for write in self.writes
            for side in (write.before, write.after)
            if write.change.entity == entity and side is not None and field in side
        }

    def person(self, rule: str, moment: datetime) -> str | None:
        """On whose behalf the rule wrote at a moment; None where it wrote nothing."""
        return self._people.get((rule, moment))

    def _after(self, place: Place, index: int, rule: str) -> int | None:
        known = self._of.get(place, [])
        return next(
            (each for each in known[bisect_right(known, index) :] if self.writes[each].change.rule != rule),
            None,
        )

    def _present(self, changes: Sequence[Change]) -> dict[Place, Row]:
        """The records of which the log tells something, as they are today."""
        keys: dict[str, dict[str, None]] = {}
        for each in changes:
            keys.setdefault(each.entity, {})[each.record_id] = None
        return {
            (entity, key): row
            for entity, known in keys.items()
            for part in _parts(list(known))
            for key, row in self._work.transaction.get(entity, part).items()
        }

    def _back(self, changes: Sequence[Change], rows: dict[Place, Row | None]) -> Iterator[Write]:
        """From the last to the first; in the end `rows` are as they were before all of them."""
        for change in reversed(changes):
            place = (change.entity, change.record_id)
            row = rows.get(place)
            before, after = self._sides(change)
            if change.kind == "deleted":
                rows[place] = self._lost(change, before)
                yield Write(change, rows[place], None)
            elif row is not None and change.kind == "created":
                rows[place] = None
                yield Write(change, None, {**row, **after, **_stamp(change)})
            elif row is not None:
                if change.kind in NEW_VERSIONS:
                    before |= {"version": change.version - 1}
                    after |= _stamp(change)
                rows[place] = {**row, **before}
                yield Write(change, before, after)

    def _lost(self, change: Change, values: Row) -> Row:
        """A record that was deleted, as it was."""
        audit = self._work.store.audit
        (made, *_), (last, *_) = (
            audit.of(*(change.entity, change.record_id), limit=1, before=change, kinds=kinds) or (change,)
            for kinds in (("created",), NEW_VERSIONS)
        )
        blank = self._work.ground.recipe(change.entity).blank
        return {
            **blank,
            **values,
            "id": change.record_id,
            "created_at": made.at,
            "created_by": made.user_id,
            **_stamp(last),
            "version": change.version - 1,
        }

    def _rewind(self, present: Mapping[Place, Row], rows: Mapping[Place, Row | None]) -> None:
        transaction = self._work.transaction
        for (entity, key), row in present.items():
            if rows[entity, key] is None:
                transaction.delete(entity, key, row["version"])
        for (entity, key), held in rows.items():
            if held is not None and (entity, key) not in present:
                transaction.insert(entity, [held])
        for (entity, key), row in present.items():
            held = rows[entity, key]
            changed = {name: value for name, value in (held or {}).items() if row[name] != value}
            if changed and held is not None:
                transaction.put(entity, {key: {**changed, **self._touched(entity, held)}})

    def _touched(self, entity: str, row: Row) -> Row:
        """When a record was last changed by then: the log tells."""
        last = next(
            (
                each
                for each in self._work.store.audit.of(entity, row["id"], limit=1000, kinds=NEW_VERSIONS)
                if each.version <= row["version"]
            ),
            None,
        )
        return {"updated_at": last.at if last else row["created_at"]}

    def _sides(self, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:  # Any: field values
        """What a field of today cannot hold is left as it is now."""
        fields = self._work.entity(change.entity).fields
        sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for name, pair in change.fields.items():
            for side, value in zip(sides, pair, strict=True):
                with suppress(ValueProblem, KeyError):
                    accepted = fields[name].type.accept(tuple(value) if isinstance(value, list) else value)
                    side[name] = accepted
        return sides


def event_of(work: Work, write: Write, old: Row | None, new: Row) -> Event:
    """What rules hear of a write."""
    change = write.change
    changed = {name: (None if old is None else old[name], new[name]) for name in change.fields if name in new}
    return Event(
        change.record_id,
        old,
        new,
        changed,
        change.id,
        is_derived=change.kind == "derived",
        move=_move(work, change, old, new),
        hook=_hook(work, change),
    )


def _move(work: Work, change: Change, old: Row | None, new: Row) -> str | None:
    """The move that leads from the one state to the other: the log tells the states."""
    process = work.entity(change.entity).process
    if process is None or change.kind != "moved" or old is None:
        return None
    before, after = old[process.field], new[process.field]
    return next(
        (each.name for each in process.moves if before in each.sources and each.target == after), None
    )


def ways_in(model: Model, entity: str, source: str) -> list[str]:
    """The hooks, the forms, or the mailboxes, by which records of the entity come from outside."""
    ways = [way for way, target in model.ways_in.items() if target == entity]
    kinds = {"form": webform.WAY_IN, "mail": mailbox.WAY_IN, "hook": ""}
    return [way for way in ways if kinds.get(source) == way[: way.find(".") + 1]]


def _hook(work: Work, change: Change) -> str | None:
    """What it came in by: the log tells the kind, and of two for one entity not which it was."""
    ways = [] if change.rule else ways_in(work.ground.model, change.entity, change.source)
    return ways[0] if len(ways) == 1 else None


def _stamp(change: Change) -> Row:
    by = change.user_id or change.on_behalf_of
    return {"version": change.version, "updated_at": change.at, "updated_by": by}


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(keys), _AT_ONCE):
        yield keys[first : first + _AT_ONCE]
