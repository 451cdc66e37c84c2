"""One actor at work inside one transaction: the recipe for every write.

`_check` and `_finish` say in which order its steps are taken; what each of them does stands in `steps`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from relasi.errors import LIKENESS, Forbidden, Invalid, Issue, LooksAlike, NotFound, RecordError, Stale
from relasi.platform.query import Row
from relasi.records import deletion
from relasi.records.access.rights import holds
from relasi.records.draft import Draft, Past, take
from relasi.records.events import Event
from relasi.records.recipe import Recipe
from relasi.records.record import RowResult
from relasi.records.steps import (
    attached,
    auditing,
    checks,
    conditions,
    defaults,
    derived,
    following,
    mentions,
    moves,
    narrowing,
    numbering,
    pairs,
    shared,
    sla,
    trees,
    twins,
)
from relasi.records.view import Values, View
from relasi.store.audit import ChangeKind


@dataclass(slots=True)
class Work(View):
    """Writes are checked, written, audited and handed to the rules, in that order; the caller's transaction
    commits."""

    chain: tuple[str, ...] = ()
    """The rules between this work and the person who began it, each triggered by the one before."""
    ran: dict[tuple[str, str], None] = field(default_factory=dict)
    """The rules that ran in this transaction, each with the id of its record; the rules keep it."""
    held_back: dict[tuple[str, str], Event] | None = None
    """What rules have not heard of yet, by record, while several writes count as one."""
    whole: str | None = None
    """The entity whose record is being written with its rows: what it may not be is asked in the end."""

    def create_many(self, entity: str, rows: Sequence[Values], pasts: Sequence[Past] = ()) -> list[RowResult]:
        """Creates a record for each sound row; the others are left out with their issues. In the order of
        `rows`, each entered when `pasts` says, or now."""
        recipe = self.ground.recipe(entity)
        if not self.rights(entity).create:
            raise Forbidden("may_not_create")
        drafts = self._start(recipe, rows, (), pasts)
        self._check(recipe, drafts)
        sound = [draft for draft in drafts if not draft.issues]
        numbering.number(self, recipe, sound)
        self._insert(recipe, sound)
        self._finish(recipe, "created", sound)
        return [self._result(recipe, draft) for draft in drafts]

    def create(self, entity: str, given: Values) -> str:
        """The id of the new record. Raises Invalid, Forbidden."""
        return _demand(self.create_many(entity, [given])[0])

    def take_in(self, entity: str, key: str, given: Values, *, there: int | None = None) -> None:
        """Makes a record under the id that it has elsewhere. Of one whose row somebody else has put into the
        table, `there` is the version. Raises Invalid, Forbidden."""
        recipe = self.ground.recipe(entity)
        if not self.rights(entity).create:
            raise Forbidden("may_not_create")
        (draft,) = self._start(recipe, [given], [key])
        self._check(recipe, [draft])
        _demand(self._result(recipe, draft))
        numbering.number(self, recipe, [draft])
        if there is None:
            self._insert(recipe, [draft])
        else:
            draft.values["version"] = there + 1
            derived.roll_up(self, recipe, draft)
            with checks.unless_taken():
                self.transaction.update(entity, key, there, draft.values)
        self._finish(recipe, "created", [draft])

    def update_many(self, entity: str, rows: Sequence[tuple[str, int, Values]]) -> list[RowResult]:
        """Changes records given as (id, version that the caller has seen, new values); as `create_many`
        otherwise."""
        recipe = self.ground.recipe(entity)
        held = dict(self.transaction.get(entity, [key for key, _, _ in rows], hold=True))
        results: list[RowResult | Draft] = []
        revised: dict[str, Draft] = {}
        for key, version, given in rows:
            try:
                if key in revised:
                    raise Stale(current_version=version + 1, conflicts={})
                revised[key] = self._revise(recipe, held.get(key), version, given)
                results.append(revised[key])
            except RecordError as error:
                results.append(RowResult(None, (Issue(None, error.code, error.params),)))
        self._change(recipe, "updated", list(revised.values()))
        return [self._result(recipe, each) if isinstance(each, Draft) else each for each in results]

    def update(self, entity: str, key: str, version: int, given: Values) -> None:
        """Raises Invalid, Stale, NotFound, Forbidden."""
        recipe = self.ground.recipe(entity)
        draft = self._revise(recipe, self._row(entity, key), version, given)
        self._change(recipe, "updated", [draft])
        _demand(self._result(recipe, draft))

    def move(self, entity: str, key: str, version: int, name: str, given: Values) -> None:
        """Takes a record to another state by one of its legal moves, with values that go along."""
        recipe = self.ground.recipe(entity)
        draft = self._revise(recipe, self._row(entity, key), version, given, move=name)
        self._change(recipe, "moved", [draft], move=name)
        _demand(self._result(recipe, draft))

    def delete(self, entity: str, key: str, version: int) -> None:
        """Deletes a record, and does with the records that link to it what their links say.

        Raises InUse, Stale, NotFound, Forbidden; what it had done by then, the caller's transaction undoes.
        """
        self._revise(self.ground.recipe(entity), self._row(entity, key), version, {}, right="delete")
        deletion.delete(self, [(entity, key)])

    def as_rule(self, name: str, version: str) -> Work:
        """The same transaction, where a rule acts for the actor, one step further from the person."""
        return replace(self, actor=self.actor.as_rule(name, version), chain=(*self.chain, name))

    def as_definition(self) -> Work:
        """The same transaction, where what a definition demands is done whoever acts."""
        return replace(self, actor=self.actor.as_definition())

    @contextmanager
    def as_one(self, entity: str) -> Iterator[None]:
        """A record of the entity is written inside, with its rows: rules hear of each record once, when all
        of it is there. Whether it is sound is asked by `demand_sound`."""
        self.held_back, self.whole = {}, entity
        try:
            yield
            events: dict[str, list[Event]] = {}
            for (owner, key), event in self.held_back.items():
                if self.follow(owner, key) is not None:
                    events.setdefault(owner, []).append(event)
        finally:
            self.held_back, self.whole = None, None
        for owner, found in events.items():
            self.ground.rules.after(self, owner, found)

    def demand_sound(self, entity: str, key: str) -> None:
        """Raises Invalid where the entity refuses the record as it is now."""
        row = self.follow(entity, key)
        if row is not None:
            recipe, draft = self.ground.recipe(entity), Draft(dict(row), row, row)
            checks.refuse(self, recipe, [draft])
            _demand(self._result(recipe, draft))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is written inside is undone when the block raises, and what is remembered of it forgotten."""
        before = len(self.ran)
        try:
            with self.transaction.savepoint():
                yield
        except BaseException:
            self.linked.forget_all()
            for each in tuple(self.ran)[before:]:
                del self.ran[each]
            raise

    def _start(
        self, recipe: Recipe, rows: Sequence[Values], ids: Sequence[str] = (), pasts: Sequence[Past] = ()
    ) -> list[Draft]:
        """New records: defaults first, then what was given. They get new ids, unless they have some."""
        keys = ids or [self.ground.new_id() for _ in rows]
        hidden = self.rights(recipe.entity.name).hidden
        drafts = []
        for n, (key, given) in enumerate(zip(keys, rows, strict=True)):
            past = pasts[n] if pasts else None
            then = self.at(past)
            start, by = recipe.with_defaults(then.moment), then.actor.user_id
            begun = {"id": key, "version": 1, "created_at": then.now, "updated_at": then.now}
            draft = Draft({**start, **begun, "created_by": by, "updated_by": by}, start, past=past)
            take(recipe, draft, given, hidden)
            drafts.append(draft)
        return drafts

    def _revise(
        self,
        recipe: Recipe,
        old: Row | None,
        version: int,
        given: Values,
        *,
        right: str = "update",
        move: str | None = None,
    ) -> Draft:
        """The record after a change. Raises NotFound, Forbidden, and Stale with what both sides changed."""
        rights, situation = self.rights(recipe.entity.name), self.situation(old or {})
        if old is None or not holds(rights.read, situation):
            raise NotFound("not_found")
        if move is not None:
            moves.demand(rights, recipe.entity, situation, move, given)
        elif not holds(getattr(rights, right), situation):
            raise Forbidden(f"may_not_{right}")
        draft = Draft(dict(old), old, old)
        take(recipe, draft, given, rights.hidden_in(situation))
        if old["version"] != version:
            both = checks.conflicts(self, recipe, draft, version)
            raise Stale(current_version=old["version"], conflicts=both)
        draft.values |= {"version": version + 1, "updated_at": self.now, "updated_by": self.actor.user_id}
        return draft

    def _change(
        self, recipe: Recipe, kind: ChangeKind, drafts: Sequence[Draft], *, move: str | None = None
    ) -> None:
        self._check(recipe, drafts, move=move)
        sound = [
            draft for draft in drafts if not draft.issues and draft.changed(recipe).keys() - recipe.computed
        ]
        numbering.number(self, recipe, sound)
        for draft in sound:
            self._update(recipe, draft)
        self._finish(recipe, kind, sound, move=move)

    def _check(self, recipe: Recipe, drafts: Sequence[Draft], *, move: str | None = None) -> None:
        """Completes the drafts and notes what is wrong with each. What others are made of is made before
        them, and what is made of a step's values again behind it."""
        checks.refuse_read_only(self, recipe, drafts)
        defaults.fill(self, recipe, drafts)
        derived.fill(self, recipe, drafts)
        if move is not None:
            for draft in drafts:
                moves.advance(self, recipe, draft, move)
        if recipe.state is not None:
            moves.settle(self, recipe, drafts)
            derived.fill(self, recipe, drafts)
        if recipe.entity.slas:
            sla.tick(self, recipe, drafts)
            derived.fill(self, recipe, drafts)
        checks.refuse_awaited(self, recipe, drafts)
        checks.refuse_misuse(self, recipe, drafts)
        checks.require(self, recipe, drafts)
        checks.check_links(self, recipe, drafts)
        trees.check(self, recipe, drafts)
        narrowing.check(self, recipe, drafts)
        checks.check_users(self, recipe, drafts)
        mentions.check(self, recipe, drafts)
        attached.check(self, recipe, drafts)
        checks.check_unique(self, recipe, drafts)
        shared.check(self, recipe, drafts)
        conditions.check(self, recipe, drafts)
        checks.refuse_unasked(self, recipe, drafts)
        if recipe.entity.name != self.whole:
            checks.refuse(self, recipe, drafts)
        twins.check(self, recipe, drafts)

    def _insert(self, recipe: Recipe, drafts: Sequence[Draft]) -> None:
        with checks.unless_taken():
            self.transaction.insert(recipe.entity.name, [draft.values for draft in drafts])

    def _update(self, recipe: Recipe, draft: Draft) -> None:
        values = {name: new for name, (_, new) in draft.changed(recipe).items()}
        values |= {"updated_at": self.now, "updated_by": self.actor.user_id}
        version = draft.values["version"]
        with checks.unless_taken():
            written = self.transaction.update(recipe.entity.name, draft.id, version - 1, values)
        if not written:
            raise Stale(current_version=version, conflicts={})

    def _finish(
        self, recipe: Recipe, kind: ChangeKind, drafts: Sequence[Draft], *, move: str | None = None
    ) -> None:
        """What is derived from the change, audit, then the rules."""
        if not drafts:
            return
        twins.keep(self, recipe, drafts)
        reached = derived.spread(self, recipe, drafts)
        changed = [draft.changed(recipe) for draft in drafts]
        changes = [
            auditing.entry(self.at(draft.past), recipe, kind, draft.values, fields)
            for draft, fields in zip(drafts, changed, strict=True)
        ]
        ends = pairs.told_to_ends(self, recipe.entity, [(draft.old, draft.values) for draft in drafts])
        further, further_events = derived.audited(self, reached)
        self.store.audit.append([*changes, *ends, *further])
        mentions.tell(self, recipe, drafts)
        events = [
            Event(draft.id, draft.old, draft.values, fields, change.id, move=move, hook=self.actor.hook)
            for draft, fields, change in zip(drafts, changed, changes, strict=True)
        ]
        self.tell([(recipe.entity.name, events), *further_events])

    def tell(self, found: Sequence[tuple[str, Sequence[Event]]]) -> None:
        """The rules of each entity hear of its events; all of them see what all have led to."""
        for entity, events in found:
            for event in events:
                self.linked.put((entity, event.record_id), event.new)
        for entity, events in found:
            following.tell(self, entity, events)
        for entity, events in found:
            if self.held_back is None:
                self.ground.rules.after(self, entity, events)
                continue
            for event in events:
                place = (entity, event.record_id)
                before = self.held_back.get(place)
                self.held_back[place] = before.followed_by(event) if before else event

    def _result(self, recipe: Recipe, draft: Draft) -> RowResult:
        """Issues of fields that do not exist for the actor are told of the record as a whole."""
        if not draft.issues:
            return RowResult(draft.id, notes=tuple(draft.notes))
        rights, situation = self.rights(recipe.entity.name), self.situation(draft.old or draft.values)
        secret = rights.hidden_in(situation) & recipe.own.keys()
        told = (
            Issue(None, "hidden_field") if each.field in secret and each.code != "unknown_field" else each
            for each in draft.issues
        )
        return RowResult(None, tuple(told))

    def _row(self, entity: str, key: str) -> Row | None:
        return self.transaction.get(entity, [key], hold=True).get(key)


def _demand(result: RowResult) -> str:
    if result.id is None:
        alone = all(each.code in LIKENESS for each in result.issues)
        raise (LooksAlike if alone else Invalid)(result.issues)
    return result.id
