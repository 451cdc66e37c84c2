"""What all work on records stands on, whoever does it and whenever."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relasi.derivation import Graph
from relasi.errors import NotFound
from relasi.records.access.granted import rights_of
from relasi.records.access.rights import Rights
from relasi.records.actor import Actor
from relasi.records.events import Rules
from relasi.records.recipe import Recipe
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Boolean
from relasi.schema.model import Model, RowTable
from relasi.schema.scope import ModelScope

_MOST_CONDITIONS = 1000
_MOST_RIGHTS = 10_000


@dataclass(frozen=True, slots=True)
class Ground:
    """`new_id` gives ids whose order is the order in which they were given."""

    model: Model
    recipes: Mapping[str, Recipe]
    graph: Graph
    rules: Rules
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    _rights: dict[Hashable, Rights] = field(default_factory=dict)
    _granted: dict[Hashable, dict[str, Rights]] = field(default_factory=dict)
    _conditions: dict[tuple[str, str], Expression] = field(default_factory=dict)
    _ends: dict[str, tuple[tuple[str, RowTable], ...]] = field(default_factory=dict)

    def recipe(self, entity: str) -> Recipe:
        """Raises NotFound for an entity that the Model does not have."""
        if entity not in self.recipes:
            raise NotFound("not_found")
        return self.recipes[entity]

    def ends(self, pairs: str) -> tuple[tuple[str, RowTable], ...]:
        """The entities that these pairs link, each with the table that they are there; none for others."""
        if not self._ends:
            for entity in self.model.entities.values():
                self._ends.setdefault(entity.name, ())
                for table in entity.tables.values():
                    if table.other:
                        self._ends[table.entity] = (*self._ends.get(table.entity, ()), (entity.name, table))
        return self._ends[pairs]

    def rights(self, actor: Actor, entity: str) -> Rights:
        """Worked out once for each group of roles, each form, and whoever others let into something."""
        form = None if actor.grants is None else actor.hook
        group = (actor.roles, actor.unbound, form, actor.lent)
        found = self._rights.get((group, entity))
        if found is None:
            if len(self._rights) >= _MOST_RIGHTS:
                self._rights.clear()
                self._granted.clear()
            known = self._granted.setdefault(group, {})
            found = rights_of(actor, self.recipe(entity).entity, self.model, known)
            self._rights[group, entity] = found
        return found if actor.scopes is None else actor.scopes.narrow(found, entity)

    def condition(self, entity: str, text: str) -> Expression:
        """What somebody filters by, checked and kept: it comes with every page. Raises ExpressionError."""
        found = self._conditions.get((entity, text))
        if found is None:
            if len(self._conditions) >= _MOST_CONDITIONS:
                self._conditions.clear()
            found = Expression.parse(text, ModelScope(self.model, entity), Boolean())
            self._conditions[entity, text] = found
        return found
