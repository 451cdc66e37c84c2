"""Values that records get past checks and rules, because what they link to is another record now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from relasi.derivation import Spread
from relasi.platform.query import Row
from relasi.records.steps import auditing, derived
from relasi.records.steps.checks import unless_taken
from relasi.records.work import Work
from relasi.schema.fields.base import Value
from relasi.store.audit import ChangeKind
from relasi.store.likeness import keys_of

Place = tuple[str, str]


@dataclass(slots=True)
class Shifting:
    """What is derived from the values follows with `settle`, and the audit log tells of it."""

    work: Work
    spread: Spread = field(init=False)
    rows: dict[Place, tuple[Row, Row]] = field(default_factory=dict)
    """As they were, and as they are."""

    def __post_init__(self) -> None:
        self.spread = Spread(self.work.linked, self.work.ground.graph, self.work.asking)

    def shift(self, place: Place, values: Mapping[str, Value]) -> None:
        entity, key = place
        old = self.work.transaction.get(entity, [key], hold=True).get(key)
        changed = {name: value for name, value in values.items() if old and old[name] != value}
        if old is None or not changed:
            return
        by = {"updated_at": self.work.now, "updated_by": self.work.actor.user_id}
        with unless_taken():
            self.work.transaction.update(entity, key, old["version"], {**changed, **by})
        new = {**old, **changed, **by, "version": old["version"] + 1}
        self.rows[place] = (self.rows[place][0] if place in self.rows else old, new)
        self.work.linked.put(place, new)
        self.spread.note(entity, old, new, (*changed, "version", *by), is_filled=False)

    def drop(self, entity: str, row: Row) -> None:
        self.work.transaction.delete(entity, row["id"], row["version"])
        self.work.linked.forget((entity, row["id"]))
        self.spread.note(entity, row, None, ())

    def made(self, entity: str, row: Row) -> None:
        """A row that was put into its table."""
        self.work.linked.put((entity, row["id"]), row)
        self.spread.note(entity, None, row, ())

    def settle(self, kind: ChangeKind, told: Sequence[Place]) -> None:
        """`told` are records of which the log says `kind`, whatever has changed in them."""
        changes, _ = derived.audited(self.work, self.spread.run())
        for entity, key in {**dict.fromkeys(told), **self.rows}:
            recipe, row = self.work.ground.recipe(entity), self.work.follow(entity, key)
            if row is None:
                continue
            old, new = self.rows.get((entity, key), (row, row))
            fields = {name: (old[name], new[name]) for name in recipe.own if old[name] != new[name]}
            changes.append(
                auditing.entry(self.work, recipe, kind if (entity, key) in told else "updated", row, fields)
            )
            if recipe.entity.twins:
                keys = keys_of(recipe.entity.twins, self.work.situation(row))
                self.work.store.likeness.put(entity, {key: keys})
        self.work.store.audit.append(changes)
