"""Records as callers see them: one verb, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from relasi.derivation import Graph, Linked
from relasi.errors import RelasiError
from relasi.platform.again import begun_again
from relasi.platform.contract import Platform, Transaction
from relasi.platform.query import Count, Group, Summary
from relasi.records import tables
from relasi.records.access.rights import Rights, holds
from relasi.records.actor import Actor, is_outside
from relasi.records.events import Rules
from relasi.records.forms import FormState, form_state
from relasi.records.ground import Ground
from relasi.records.placing import Placing, changeable, placings
from relasi.records.reading import Reader
from relasi.records.recipe import Recipe
from relasi.records.record import Choosing, ListRequest, Record, RecordPage
from relasi.records.steps import conditions
from relasi.records.steps.defaults import beginning
from relasi.records.steps.mentions import mentionable
from relasi.records.steps.moves import ClosedMove, moves_of
from relasi.records.tables import Edits, TableRows
from relasi.records.timeline import TimelineEntry, timeline
from relasi.records.view import Values
from relasi.records.work import Work
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.model import Model, Move
from relasi.store import Session
from relasi.store.files import File
from relasi.store.users import User


class StoreOf(Protocol):
    """Gives the engine store that commits together with a transaction on the records."""

    def within(self, transaction: Transaction) -> Session: ...


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an actor may do with one record. `moves` are those from its state that the actor may make,
    `closed` the others."""

    update: bool
    delete: bool
    moves: tuple[Move, ...]
    closed: tuple[ClosedMove, ...]
    hidden: frozenset[str]


