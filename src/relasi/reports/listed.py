"""What somebody can ask a list for, and what the answer of its controls asks of the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from relasi.errors import Invalid
from relasi.records import ListRequest
from relasi.records.titles import USER
from relasi.reports.filters import Way, filterable
from relasi.reports.liststate import BOARD, CALENDAR, ListState
from relasi.reports.onlooker import Onlooker
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.expressions.describe import described
from relasi.schema.expressions.tree import Constant, Node, rebuilt, walk
from relasi.schema.expressions.types import Boolean, Link, Text, User
from relasi.schema.model import Entity, Field, SavedList
from relasi.schema.scope import ModelScope
from relasi.schema.words import ModelLabels


@dataclass(frozen=True, slots=True)
class Listed:
    """`fields` are what can be filtered by, in the `ways` that each has."""

    onlooker: Onlooker
    entity: Entity
    saved: Mapping[str, SavedList]
    fields: Mapping[str, Field]
    ways: Mapping[str, Way]

    @classmethod
    def of(cls, onlooker: Onlooker, entity: Entity, wanted: Sequence[str] = ()) -> Self:
        """With the saved lists that are `wanted`, in that order, all if none are; without those whose
        condition tells what the onlooker may not see."""
        linked = onlooker.linked(entity)
        offered = {name: entity.lists[name] for name in wanted or entity.lists}
        seen = {
            name: each for name, each in offered.items() if each.where is None or onlooker.sees(each.where)
        }
        closed = onlooker.secret(entity) | onlooker.closed_links(entity)
        ways = filterable(entity, closed, onlooker.trees, linked)
        return cls(onlooker, entity, seen or offered, {**entity.fields, **linked}, ways)

    def state(self, query: Mapping[str, list[str]]) -> ListState:
        """A condition that makes no sense (any more), or tells what the onlooker may not see, is left out."""
        state = ListState.read(query, self.saved, self.ways)
        if state.layout not in self.layouts:
            state = replace(state, layout="", at="")
        state = replace(state, columns=tuple(name for name in state.columns if name in self.offered))
        return state if self.behind(state) else replace(state, where="")

    @property
    def layouts(self) -> tuple[str, ...]:
        """The ways of showing besides rows: those that tell nothing that the onlooker may not see."""
        board, calendar, secret = self.entity.board, self.entity.calendar, self.onlooker.secret(self.entity)
        has_board = board is not None and board.by not in secret
        has_calendar = calendar is not None and not {calendar.start, calendar.end} & secret
        return (*((BOARD,) if has_board else ()), *((CALENDAR,) if has_calendar else ()))

    def behind(self, state: ListState) -> Expression | None:
        """The condition that stands in place of that of the saved list."""
        if not state.where:
            return None
        try:
            scope = ModelScope(self.onlooker.model, self.entity.name)
            found = Expression.parse(state.where, scope, Boolean())
        except ExpressionError:
            return None
        return found if self.onlooker.sees(found) else None

    def told(self, condition: Expression) -> str:
        """In words, with the titles of the records and the people that it names."""
        named = {node: _reference(node) for node in walk(condition.root) if isinstance(node, Constant)}
        wanted = {each for each in named.values() if each}
        titles = self.onlooker.records.titles(self.onlooker.actor, wanted) if wanted else {}

        def called(node: Node) -> Node:
            title = titles.get(named[node] or ("", "")) if isinstance(node, Constant) else None
            return node if title is None else Constant(value=title, at=node.at, type=Text())

        labels = ModelLabels(self.onlooker.model, self.onlooker.language)
        return described(rebuilt(condition.root, called), self.onlooker.language, labels)

    @property
    def offered(self) -> tuple[str, ...]:
        """What there can be columns of."""
        out = {"id", "version"} | self._out
        fields = self.entity.fields.values()
        return tuple(field.name for field in fields if field.name not in out and not field.is_inner)

    def columns(self, state: ListState) -> tuple[str, ...]:
        """What the onlooker has chosen, else those of the saved list."""
        out, names = self._out, state.columns or self.saved[state.saved].columns
        return tuple(name for name in names if name not in out)

    @property
    def _out(self) -> frozenset[str]:
        """What the onlooker never sees, and links to what they may not look at."""
        return self.onlooker.hidden(self.entity) | self.onlooker.closed_links(self.entity)

    def request(self, state: ListState) -> ListRequest:
        """The first of the pages."""
        saved, secret = self.saved[state.saved], self.onlooker.secret(self.entity)
        where = self.behind(state) or saved.where
        return ListRequest(
            self.entity.name,
            where=(*filter(None, [where]), *state.conditions(self.fields, self.ways)),
            search=state.search,
            sort=tuple(
                sort
                for sort in state.order(saved)
                if sort.field not in secret and not self.entity.fields[sort.field].type.is_encrypted
            ),
            fields=self.columns(state),
        )


def in_words(onlooker: Onlooker, entity: str, text: str) -> str:
    """A condition that somebody wrote; as it is written where it tells what the onlooker may not see."""
    try:
        found = onlooker.records.condition(onlooker.actor, entity, text)
    except Invalid:
        return text
    words = Listed.of(onlooker, onlooker.entity(entity)).told(found)
    return words[:1].upper() + words[1:]


def _reference(named: Constant) -> tuple[str, str] | None:
    """The record or the person that a constant of a condition stands for."""
    match named:
        case Constant(type=User(), value=str(key)):
            return USER, key
        case Constant(type=Link(targets=(entity,)), value=str(key)):
            return entity, key
        case Constant(type=Link(), value=str(key)) if "/" in key:
            entity, _, key = key.partition("/")
            return entity, key
    return None
