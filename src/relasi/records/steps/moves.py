"""The states of a process: who may make which move, what a move changes, and what holds in every state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from relasi.errors import Forbidden
from relasi.platform.query import Row
from relasi.records.access.rights import Rights, holds
from relasi.records.actor import Actor
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.steps.checks import awaited
from relasi.records.titles import kept
from relasi.records.view import Values, View
from relasi.schema.expressions import Expression, Situation, Template
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.fields.notation.timespans import in_words
from relasi.schema.labels import Label, text
from relasi.schema.model import Entity, Move, Process, Variant
from relasi.schema.words import ModelLabels
from relasi.texts import LOCALES, say


@dataclass(frozen=True, slots=True)
class ClosedMove:
    """A move that starts where the record stands and that the actor may not make, and why."""

    move: Move
    why: Forbidden


def moves_of(view: View, entity: Entity, row: Row) -> tuple[tuple[Move, ...], tuple[ClosedMove, ...]]:
    """The moves from the state of the record that the actor has the right to make: those that are possible
    now, and the others."""
    process = entity.process
    if process is None:
        return (), ()
    standing, waits = _Standing(view, entity, process, row, row), _decided(view, entity, process, row)
    open_, closed = [], []
    situation, rights = view.situation(row), view.rights(entity.name)
    for move in process.variant(situation).moves_from(row[process.field]):
        if not holds(rights.move(move.name), situation):
            continue
        why = standing.obstacle(move) or waits
        if why is None:
            open_.append(move)
        else:
            closed.append(ClosedMove(move, why))
    return tuple(open_), tuple(closed)


def _decided(view: View, entity: Entity, process: Process, row: Row) -> Forbidden | None:
    """What keeps everybody from every move: people are deciding about the state."""
    label = awaited(view, entity.name, row["id"]).get(process.field)
    return None if label is None else Forbidden("move_awaits", label=label)


def demand(rights: Rights, entity: Entity, situation: Situation, name: str, given: Values) -> None:
    """Whoever may make a move and not change the record brings along what the move asks for, nothing else.

    Raises Forbidden.
    """
    if not holds(rights.move(name), situation):
        raise Forbidden("may_not_move" if name in rights.moves else "may_not_update")
    if entity.process is not None and not holds(rights.update, situation):
        needed = {each for move in entity.process.moves if move.name == name for each in move.needs}
        if not given.keys() <= needed | {entity.process.reason}:
            raise Forbidden("may_not_update")


def advance(view: View, recipe: Recipe, draft: Draft, name: str) -> None:
    """Makes the move: the state, what the move sets, and issues for what it needs and what is empty.

    Raises Forbidden, with the reason where there is such a move from the state of the record.
    """
    entity, row = recipe.entity, draft.old
    process = entity.process
    if process is None or row is None:
        raise Forbidden("may_not_move")
    variant = process.variant(view.situation(draft.values))
    move = variant.moves.get(name)
    if move is None or draft.values[process.field] not in move.sources:
        raise Forbidden("may_not_move")
    if why := _Standing(view, entity, process, row, draft.values).obstacle(move):
        raise why
    draft.values[process.field] = move.target
    _set(view, recipe, draft, move)
    for needed in move.needs:
        if draft.values[needed] is None:
            draft.refuse(needed, "move_needs")


def settle(view: View, recipe: Recipe, drafts: Iterable[Draft]) -> None:
    """Puts every record into a state of the process that it follows, with the time when it came there, unless
    that came along too, and without a reason that belongs to the state before."""
    process = recipe.entity.process
    if process is None:
        return
    for draft in drafts:
        then = view.at(draft.past)
        _place(process, process.variant(then.situation(draft.values)), draft)
        if draft.given(process.field) is not None and draft.given(process.since) is None:
            draft.values[process.since] = then.now
        if process.reason is not None and draft.given(process.reason) is None:
            reasons = process.states[draft.values[process.field]].reasons
            if draft.values[process.reason] not in reasons:
                draft.values[process.reason] = None


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a record stands: `row` as it is kept, `values` with what comes along with a move.

    Time and persons are asked of the former, so that nothing that comes along can get round them.
    """

    view: View
    entity: Entity
    process: Process
    row: Row
    values: Values

    def obstacle(self, move: Move) -> Forbidden | None:
        """What keeps the actor from a move."""
        return self._wrong_role(move) or self._too_late(move) or self._same_person(move) or self._unmet(move)

    def _wrong_role(self, move: Move) -> Forbidden | None:
        actor = self.view.actor
        if not move.who or actor.unbound or move.who & actor.roles or any(self._in_place_of(move)):
            return None
        return Forbidden("move_by_roles", roles=self._roles(move))

    def _in_place_of(self, move: Move) -> Iterator[Actor]:
        """Those of the people whom the actor stands in for that could make the move."""
        return (each for each in self.view.actor.stands_in_for if self._could(each, move))

    def _could(self, actor: Actor, move: Move) -> bool:
        if move.who and not move.who & actor.roles:
            return False
        rights = self.view.ground.rights(actor, self.entity.name)
        situation = replace(self.view.situation(self.row), user=actor.user_id)
        return holds(rights.read, situation) and holds(rights.move(move.name), situation)

    def _persons(self, move: Move) -> set[str | None]:
        """The actor, and those in whose place alone the actor could make the move."""
        actor = self.view.actor
        persons = {actor.user_id}
        if actor.stands_in_for and not self._could(replace(actor, stands_in_for=()), move):
            persons |= {each.user_id for each in self._in_place_of(move)}
        return persons

    def _too_late(self, move: Move) -> Forbidden | None:
        since, limit = self.row[self.process.since], move.within
        calendar = self.view.ground.model.settings.calendar
        if limit is None or since is None or self.view.now <= limit.after(since, calendar):
            return None
        return Forbidden("move_too_late", length=_each_language(lambda each: in_words(limit, each)))

    def _same_person(self, move: Move) -> Forbidden | None:
        """Administrators are persons too; the engine itself is none."""
        me = self.view.actor.user_id
        if not move.four_eyes or me is None:
            return None
        roles = self._roles(move)
        may = _each_language(
            lambda language: say(language, "values.roles_who_may", roles=roles) if move.who else ""
        )
        if isinstance(move.four_eyes, str):
            label = self.entity.fields[move.four_eyes].label
            is_same = self.row[move.four_eyes] in self._persons(move)
            return Forbidden("move_not_by_holder", field=label, roles=may) if is_same else None
        return Forbidden("move_by_another", roles=may) if self._brought_by() in self._persons(move) else None

    def _brought_by(self) -> str | None:
        """The person whose write brought the record to its state."""
        change = self.view.store.audit.last_of(self.entity.name, self.row["id"], self.process.field)
        return None if change is None else change.user_id or change.on_behalf_of

    def _unmet(self, move: Move) -> Forbidden | None:
        condition = move.condition
        if condition is None or condition.evaluate(self.view.situation(self.values)):
            return None
        if self.view.secret_in(condition) is not None:
            return Forbidden("may_not_move")
        return Forbidden("move_condition", message=move.message or self._described(condition))

    def _described(self, condition: Expression) -> Label:
        model = self.view.ground.model

        def told(language: str) -> str:
            words = condition.describe(language, ModelLabels(model, language))
            return say(language, "errors.move_unmet", condition=words)

        return _each_language(told)

    def _roles(self, move: Move) -> Label:
        return _listed([self.view.ground.model.roles[name].label for name in sorted(move.who)])