class Records:
    """Every read and write of records. All errors are those of `relasi.errors`; what raises has written
    nothing."""

    def __init__(
        self,
        model: Model,
        platform: Platform,
        store: StoreOf,
        *,
        rules: Rules,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.model = model
        self._platform = platform
        self._store = store
        recipes = {name: Recipe(entity, model.guarded(name)) for name, entity in model.entities.items()}
        self._ground = Ground(model, recipes, Graph(model), rules, clock, new_id)

    @contextmanager
    def work(self, actor: Actor, *, write: bool = True) -> Iterator[Work]:
        """Several verbs in one transaction, which commits at the end of the block."""
        with self._platform.transaction(write=write) as transaction:
            yield Work(
                self._ground,
                Linked(transaction),
                self._store.within(transaction),
                actor,
                self._ground.clock(),
            )

    @contextmanager
    def reader(self, actor: Actor) -> Iterator[Reader]:
        with self.work(actor, write=False) as work:
            yield Reader(work)

    @begun_again
    def create(self, actor: Actor, entity: str, values: Values) -> Record:
        """The record as it stands after the rules. Raises Invalid, Forbidden."""
        with self.work(actor) as work:
            return _seen(work, entity, work.create(entity, values))

    @begun_again
    def update(self, actor: Actor, entity: str, key: str, version: int, values: Values) -> Record:
        """Raises Invalid, Stale, NotFound, Forbidden."""
        with self.work(actor) as work:
            work.update(entity, key, version, values)
            return _seen(work, entity, key)

    @begun_again
    def save(
        self,
        actor: Actor,
        entity: str,
        values: Values,
        *,
        seen: tuple[str, int] | None = None,
        rows: Edits | None = None,
    ) -> Record:
        """Creates a record, or changes the one that was `seen` (its id and version), with rows of its tables:
        all of it or nothing. Raises what `create` and `update` raise, and InvalidRows."""
        with self.work(actor) as work:
            return _seen(work, entity, tables.save(work, entity, seen, values, rows or {}))

    @begun_again
    def foresee(
        self,
        actor: Actor,
        entity: str,
        values: Values,
        *,
        seen: tuple[str, int] | None = None,
        rows: Edits | None = None,
    ) -> tuple[Record, Mapping[str, TableRows]] | None:
        """What `save` would make of it, with the rows of the tables; nothing of it stays. None where it would
        be refused."""
        try:
            with self.work(replace(actor, asks=False)) as work:
                key = tables.save(work, entity, seen, values, rows or {})
                found = {name: tables.rows_of(work, entity, key, name) for name in rows or {}}
                raise _Foreseen(_seen(work, entity, key), found)
        except _Foreseen as foreseen:
            return foreseen.record, foreseen.rows
        except RelasiError:
            return None

    def rows(self, actor: Actor, entity: str, key: str, table: str) -> TableRows:
        """The rows of one table of a record, in their order. Raises NotFound."""
        with self.work(actor, write=False) as work:
            return tables.rows_of(work, entity, key, table)

    @begun_again
    def move(
        self, actor: Actor, entity: str, key: str, version: int, *, move: str, values: Values | None = None
    ) -> Record:
        """Raises Invalid (what the move needs), Stale, NotFound, Forbidden."""
        with self.work(actor) as work:
            work.move(entity, key, version, move, values or {})
            return _seen(work, entity, key)

    @begun_again
    def delete(self, actor: Actor, entity: str, key: str, version: int) -> None:
        """Raises InUse, Stale, NotFound, Forbidden."""
        with self.work(actor) as work:
            work.delete(entity, key, version)

    def get(self, actor: Actor, entity: str, key: str) -> Record:
        with self.reader(actor) as reader:
            return reader.get(entity, key)

    def list(self, actor: Actor, request: ListRequest) -> RecordPage:
        with self.reader(actor) as reader:
            return reader.list(request)

    def condition(self, actor: Actor, entity: str, text: str) -> Expression:
        """A condition that somebody writes into a record, checked. Raises Invalid."""
        with self.work(actor, write=False) as work:
            return conditions.asked(work, entity, text)

    def count(self, actor: Actor, request: ListRequest, cap: int = 1000) -> Count:
        with self.reader(actor) as reader:
            return reader.count(request, cap)

    def summarize(self, actor: Actor, request: ListRequest, summary: Summary) -> tuple[Group, ...]:
        with self.reader(actor) as reader:
            return reader.summarize(request, summary)

    def titles(self, actor: Actor, refs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        with self.reader(actor) as reader:
            return reader.titles(refs)

    def options(
        self,
        actor: Actor,
        entity: str,
        search: str = "",
        *,
        limit: int = 20,
        chosen: Choosing | None = None,
    ) -> tuple[tuple[str, str], ...]:
        with self.reader(actor) as reader:
            return reader.options(entity, search, limit, chosen)

    def mentionable(
        self, actor: Actor, asked: Choosing, typed: str, *, limit: int = 20
    ) -> tuple[tuple[str, str], ...]:
        """(name, full name) of those who can be named with an @ in a text, and whose names begin with what is
        typed."""
        with self.work(actor, write=False) as work:
            recipe = self._ground.recipe(asked.entity)
            return tuple(mentionable(work, recipe, asked, typed, limit))

    def files(self, actor: Actor, keys: Iterable[str]) -> Mapping[str, File]:
        """What is known of files whose ids the actor has read in records."""
        with self.work(actor, write=False) as work:
            return work.store.files.get(keys)

    def users(self, actor: Actor) -> tuple[User, ...]:
        """The people whom a user field may name, by full name. Who does not work here is told of no other."""
        alone = is_outside(actor, self.model)
        with self.work(actor, write=False) as work:
            active = (user for user in work.store.users.list() if user.active)
            return tuple(user for user in active if not alone or user.id == actor.user_id)

    def timeline(self, actor: Actor, entity: str, key: str, limit: int = 50) -> tuple[TimelineEntry, ...]:
        with self.work(actor, write=False) as work:
            return timeline(work, entity, key, limit)

    def allowed(self, actor: Actor, record: Record) -> Allowed:
        with self.work(actor, write=False) as work:
            entity, rights = work.entity(record.entity), work.rights(record.entity)
            row = work.follow(record.entity, record.id)
            if row is None:
                return Allowed(update=False, delete=False, moves=(), closed=(), hidden=rights.hidden)
            situation = work.situation(row)
            moves, closed = moves_of(work, entity, row)
            return Allowed(
                update=holds(rights.update, situation),
                delete=holds(rights.delete, situation),
                moves=moves,
                closed=closed,
                hidden=rights.hidden,
            )

    def placings(self, actor: Actor, entity: str, name: str, keys: Iterable[str]) -> Mapping[str, Placing]:
        """Into which state, or option of the choice `name`, the actor may put each of the records."""
        with self.work(actor, write=False) as work:
            return placings(work, entity, name, keys)

    def changeable(
        self, actor: Actor, entity: str, names: Iterable[str], keys: Iterable[str]
    ) -> frozenset[str]:
        """Those of the records in which the actor may change all of the fields."""
        with self.work(actor, write=False) as work:
            return changeable(work, entity, names, keys)

    def rights(self, actor: Actor, entity: str) -> Rights:
        """What the actor may do with records of the entity, as far as it can be said for all of them."""
        return self._ground.rights(actor, entity)

    def may_create(self, actor: Actor, entity: str) -> bool:
        return self._ground.rights(actor, entity).create

    def may_read(self, actor: Actor, entity: str) -> bool:
        """Whether there can be any record that the actor may read."""
        return self._ground.rights(actor, entity).read is not False

    def form_state(
        self, actor: Actor, entity: str, values: Mapping[str, Value], *, record: Record | None = None
    ) -> FormState:
        with self.work(actor, write=False) as work:
            return form_state(work, entity, values, record)

    def new_values(
        self, actor: Actor, entity: str, given: Mapping[str, Value] | None = None
    ) -> dict[str, Value]:
        """What a form starts with: what it was given, defaults, and what follows from both. What depends on
        other fields is left to the write."""
        with self.work(actor, write=False) as work:
            return beginning(work, self._ground.recipe(entity), given or {})


class _Foreseen(Exception):
    """Takes back what was saved, once it was looked at."""

    def __init__(self, record: Record, rows: Mapping[str, TableRows]) -> None:
        self.record, self.rows = record, rows


def _seen(work: Work, entity: str, key: str) -> Record:
    """The record after a write, as its writer may see it: of one that may not be read, only that it is
    there."""
    row = work.follow(entity, key)
    assert row is not None
    if not holds(work.rights(entity).read, work.situation(row)):
        return Record(entity, key, row["version"], {}, "")
    return Reader(work).record(work.entity(entity), row)
