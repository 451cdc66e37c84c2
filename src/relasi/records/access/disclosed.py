"""Derived fields would tell what they are made of: who does not see that as it is does not see them either.

Not so where the author says who reads the derived field (`access: {read: [...]}`): then those do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from relasi.records.access.rights import Right, Rights
from relasi.schema.derivations import Computed, Rollup, reads_of
from relasi.schema.expressions import Expression, all_of
from relasi.schema.expressions.tree import Read
from relasi.schema.model import Entity, Field, Model


def undisclosed(entity: Entity, model: Model, granted: Callable[[str], Rights]) -> Rights:
    """What is granted for the entity, without what its derived fields would disclose."""
    rights, asked = granted(entity.name), _Asked(model, granted)
    whens = {field.name: asked.is_clear(entity, field) for field in entity.own_fields if field.derivation}
    on_some = {name: all_of((when, rights.shown_when.get(name, True))) for name, when in whens.items()}
    return replace(
        rights,
        hidden=rights.hidden | {name for name, when in on_some.items() if when is False},
        shown_when={
            **rights.shown_when,
            **{name: when for name, when in on_some.items() if isinstance(when, Expression)},
        },
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    model: Model
    granted: Callable[[str], Rights]

    def is_clear(self, entity: Entity, field: Field) -> Right:
        """On which records all that a derived field is made of is seen as it is."""
        if field.name in entity.readers:
            return True
        match field.derivation:
            case Computed() as computed:
                return all_of(self._read(read) for read in computed.reads)
            case Rollup() as rollup:
                return self._sees_all(rollup.entity) and all(each is True for each in self._rolled(rollup))
        return True

    def _read(self, read: Read) -> Right:
        """A path is clear where its first link is, and where all of what that may lead to is seen."""
        first, *others = zip(read.entities, read.path, strict=True)
        if all(self._sees_all(entity) and self._sees(entity, name) is True for entity, name in others):
            return self._sees(*first)
        return False

    def _rolled(self, rollup: Rollup) -> Iterator[Right]:
        for name in (rollup.link, rollup.field, rollup.by):
            if name is not None:
                yield self._sees(rollup.entity, name)
        yield from (self._read(read) for read in reads_of(*filter(None, [rollup.where])))

    def _sees_all(self, entity: str) -> bool:
        return self.granted(entity).read is True

    def _sees(self, entity: str, name: str) -> Right:
        """On which records a field is seen as it is."""
        rights, found = self.granted(entity), self.model.entities[entity]
        if name in rights.hidden:
            return False
        if name in found.tables:
            return self._sees_all(found.tables[name].entity)
        whole = rights.masks[name][1] if name in rights.masks else True
        made = self.is_clear(found, found.fields[name])
        return all_of((rights.shown_when.get(name, True), whole, made))