def _listed(labels: Sequence[Label]) -> Label:
    return _each_language(lambda language: ", ".join(text(each, language) for each in labels))


def _each_language(words: Callable[[str], str]) -> Label:
    return {language: words(language) for language in LOCALES}


def _set(view: View, recipe: Recipe, draft: Draft, move: Move) -> None:
    """All values are computed from the record before any is set."""
    situation = view.situation(draft.values, draft.old)
    values: dict[str, Value] = {}
    for each in move.updates:
        if isinstance(each.value, Template):
            values[each.field] = each.value.render(situation, kept(view))
        else:
            values[each.field] = each.value.evaluate(situation)
    for name, value in values.items():
        try:
            draft.values[name] = recipe.own[name].type.accept(value)
        except ValueProblem as problem:
            draft.refuse(name, problem.code, **problem.params)


def _place(process: Process, variant: Variant, draft: Draft) -> None:
    """A new record starts at the beginning; one that has changed over to another process goes on where that
    says. Refuses what is in no state of its process."""
    state = draft.values[process.field]
    if state is None:
        state = variant.initial
    elif state not in variant.states and draft.given(process.field) is None:
        state = variant.entering.get(state, state)
    if state not in variant.states:
        states = _listed([process.states[each].label for each in variant.states])
        draft.refuse(process.field, "no_such_state_here", state=process.states[state].label, states=states)
    draft.values[process.field] = state
