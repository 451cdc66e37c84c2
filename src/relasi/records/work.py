"""One actor at work inside one transaction: the recipe for every write, and the reads that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from relasi.errors import DuplicateValue, Forbidden, Invalid, Issue, NotFound, RecordError, Stale
from relasi.platform.contract import Transaction
from relasi.platform.query import Asking, Query, Row
from relasi.records import checks, links
from relasi.records.actor import Actor
from relasi.records.draft import Draft, take
from relasi.records.events import Event, Rules
from relasi.records.lookup import matching_rows
from relasi.records.recipe import Recipe
from relasi.records.record import RowResult
from relasi.records.rights import Rights, holds, rights_of
from relasi.schema.expressions import Situation
from relasi.schema.fields.base import Moment, Value
from relasi.schema.model import Entity, Model, Move
from relasi.store import Session
from relasi.store.audit import Change, ChangeKind

Values = Mapping[str, Value]


class NewId(Protocol):
    def __call__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What all work stands on, whoever does it."""

    model: Model
    recipes: Mapping[str, Recipe]
    rules: Rules
    clock: Callable[[], datetime]
    new_id: NewId
    _rights: dict[tuple[frozenset[str], bool, str], Rights] = field(default_factory=dict)

    def recipe(self, entity: str) -> Recipe:
        """Raises NotFound for an entity that the Model does not have."""
        if entity not in self.recipes:
            raise NotFound("not_found")
        return self.recipes[entity]

    def rights(self, actor: Actor, entity: str) -> Rights:
        """Worked out once for each group of roles."""
        key = (actor.roles, actor.everything, entity)
        if key not in self._rights:
            self._rights[key] = rights_of(actor, self.recipe(entity).entity, self.model)
        return self._rights[key]


