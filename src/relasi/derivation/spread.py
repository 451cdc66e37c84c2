"""From changes to all that is derived from them, in the order in which values are made.

Each field is made at most once in a spread, for all records that the changes reach, and what it then changes
reaches only fields behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relasi.derivation.clocks import different, reckoned
from relasi.derivation.graph import Dependent, Derived, Graph
from relasi.derivation.values import Linked, Place, made
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Asking, Query, Row
from relasi.schema.derivations import Rollup
from relasi.schema.expressions import Situation
from relasi.schema.fields.base import Value

_TOGETHER = 500
"""So many records are looked at at a time."""
_ROUNDS = 8
"""So often clocks are set again where what they show changes what they go by, in a circle through others."""


class Spread:
    """One spread inside the transaction of `linked`, which has the changed records as they are now."""

    def __init__(self, linked: Linked, graph: Graph, asking: Asking) -> None:
        self._transaction = linked.transaction
        self._graph = graph
        self._asking = asking
        self._linked = linked
        self._waiting: dict[Derived, dict[str, None]] = {}
        self._climbing: dict[Derived, dict[str, None]] = {}
        self._sought: dict[Dependent, dict[str, None]] = {}
        self._unwritten: dict[str, dict[str, dict[str, Value]]] = {}
        self._before: dict[Place, Row] = {}

    def note(
        self, entity: str, old: Row | None, new: Row | None, fields: Iterable[str], *, is_filled: bool = True
    ) -> None:
        """A record was created (`old` is None), deleted (`new` is None), or these of its fields have changed.
        `is_filled` where what it computes from its own fields is right already."""
        if old is None or new is None:
            for derived in self._graph.rolled_up(entity):
                self._wait_for_targets(derived, old, new)
            if new is None and old is not None:
                for derived in self._graph.over_tree(entity):
                    self._wait_for_those_above(derived, old)
            return
        key: str = new["id"]
        for field in fields:
            for dependent in self._graph.dependents(entity, field):
                if dependent.back:
                    self._sought.setdefault(dependent, {})[key] = None
                elif (entity, field) == (dependent.derived.entity, dependent.derived.tree):
                    self._wait_for_those_above(dependent.derived, old, new)
                elif isinstance(dependent.derived.field.derivation, Rollup):
                    self._wait_for_targets(dependent.derived, old, new)
                elif not is_filled:
                    self._wait(dependent.derived, key)

    def run(self) -> Mapping[Place, tuple[Row, Row]]:
        """Writes what has become different. Each record that this changed, as it was before and as it is."""
        self._seek()
        for _ in range(_ROUNDS):
            self._make_waiting()
            if not self.tick(list(self._before)):
                break
        self._write(list(self._unwritten))
        return {place: (row, self._row(place)) for place, row in self._before.items()}

    def tick(self, places: Iterable[Place]) -> bool:
        """Sets the clocks of records by what they say now, and by the time; tells whether any has changed."""
        has_changed = False
        for entity, key in places:
            clocked = self._graph.clocked(entity)
            row = self._linked.rows[entity, key] if clocked else None
            if clocked is None or row is None:
                continue
            situation = Situation(row, self._asking.now, self._asking.zone, record_id=key)
            if values := different(row, reckoned(clocked, situation)):
                has_changed = True
                self._set(entity, row, values)
        self._seek()
        return has_changed

    def _make_waiting(self) -> None:
        while self._waiting:
            derived = min(self._waiting, key=lambda each: each.rank)
            keys = list(self._waiting.pop(derived))
            for start in range(0, len(keys), _TOGETHER):
                self._make(derived, keys[start : start + _TOGETHER])
            self._seek()

    def _wait(self, derived: Derived, key: str) -> None:
        self._waiting.setdefault(derived, {})[key] = None

    def _wait_for_targets(self, derived: Derived, *rows: Row | None) -> None:
        """A rollup is to be made for what the records link to."""
        rollup = derived.field.derivation
        assert isinstance(rollup, Rollup)
        for row in rows:
            target = derived.reached(row[rollup.link]) if row is not None else None
            if target is not None:
                self._wait_from(derived, target)

    def _wait_for_those_above(self, derived: Derived, *rows: Row) -> None:
        """A rollup over a tree is to be made for what records stand below, or stood."""
        assert derived.tree is not None
        for row in rows:
            if row[derived.tree] is not None:
                self._wait_from(derived, row[derived.tree])

    def _wait_from(self, derived: Derived, key: str) -> None:
        """For a record, or for one of a tree and all above it."""
        waiting = self._waiting if derived.tree is None else self._climbing
        waiting.setdefault(derived, {})[key] = None

    def _climb(self) -> None:
        """Finds the records above, by the tree as it is now: where a branch has left one, what it stood below
        was waiting itself."""
        while self._climbing:
            derived, found = self._climbing.popitem()
            assert derived.tree is not None
            above = self._waiting.setdefault(derived, {})
            level = [key for key in found if key not in above]
            while level:
                above |= dict.fromkeys(level)
                self._linked.fetch(derived.entity, level)
                rows = [row for key in level if (row := self._linked.rows[derived.entity, key]) is not None]
                parents = dict.fromkeys(row[derived.tree] for row in rows)
                level = [key for key in parents if key is not None and key not in above]

    def _seek(self) -> None:
        """Finds the records that look at changed ones through their links. One whose own link has changed in
        this spread need not be found: it is waiting for that already."""
        while self._sought:
            dependent, found = self._sought.popitem()
            derived, keys = dependent.derived, list(found)
            rollup = derived.field.derivation
            fields = (rollup.link,) if isinstance(rollup, Rollup) else ()
            rows: list[Row] = []
            for entity, link in dependent.back:
                names = tuple(name for name in fields if entity == dependent.back[-1][0])
                query = Query(entity, self._asking, fields=names)
                rows = list(matching_rows(self._transaction, query, link, keys))
                keys = [row["id"] for row in rows]
            if isinstance(rollup, Rollup):
                self._wait_for_targets(derived, *rows)
            else:
                for key in keys:
                    self._wait(derived, key)
        self._climb()

    def _make(self, derived: Derived, keys: list[str]) -> None:
        self._linked.fetch(derived.entity, keys)
        rows = [row for key in keys if (row := self._linked.rows[derived.entity, key]) is not None]
        self._write(derived.looks_into)
        for key, value in made(derived, rows, self._linked, self._asking).items():
            row = self._row((derived.entity, key))
            if row[derived.name] != value:
                self._set(derived.entity, row, {derived.name: value})

    def _set(self, entity: str, row: Row, values: Mapping[str, Value]) -> None:
        place, new = (entity, row["id"]), {**row, **values}
        self._before.setdefault(place, row)
        self._linked.put(place, new)
        self._unwritten.setdefault(entity, {}).setdefault(row["id"], {}).update(values)
        self.note(entity, row, new, list(values), is_filled=False)

    def _write(self, entities: Iterable[str]) -> None:
        """Writes the new values of these entities, which the database is about to be asked for."""
        for entity in entities:
            values = self._unwritten.pop(entity, None)
            if values:
                self._transaction.put(entity, values)

    def _row(self, place: Place) -> Row:
        row = self._linked.rows[place]
        assert row is not None
        return row
