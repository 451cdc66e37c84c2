"""What an import did to one record, read from the audit log, against what the record is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relasi.platform.query import Row
from relasi.records.recipe import Recipe
from relasi.schema.fields.base import Value, ValueProblem
from relasi.store.audit import Change

_NOBODYS = {"derived", "linked", "unlinked", "exported"}
"""Kinds of entries by which nobody has changed the record itself."""
_WHOLE = {"merged", "parted", "erased"}
"""Kinds of entries after which the record is another one."""
_UNREADABLE: Value = object()


@dataclass(frozen=True, slots=True)
class Trail:
    """`ours` came of the import, `others` since or before, both in the order of time."""

    entity: str
    record_id: str
    ours: tuple[Change, ...]
    others: tuple[Change, ...]

    @property
    def place(self) -> tuple[str, str]:
        return self.entity, self.record_id

    @property
    def is_created(self) -> bool:
        return any(each.kind == "created" for each in self.ours)

    @property
    def is_by_rules(self) -> bool:
        """Whether it was not the file that named the record, but rules came to it on the way."""
        return all(each.rule is not None for each in self.ours)

    def claimed(self, recipe: Recipe, row: Row) -> tuple[str, ...] | None:
        """The fields of a new record that somebody has changed since; None where nobody has a claim to it.
        What rules did later claims nothing."""
        left = {name: new for change in self.ours for name, (_, new) in change.fields.items()}
        theirs = [each for each in self.others if each.rule is None and each.kind not in _NOBODYS]
        if any(each.kind in _WHOLE for each in theirs):
            return ()
        touched = dict.fromkeys(name for each in theirs for name in each.fields if name in recipe.own)
        changed = tuple(name for name in touched if _value(recipe, name, left.get(name)) != row[name])
        return changed or None

    def before(
        self, recipe: Recipe, row: Row, barred: frozenset[str]
    ) -> tuple[dict[str, Value], tuple[str, ...]]:
        """The values to go back to, and the fields that stay since they are not as the import left them, or
        are among the `barred` and were in the file."""
        values: dict[str, Value] = {}
        staying: dict[str, None] = {}
        settled: set[str] = set()
        for name, old, new in self._backwards(recipe):
            if name in settled:
                continue
            value = _UNREADABLE if name in barred and self._is_named(name) else _value(recipe, name, old)
            if values.get(name, row[name]) == _value(recipe, name, new) and value is not _UNREADABLE:
                values[name] = value
                continue
            settled.add(name)
            if name not in values:
                staying[name] = None
        return {name: value for name, value in values.items() if value != row[name]}, tuple(staying)

    def _is_named(self, name: str) -> bool:
        return any(change.rule is None and name in change.fields for change in self.ours)

    def _backwards(self, recipe: Recipe) -> Iterator[tuple[str, Any, Any]]:  # Any: JSON
        """Field, old and new value of what the import changed, the last first, but for what follows from
        other fields."""
        for change in reversed(self.ours):
            for name, (old, new) in change.fields.items():
                known = recipe.own.get(name)
                if known and name not in recipe.computed and not (old is None and known.computed):
                    yield name, old, new


def trails(entries: Mapping[str, Change], ours: set[str]) -> tuple[Trail, ...]:
    """One for each record, in the order in which the import came to them."""
    found: dict[tuple[str, str], tuple[list[Change], list[Change]]] = {}
    for key in sorted(entries):
        change = entries[key]
        mine, others = found.setdefault((change.entity, change.record_id), ([], []))
        (mine if key in ours else others).append(change)
    return tuple(Trail(*place, tuple(mine), tuple(others)) for place, (mine, others) in found.items() if mine)


def _value(recipe: Recipe, name: str, dumped: Any) -> Value:  # Any: JSON
    """The value that the log tells of, in the terms of today."""
    if dumped is None:
        return None
    try:
        return recipe.own[name].type.accept(dumped)
    except ValueProblem:
        return _UNREADABLE