@dataclass(slots=True)
class Work:
    """Writes are checked, written, audited and handed to the rules, in that order; the caller's transaction
    commits."""

    ground: Ground
    transaction: Transaction
    store: Session
    actor: Actor
    now: datetime
    depth: int = 0
    """How many rules stand between this work and the person who began it."""
    _followed: dict[tuple[str, str], Row | None] = field(default_factory=dict)

    def create_many(self, entity: str, rows: Sequence[Values]) -> list[RowResult]:
        """Creates a record for each sound row; the others are left out with their issues. In the order of
        `rows`."""
        recipe = self.ground.recipe(entity)
        if not self.rights(entity).create:
            raise Forbidden("forbidden", what="create")
        drafts = [self._start(recipe, given) for given in rows]
        for draft in drafts:
            checks.refuse_read_only(recipe, draft, self.actor, self._situation)
        self._check(recipe, drafts)
        sound = [draft for draft in drafts if not draft.issues]
        self._number(recipe, sound)
        self._insert(recipe, sound)
        self._finish(recipe, "created", sound)
        return [_result(draft) for draft in drafts]

    def create(self, entity: str, given: Values) -> str:
        """The id of the new record. Raises Invalid, Forbidden."""
        result = self.create_many(entity, [given])[0]
        if result.id is None:
            raise Invalid(result.issues)
        return result.id

    def update_many(self, entity: str, rows: Sequence[tuple[str, int, Values]]) -> list[RowResult]:
        """Changes records given as (id, version that the caller has seen, new values); as `create_many`
        otherwise."""
        recipe = self.ground.recipe(entity)
        held = self.transaction.get(entity, [key for key, _, _ in rows])
        results: list[RowResult | Draft] = []
        for key, version, given in rows:
            try:
                results.append(self._revise(recipe, held.get(key), version, given))
            except RecordError as error:
                results.append(RowResult(None, (Issue(None, error.code, error.params),)))
        self._change(recipe, "updated", [each for each in results if isinstance(each, Draft)])
        return [_result(each) if isinstance(each, Draft) else each for each in results]

    def update(self, entity: str, key: str, version: int, given: Values) -> None:
        """Raises Invalid, Stale, NotFound, Forbidden."""
        recipe = self.ground.recipe(entity)
        draft = self._revise(recipe, self._row(entity, key), version, given)
        self._change(recipe, "updated", [draft])
        _demand(draft)

    def move(self, entity: str, key: str, version: int, name: str, given: Values) -> None:
        """Takes a record to another state by one of its legal moves, with values that go along."""
        recipe = self.ground.recipe(entity)
        draft = self._revise(recipe, self._row(entity, key), version, given)
        self._change(recipe, "moved", [draft], move=name)
        _demand(draft)

    def delete(self, entity: str, key: str, version: int) -> None:
        """Deletes a record, and does with the records that link to it what their links say."""
        recipe = self.ground.recipe(entity)
        draft = self._revise(recipe, self._row(entity, key), version, {}, right="delete")
        _demand(draft)
        links.release(self, recipe.entity, key)
        if not self.transaction.delete(entity, key, version):
            raise Stale(current_version=version + 1, conflicts={})
        self._forget(entity, key)
        fields = {
            name: (value, None)
            for name, value in draft.values.items()
            if name in recipe.own and value is not None
        }
        self.store.audit.append([self._entry(recipe, "deleted", draft, fields)])

    def _start(self, recipe: Recipe, given: Values) -> Draft:
        """A new record: defaults first, then what was given."""
        values = recipe.with_defaults(self.moment)
        by = self.actor.user_id
        values |= {"id": self.ground.new_id(), "version": 1, "created_at": self.now, "updated_at": self.now}
        values |= {"created_by": by, "updated_by": by}
        draft = Draft(values)
        take(recipe, draft, given, self.rights(recipe.entity.name).hidden)
        return draft

    def _revise(
        self, recipe: Recipe, old: Row | None, version: int, given: Values, *, right: str = "update"
    ) -> Draft:
        """A record as it will be after a change.

        Raises NotFound, Forbidden, and Stale with the fields that both sides changed.
        """
        rights = self.rights(recipe.entity.name)
        if old is None or not holds(rights.read, self.situation(recipe.entity.name, old)):
            raise NotFound("not_found")
        if not holds(getattr(rights, right), self.situation(recipe.entity.name, old)):
            raise Forbidden("forbidden", what=right)
        draft = Draft(dict(old), old)
        take(recipe, draft, given, rights.hidden)
        if old["version"] != version:
            mine = draft.changed(recipe)
            raise Stale(
                current_version=old["version"],
                conflicts={name: (new, was) for name, (was, new) in mine.items()},
            )
        draft.values |= {"version": version + 1, "updated_at": self.now, "updated_by": self.actor.user_id}
        return draft

    def _advance(self, recipe: Recipe, draft: Draft, name: str) -> None:
        """The move's own conditions: who, from where, if, and what must be filled."""
        process = recipe.entity.process
        move = process.moves.get(name) if process else None
        if process is None or move is None or not self.may_move(recipe.entity, move, draft.values):
            raise Forbidden("forbidden", what=name)
        for needed in move.needs:
            if draft.values[needed] is None:
                draft.refuse(needed, "move_needs")
        draft.values[process.field] = move.target

    def _change(
        self, recipe: Recipe, kind: ChangeKind, drafts: Sequence[Draft], *, move: str | None = None
    ) -> None:
        for draft in drafts:
            checks.refuse_read_only(recipe, draft, self.actor, self._situation)
            if move is not None:
                self._advance(recipe, draft, move)
        self._check(recipe, drafts)
        sound = [draft for draft in drafts if not draft.issues and draft.changed(recipe)]
        for draft in sound:
            self._update(recipe, draft)
        self._finish(recipe, kind, sound)

    def _check(self, recipe: Recipe, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            checks.require(recipe, draft, self._situation)
        checks.check_links(recipe, drafts, self._readable)
        checks.check_users(recipe, drafts, self._people)
        checks.check_unique(recipe, drafts, self.transaction, self.asking)

    def _number(self, recipe: Recipe, drafts: Sequence[Draft]) -> None:
        """Consecutive numbers for the records that brought none."""
        for known, series in recipe.series:
            waiting = [draft for draft in drafts if draft.values[known.name] is None]
            if waiting:
                counter = f"{recipe.entity.name}.{known.name}:{series.counter(self.moment)}"
                first = self.store.series.take(counter, len(waiting))
                for n, draft in enumerate(waiting, first):
                    draft.values[known.name] = series.render(self.moment, n)

    def _insert(self, recipe: Recipe, drafts: Sequence[Draft]) -> None:
        if not drafts:
            return
        try:
            self.transaction.insert(recipe.entity.name, [draft.values for draft in drafts])
        except DuplicateValue as error:
            raise Invalid([_taken(error)]) from error

    def _update(self, recipe: Recipe, draft: Draft) -> None:
        assert draft.old is not None
        values = {name: new for name, (_, new) in draft.changed(recipe).items()}
        values |= {"updated_at": self.now, "updated_by": self.actor.user_id}
        try:
            written = self.transaction.update(recipe.entity.name, draft.id, draft.old["version"], values)
        except DuplicateValue as error:
            raise Invalid([_taken(error)]) from error
        if not written:
            raise Stale(current_version=draft.values["version"], conflicts={})
        self._forget(recipe.entity.name, draft.id)

    def _finish(self, recipe: Recipe, kind: ChangeKind, drafts: Sequence[Draft]) -> None:
        """Audit, then the rules."""
        if not drafts:
            return
        changed = [draft.changed(recipe) for draft in drafts]
        changes = [
            self._entry(recipe, kind, draft, fields) for draft, fields in zip(drafts, changed, strict=True)
        ]
        self.store.audit.append(changes)
        events = [
            Event(draft.id, draft.old, draft.values, fields, change.id)
            for draft, fields, change in zip(drafts, changed, changes, strict=True)
        ]
        self._followed |= {(recipe.entity.name, event.record_id): event.new for event in events}
        self.ground.rules.after(self, recipe.entity.name, events)

    def _entry(
        self, recipe: Recipe, kind: ChangeKind, draft: Draft, fields: Mapping[str, tuple[Value, Value]]
    ) -> Change:
        dumps = recipe.dumps
        return Change(
            id=self.ground.new_id(),
            at=self.now,
            entity=recipe.entity.name,
            record_id=draft.id,
            kind=kind,
            version=draft.values["version"],
            fields={
                name: (None if old is None else dumps[name](old), None if new is None else dumps[name](new))
                for name, (old, new) in fields.items()
            },
            user_id=self.actor.user_id,
            source=self.actor.source.value,
            rule=self.actor.rule,
            rule_version=self.actor.rule_version,
        )

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.ground.model.settings.zone, self.actor.user_id)

    @property
    def asking(self) -> Asking:
        return Asking(self.now, self.ground.model.settings.zone, self.actor.user_id)

    def as_rule(self, name: str, version: str) -> Work:
        """The same transaction, where a rule acts for the actor, one step further from the person."""
        return replace(self, actor=self.actor.as_rule(name, version), depth=self.depth + 1)

    def as_engine(self) -> Work:
        """The same actor without bounds, for what a definition demands whoever acts."""
        return replace(self, actor=replace(self.actor, everything=True))

    def entity(self, name: str) -> Entity:
        return self.ground.recipe(name).entity

    def rights(self, entity: str) -> Rights:
        return self.ground.rights(self.actor, entity)

    def may_move(self, entity: Entity, move: Move, values: Values) -> bool:
        """Whether the record stands where the move starts, and the actor may make it."""
        process = entity.process
        if process is None or values[process.field] not in move.sources:
            return False
        if move.who and not self.actor.everything and not (move.who & self.actor.roles):
            return False
        return move.condition is None or bool(move.condition.evaluate(self.situation(entity.name, values)))

    def situation(self, entity: str, values: Values, old: Row | None = None) -> Situation:
        return Situation(
            record=values,
            old=old,
            record_id=values.get("id"),
            user=self.actor.user_id,
            now=self.now,
            zone=self.ground.model.settings.zone,
            follow=self.follow,
        )

    def _situation(self, draft: Draft) -> Situation:
        return self.situation("", draft.values, draft.old)

    def follow(self, entity: str, key: str) -> Row | None:
        """A record whoever may read it, for conditions; kept for the rest of the work until it is written."""
        place = (entity, key)
        if place not in self._followed:
            self._followed[place] = self._row(entity, key)
        return self._followed[place]

    def forget_all(self) -> None:
        """After writes were taken back to a savepoint: what was followed may have changed again."""
        self._followed.clear()

    def _forget(self, entity: str, key: str) -> None:
        self._followed.pop((entity, key), None)

    def _row(self, entity: str, key: str) -> Row | None:
        return self.transaction.get(entity, [key]).get(key)

    def _readable(self, entity: str, keys: Iterable[str]) -> set[str]:
        """Those of the ids that name records which the actor may read."""
        rights = self.rights(entity)
        if isinstance(rights.read, bool):
            return self.transaction.existing(entity, sorted(keys)) if rights.read else set()
        query = Query(entity, self.asking, where=rights.reading, fields=())
        return {row["id"] for row in matching_rows(self.transaction, query, "id", sorted(keys))}

    def _people(self, keys: Iterable[str]) -> set[str]:
        """Those of the ids that name users; whoever acts is one."""
        asked = set(keys)
        others = asked - {self.actor.user_id}
        return asked - others | self.store.users.known(others)


def _result(draft: Draft) -> RowResult:
    return RowResult(None, tuple(draft.issues)) if draft.issues else RowResult(draft.id)


def _demand(draft: Draft) -> None:
    if draft.issues:
        raise Invalid(draft.issues)


def _taken(error: DuplicateValue) -> Issue:
    """The race that the check before the write cannot see: the index refused the value."""
    name = error.params.get("field")
    return Issue(str(name) if name else None, "duplicate")
