"""Why somebody may or may not do something with a record: each rule of access with what it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from relasi.errors import Forbidden, NotFound
from relasi.platform.query import Row
from relasi.records.access.rights import Right, holds
from relasi.records.actor import Actor, actor_on
from relasi.records.service import Records
from relasi.records.view import View
from relasi.schema.expressions import Expression, Situation, Trace, opposite, trace
from relasi.schema.expressions.operations import today
from relasi.schema.model import Entity, Grant
from relasi.store.shares import Share
from relasi.store.users import User

Keys = tuple[str, ...]
_RIGHTS = ("read", "update", "delete", "export", "erase")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says of one right. `keys` lead to where it stands in the file of the entity; `condition`
    is what each part of it answered, None where it has none; `absent` is in whose place it is asked."""

    right: str
    role: str
    effect: Literal["grants", "denies"]
    holds: bool
    keys: Keys
    condition: Trace | None
    absent: str | None = None


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """A field of which somebody sees less than all, or that they do not change, and the rules behind it."""

    field: str
    is_: Literal["hidden", "masked", "locked"]
    rules: tuple[Keys, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`may` are all rights and moves, in the order of the answers. Whoever has `everything` is asked by no
    rule."""

    everything: bool
    may: Mapping[str, bool]
    answers: tuple[Answer, ...]
    fields: tuple[FieldAnswer, ...]
    shares: tuple[Share, ...]

    def because(self, right: str) -> Iterator[Answer]:
        """The rules that settle a right: what denies it, else what grants it."""
        said = [each for each in self.answers if each.right == right and each.holds]
        return iter([each for each in said if each.effect == "denies"] or said)


@dataclass(frozen=True, slots=True)
class Access:
    """What everybody may do with a record. Administrators ask."""

    records: Records

    def of(
        self, actor: Actor, entity: str, key: str, names: Collection[str] = ()
    ) -> Mapping[User, Explanation]:
        """Of the users with these names, or of all who can sign in, by full name. Raises Forbidden and
        NotFound."""
        if not actor.everything:
            raise Forbidden("may_not_explain")
        with self.records.work(actor, write=False) as work:
            row = work.follow(entity, key)
            if row is None:
                raise NotFound("not_found")
            model, found = work.ground.model, {}
            day = today(work.now, model.settings.zone)
            for user in work.store.users.list():
                if user.name in names or (user.active and not names):
                    theirs = actor_on(work.store, model, user, actor.source, day)
                    found[user] = explained(replace(work, actor=theirs), entity, row)
        return found


def explained(view: View, name: str, row: Row) -> Explanation:
    """What the actor of the view may do with the record, whether or not that is anything."""
    entity, actor, situation = view.entity(name), view.actor, view.situation(row)
    rights = view.rights(name)
    may = {right: holds(getattr(rights, right), situation) for right in _RIGHTS}
    moves = {f"move {each}": holds(rights.move(each), situation) for each in _moves(entity)}
    if not may["read"]:
        may, moves = dict.fromkeys(may, False), dict.fromkeys(moves, False)
    answers = () if actor.everything else tuple(_answers(entity, actor, situation))
    return Explanation(
        everything=actor.everything,
        may=may | moves,
        answers=answers,
        fields=tuple(_fields(view, entity, situation)) if may["read"] else (),
        shares=tuple(each for each in actor.shares if each.entity == name and each.record_id == row["id"]),
    )


def _answers(entity: Entity, actor: Actor, situation: Situation) -> Iterator[Answer]:
    for person in (actor, *actor.stands_in_for):
        theirs = replace(situation, user=person.user_id)
        absent = None if person is actor else person.user_id
        for role in sorted(person.roles & entity.access.keys()):
            for right, effect, keys, said in _rules(entity, role, entity.access[role]):
                condition = trace(said, theirs) if isinstance(said, Expression) else None
                yield Answer(right, role, effect, holds(said, theirs), keys, condition, absent)


def _rules(
    entity: Entity, role: str, grant: Grant
) -> Iterator[tuple[str, Literal["grants", "denies"], Keys, Right]]:
    above = ("access", role)
    for right in _RIGHTS:
        yield right, "grants", (*above, right), getattr(grant, right)
        if (denied := getattr(grant.deny, right)) is not False:
            yield right, "denies", (*above, "deny", right), denied
    for name in _moves(entity):
        if grant.moves is None:
            yield f"move {name}", "grants", (*above, "update"), grant.update
        else:
            yield f"move {name}", "grants", (*above, "move", name), grant.moves.get(name, False)
        if (denied := grant.deny.moves.get(name, False)) is not False:
            yield f"move {name}", "denies", (*above, "deny", "move", name), denied


def _fields(view: View, entity: Entity, situation: Situation) -> Iterator[FieldAnswer]:
    rights = view.rights(entity.name)
    hidden, masks, locked = (
        rights.hidden_in(situation),
        rights.masks_in(situation),
        rights.locked_in(situation),
    )
    for name in (*(field.name for field in entity.own_fields if not field.is_inner), *entity.tables):
        if name in hidden:
            yield FieldAnswer(name, "hidden", tuple(_said(view, entity, name, situation, "hide")))
        elif name in masks:
            yield FieldAnswer(name, "masked", tuple(_said(view, entity, name, situation, "mask")))
        elif name in locked:
            yield FieldAnswer(name, "locked", tuple(_said(view, entity, name, situation, "read_only")))


def _said(view: View, entity: Entity, name: str, situation: Situation, key: str) -> Iterator[Keys]:
    """The rules that keep something of the field back from one of the actor's roles."""
    guards, inner = {
        "hide": (entity.readers, "read"),
        "mask": ({}, ""),
        "read_only": (entity.writers, "update"),
    }[key]
    if name in guards and not guards[name] & view.actor.roles:
        yield "fields", name, "access", inner
    for role in sorted(view.actor.roles & entity.access.keys()):
        grant = entity.access[role]
        said: Mapping[str, Right] = {
            "hide": grant.hidden,
            "mask": {field: opposite(each.unless) for field, each in grant.masks.items()},
            "read_only": grant.locked,
        }[key]
        if holds(said.get(name, False), situation):
            yield "access", role, key, name


def _moves(entity: Entity) -> tuple[str, ...]:
    return tuple(dict.fromkeys(move.name for move in entity.process.moves)) if entity.process else ()
