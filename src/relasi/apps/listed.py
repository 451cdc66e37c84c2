"""What a visitor can ask a list for, and what the answer of its controls asks of the records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from relasi.apps.filters import Way, filterable
from relasi.apps.liststate import ListState
from relasi.apps.visitor import Visitor
from relasi.records import ListRequest
from relasi.schema.model import Entity, Field, SavedList


@dataclass(frozen=True, slots=True)
class Listed:
    """`fields` are what can be filtered by, in the `ways` that each has."""

    visitor: Visitor
    entity: Entity
    saved: Mapping[str, SavedList]
    fields: Mapping[str, Field]
    ways: Mapping[str, Way]

    @classmethod
    def of(cls, visitor: Visitor, entity: Entity, wanted: Collection[str] = ()) -> Self:
        """With the saved lists that are `wanted`, all if none are; without those whose condition tells what
        the visitor may not see."""
        linked = visitor.linked(entity)
        offered = {name: each for name, each in entity.lists.items() if not wanted or name in wanted}
        seen = {
            name: each for name, each in offered.items() if each.where is None or visitor.sees(each.where)
        }
        ways = filterable(entity, visitor.secret(entity), visitor.trees, linked)
        return cls(visitor, entity, seen or offered, {**entity.fields, **linked}, ways)

    def state(self, query: Mapping[str, list[str]]) -> ListState:
        return ListState.read(query, self.saved, self.ways)

    def columns(self, state: ListState) -> tuple[str, ...]:
        hidden = self.visitor.hidden(self.entity)
        return tuple(name for name in self.saved[state.saved].columns if name not in hidden)

    def request(self, state: ListState) -> ListRequest:
        """The first of the pages."""
        saved, secret = self.saved[state.saved], self.visitor.secret(self.entity)
        return ListRequest(
            self.entity.name,
            where=(*filter(None, [saved.where]), *state.conditions(self.fields, self.ways)),
            search=state.search,
            sort=tuple(
                sort
                for sort in state.order(saved)
                if sort.field not in secret and not self.entity.fields[sort.field].type.is_encrypted
            ),
            fields=self.columns(state),
        )
