"""Which derived fields are made of which fields, sorted out once for a Model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from relasi.schema.derivations import Computed, Function, Rollup, When, reads_of
from relasi.schema.expressions import Format
from relasi.schema.expressions.operations import ROUND
from relasi.schema.expressions.tree import Read
from relasi.schema.expressions.types import Number
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.holes import showing_in, written_for
from relasi.schema.model import Entity, Field, Model

Place = tuple[str, str]
"""An entity and one of its fields."""


@dataclass(frozen=True, eq=False)
class Derived:
    """A derived field of an entity. `rank` is its place in the order in which values are made."""

    entity: str
    field: Field
    rank: int
    write: Format
    """How a text with holes writes what stands in them: as the company does, for the value is kept."""
    is_qualified: bool = False
    """Whether the link that a rollup goes by may lead to several entities."""

    @property
    def name(self) -> str:
        return self.field.name

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The fields of the record itself that a computed value is made of, links on the way included."""
        return tuple(dict.fromkeys(read.path[0] for read in self.reads))

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """What a computed value is made of."""
        derivation = self.field.derivation
        return tuple(derivation.reads) if isinstance(derivation, Computed) else ()

    @cached_property
    def places(self) -> int | None:
        """The places after the point that a number is rounded to, None for all else."""
        type_ = self.field.type
        return type_.storage().places if isinstance(type_.expression_type(), Number) else None

    @cached_property
    def looks_into(self) -> frozenset[str]:
        """The entities whose records a rollup asks the database for."""
        derivation = self.field.derivation
        if not isinstance(derivation, Rollup):
            return frozenset()
        reads = reads_of(*filter(None, (derivation.where,)))
        return frozenset((derivation.entity, *(entity for read in reads for entity in read.entities)))

    @property
    def tree(self) -> str | None:
        """The field through which a rollup goes down a tree of its records."""
        return self.field.derivation.tree if isinstance(self.field.derivation, Rollup) else None

    @cached_property
    def nothing(self) -> Value:
        """What a rollup holds where there is nothing to go by: a count and a sum are 0, all else is empty."""
        derivation = self.field.derivation
        if not isinstance(derivation, Rollup) or derivation.function not in (Function.COUNT, Function.SUM):
            return None
        return timedelta() if self.places is None else self.fitted(0)

    def fitted(self, value: Value) -> Value:
        """The value as the field keeps it: numbers rounded, and empty where its type cannot hold it."""
        if value is None:
            return None
        if self.places is not None:
            value = ROUND.run(Decimal(value), Decimal(self.places))
        try:
            return self.field.type.accept(value)
        except ValueProblem:
            return None

    def asked(self, key: str) -> str:
        """What the database is asked for: the value of the rollup's link where it leads to this record, or
        the record where a branch of a tree begins."""
        return f"{self.entity}/{key}" if self.is_qualified and self.tree is None else key

    def reached(self, link: str | None) -> str | None:
        """The id of the record that the link leads to, None where that is of another entity."""
        if link is None or not self.is_qualified:
            return link
        entity, _, key = link.partition("/")
        return key if entity == self.entity else None


@dataclass(frozen=True, eq=False)
class Dependent:
    """A derived field, seen from a field that it is made of.

    `back` leads from the changed record to those that the derived field looks from: records of an entity
    whose field links to it, and so on.
    """

    derived: Derived
    back: tuple[Place, ...] = ()


class Graph:
    """All derived fields of a Model."""

    def __init__(self, model: Model) -> None:
        write = written_for(model, showing_in(model.settings, model.settings.languages[0]))
        self.order = tuple(_derived(model, place, rank, write) for rank, place in enumerate(model.derived))
        self._clocked = {name: entity for name, entity in model.entities.items() if entity.slas}
        self._own: dict[str, list[Derived]] = {}
        self._rolled: dict[str, list[Derived]] = {}
        self._over_tree: dict[str, list[Derived]] = {}
        self._dependents: dict[Place, list[Dependent]] = {}
        for derived in self.order:
            self._own.setdefault(derived.entity, []).append(derived)
            if isinstance(derived.field.derivation, Rollup):
                self._rolled.setdefault(derived.field.derivation.entity, []).append(derived)
            if derived.tree is not None:
                self._over_tree.setdefault(derived.entity, []).append(derived)
            for place, back in _inputs(derived):
                known = self._dependents.setdefault(place, [])
                if not any(each.derived is derived and each.back == back for each in known):
                    known.append(Dependent(derived, back))
        self._read = {entity for entity, _ in self._dependents}

    def own(self, entity: str) -> list[Derived]:
        """The derived fields of an entity, in order."""
        return self._own.get(entity, [])

    def clocked(self, entity: str) -> Entity | None:
        """The entity, if its records have clocks."""
        return self._clocked.get(entity)

    def rolled_up(self, entity: str) -> list[Derived]:
        """The rollups over records of the entity."""
        return self._rolled.get(entity, [])

    def over_tree(self, entity: str) -> list[Derived]:
        """The rollups that go down a tree of records of the entity."""
        return self._over_tree.get(entity, [])

    def dependents(self, entity: str, field: str) -> list[Dependent]:
        return self._dependents.get((entity, field), [])

    def concerns(self, entity: str, *, is_new: bool) -> bool:
        """Whether records of the entity may change what is derived elsewhere. To new ones nothing links yet,
        so that only rollups know of them."""
        return entity in self._rolled or (not is_new and entity in self._read)


def _derived(model: Model, place: Place, rank: int, write: Format) -> Derived:
    entity, name = place
    field = model.entities[entity].fields[name]
    derivation = field.derivation
    several = False
    if isinstance(derivation, Rollup):
        several = len(model.entities[derivation.entity].fields[derivation.link].links_to) > 1
    return Derived(entity, field, rank, write, several)


def _inputs(derived: Derived) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    """Every field that the value is made of, with the way back from its records."""
    match derived.field.derivation:
        case Computed(when=When.ON_CREATE):
            return
        case Computed() as computed:
            for read in computed.reads:
                yield from _steps(read)
        case Rollup() as rollup:
            for name in (rollup.link, rollup.field, rollup.by):
                if name is not None:
                    yield (rollup.entity, name), ()
            if rollup.tree is not None:
                yield (derived.entity, rollup.tree), ()
            for read in reads_of(*filter(None, (rollup.where,))):
                yield from _steps(read)


def _steps(read: Read) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    places = list(zip(read.entities, read.path, strict=True))
    for length, place in enumerate(places):
        yield place, tuple(reversed(places[:length]))
