"""The value of one derived field for one record, or for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from relasi.derivation.graph import Derived
from relasi.platform.contract import Transaction
from relasi.platform.query import Asking, Row
from relasi.schema.derivations import Computed, Rollup, When
from relasi.schema.expressions import Situation, Template
from relasi.schema.expressions.tree import Read
from relasi.schema.fields.base import Value

Place = tuple[str, str]
"""An entity and the id of a record."""


class Linked:
    """The records that values are computed from, put on hold until the transaction ends, so that nobody
    changes them in between. `rows` has records as they are now, `held` says which of them are on hold."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.rows: dict[Place, Row | None] = {}
        self.held: set[Place] = set()

    def look(self, entity: str, key: str) -> Row | None:
        """A record as it is, not put on hold."""
        place = (entity, key)
        if place not in self.rows:
            self.rows[place] = self.transaction.get(entity, [key]).get(key)
        return self.rows[place]

    def put(self, place: Place, row: Row) -> None:
        """What this transaction has made of a record."""
        self.rows[place] = row
        self.held.add(place)

    def forget(self, place: Place) -> None:
        """The record is there no longer."""
        self.rows.pop(place, None)
        self.held.discard(place)

    def forget_all(self) -> None:
        """What this transaction had made of records may have been undone."""
        self.rows.clear()
        self.held.clear()

    def fetch(self, entity: str, keys: Iterable[str]) -> None:
        """Reads the records that are not on hold yet, all at once."""
        missing = sorted({key for key in keys if (entity, key) not in self.held})
        if missing:
            found = self.transaction.get(entity, missing, hold=True)
            self.rows |= {(entity, key): found.get(key) for key in missing}
            self.held.update((entity, key) for key in missing)

    def reach(self, reads: Iterable[Read], rows: Sequence[Row]) -> None:
        """Fetches what the paths lead to from the rows, one step of all of them after the other."""
        for read in reads:
            standing: list[Row] = list(rows)
            for link, entity in zip(read.path, read.entities[1:], strict=False):
                keys = dict.fromkeys(key for row in standing if (key := row.get(link)) is not None)
                self.fetch(entity, keys)
                standing = [row for key in keys if (row := self.rows[entity, key]) is not None]

    def follow(self, entity: str, key: str) -> Row | None:
        if (entity, key) not in self.held:
            self.fetch(entity, [key])
        return self.rows[entity, key]


def computed_value(derived: Derived, row: Row, linked: Linked, asking: Asking) -> Value:
    """What a computed field of the record holds, whatever it held before."""
    derivation = derived.field.derivation
    assert isinstance(derivation, Computed)
    situation = Situation(
        record=row, now=asking.now, zone=asking.zone, record_id=row.get("id"), follow=linked.follow
    )
    value = derivation.value
    if isinstance(value, Template):
        return derived.fitted(value.render(situation, derived.write))
    return derived.fitted(value.evaluate(situation))


def made(derived: Derived, rows: Sequence[Row], linked: Linked, asking: Asking) -> dict[str, Value]:
    """Id -> what the field holds, for each of these records of its entity."""
    derivation = derived.field.derivation
    if isinstance(derivation, Rollup):
        return _rolled_up(derived, [row["id"] for row in rows], linked.transaction)
    assert isinstance(derivation, Computed)
    linked.reach(derived.reads, rows)
    keeps_own = derivation.when is not When.ALWAYS
    return {
        row["id"]: row[derived.name]
        if keeps_own and row[derived.name] is not None
        else computed_value(derived, row, linked, asking)
        for row in rows
    }


def _rolled_up(derived: Derived, keys: Sequence[str], transaction: Transaction) -> dict[str, Value]:
    """From what the database holds now."""
    links = {derived.asked(key): key for key in keys}
    figures = transaction.roll_up(derived.entity, derived.name, list(links))
    return {
        key: derived.nothing if (figure := figures.get(link)) is None else derived.fitted(figure)
        for link, key in links.items()
    }
