"""Records on their way through the recipe: values are taken from the caller, typed, and completed with
defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relasi.errors import Issue
from relasi.platform.query import Row
from relasi.records.recipe import Recipe
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.fields.notation.disguised import Disguised


@dataclass(frozen=True, slots=True)
class Past:
    """When a record was entered that comes from elsewhere, and by whom."""

    at: datetime
    by: str | None


@dataclass(slots=True)
class Draft:
    """`values` is the whole record as it will be, `start` what it was before the caller gave any: the record
    as it is kept, or the defaults of a new one. One with issues is not written."""

    values: dict[str, Value]
    start: Row
    old: Row | None = None
    issues: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    """What is told of a record that is written all the same."""
    made_of: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """Computed fields that have been filled in, and what they were made of."""
    entered: set[str] = field(default_factory=set)
    """The fields for which the caller gave a value."""
    past: Past | None = None
    """None where it is entered now, by whoever acts."""

    @property
    def id(self) -> str:
        key: str = self.values["id"]
        return key

    def given(self, name: str) -> Value:
        """The value that the field newly has, None where it keeps what the record had."""
        value = self.values[name]
        return value if self.old is None or self.old[name] != value else None

    def changed(self, recipe: Recipe) -> dict[str, tuple[Value, Value]]:
        """Field -> (old, new) for every own field that differs; on a new record, for every filled one."""
        old: Mapping[str, Value] = self.old if self.old is not None else recipe.blank
        return {name: (old[name], new) for name in recipe.own if (new := self.values[name]) != old[name]}

    def refuse(self, name: str | None, code: str, **params: object) -> None:
        self.issues.append(Issue(name, code, params))


class Accepted(dict[str, Value]):
    """Values that have passed `accept` of their fields already: they are not asked a second time."""


def take(recipe: Recipe, draft: Draft, given: Mapping[str, Value], hidden: frozenset[str]) -> None:
    """Puts the given values into the draft, each as its field keeps it. A hidden field is as unknown as a
    wrong one; what comes back masked stays what it was."""
    accepted = isinstance(given, Accepted)
    for name, raw in given.items():
        known = recipe.own.get(name)
        if known is None or name in hidden:
            draft.refuse(name, "unknown_field", field=name)
            continue
        if isinstance(raw, Disguised):
            continue
        draft.entered.add(name)
        try:
            draft.values[name] = raw if accepted else known.type.accept(raw)
        except ValueProblem as problem:
            draft.issues.append(Issue(name, problem.code, problem.params))
