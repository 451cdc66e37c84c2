"""What an actor may do with an entity: the grants of all the actor's roles together, without what any of them
denies.

A condition is checked here for one record and handed to the platform for many; both mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from relasi.errors import Forbidden
from relasi.records.actor import Actor
from relasi.schema.expressions import Expression, Situation, Truth, all_of, any_of, opposite
from relasi.schema.masks import Mask
from relasi.schema.model import Entity, Grant, Model

Right = Truth


@dataclass(frozen=True, slots=True)
class Rights:
    """True, False, or the condition that a record must meet. `hidden` are fields that do not exist for the
    actor, `locked` those that the actor sees and never changes."""

    create: bool
    read: Right
    update: Right
    delete: Right
    hidden: frozenset[str]
    locked: frozenset[str] = frozenset()
    export: Right = False
    erase: Right = False
    """Whose data the actor may take out as a whole, and erase."""
    moves: Mapping[str, Right] = field(default_factory=dict)
    """Those that follow another rule than `update`."""
    shown_when: Mapping[str, Expression] = field(default_factory=dict)
    """Fields that exist on some records only."""
    open_when: Mapping[str, Right] = field(default_factory=dict)
    """Fields that can be changed in some of the records only that can be."""
    masks: Mapping[str, tuple[Mask, Right]] = field(default_factory=dict)
    """Fields of which a part is shown, but for the records that meet the condition."""

    @property
    def reading(self) -> tuple[Expression, ...]:
        """The condition to add to a query. Raises Forbidden where nothing may be read."""
        if self.read is False:
            raise Forbidden("may_not_read")
        return () if self.read is True else (self.read,)

    @property
    def exporting(self) -> tuple[Expression, ...]:
        """The condition to add to a query for what leaves in a file. Raises Forbidden where nothing may."""
        if self.export is False:
            raise Forbidden("may_not_export")
        return self.reading if self.export is True else (*self.reading, self.export)

    @property
    def secret(self) -> frozenset[str]:
        """The fields that nothing may be found, put in order or added up by: the actor does not see them as
        they are on every record."""
        return self.hidden | self.shown_when.keys() | self.masks.keys()

    @property
    def is_alike(self) -> bool:
        """Whether the actor sees the same fields of all records, each as it is."""
        return not self.shown_when and not self.masks

    @property
    def depends_on(self) -> frozenset[str]:
        """The fields of a record that tell how much of it the actor sees."""
        whens = (*self.shown_when.values(), *(whole for _, whole in self.masks.values()))
        paths = {path for each in whens if isinstance(each, Expression) for path in each.fields}
        return frozenset(path for path in paths if "." not in path)

    def move(self, name: str) -> Right:
        return self.moves.get(name, self.update)

    def hidden_in(self, situation: Situation) -> frozenset[str]:
        """The fields that do not exist for the actor on this record."""
        if not self.shown_when:
            return self.hidden
        return self.hidden | {name for name, when in self.shown_when.items() if not holds(when, situation)}

    def masks_in(self, situation: Situation) -> Mapping[str, Mask]:
        """The masks that lie over fields of this record."""
        return {name: mask for name, (mask, whole) in self.masks.items() if not holds(whole, situation)}

    def locked_in(self, situation: Situation) -> frozenset[str]:
        """The fields that the actor does not change in this record, whatever may be changed in it."""
        if not self.open_when:
            return self.locked
        return self.locked | {name for name, when in self.open_when.items() if not holds(when, situation)}


def holds(right: Right, situation: Situation) -> bool:
    """Whether the right covers the record of the situation."""
    return right if isinstance(right, bool) else bool(right.evaluate(situation))


_Part = Callable[[Grant], Right]
_NONE = Grant(create=False, read=False, update=False, delete=False)
_ALL = Rights(create=True, read=True, update=True, delete=True, export=True, erase=True, hidden=frozenset())


def rights_of(actor: Actor, entity: Entity, model: Model) -> Rights:
    """What one role grants, another does not take away, but by what it denies. A field is seen on the records
    that a role may read which does not hide it."""
    inner = frozenset(field.name for field in entity.own_fields if field.is_inner)
    if actor.unbound:
        return replace(_ALL, hidden=inner)
    if actor.grants is not None:
        found = _together(entity, [actor.grants.get(entity.name, _NONE)])
        return replace(found, hidden=found.hidden | inner)
    rights = _together(entity, [grant for role, grant in entity.access.items() if role in actor.roles])
    return replace(
        rights,
        hidden=rights.hidden | inner | _denied(entity.readers, actor),
        locked=rights.locked | _denied(entity.writers, actor),
    )


def _together(entity: Entity, grants: Sequence[Grant]) -> Rights:
    shown, open_ = dict(_shown(grants)), dict(_open(grants))
    granted = any_of(grant.read for grant in grants)
    return Rights(
        create=any(grant.create for grant in grants) and not any(grant.deny.create for grant in grants),
        read=_granted(grants, lambda each: each.read, lambda each: each.deny.read),
        update=_granted(grants, lambda each: each.update, lambda each: each.deny.update),
        delete=_granted(grants, lambda each: each.delete, lambda each: each.deny.delete),
        export=_granted(grants, lambda each: each.export, lambda each: each.deny.export),
        erase=_granted(grants, lambda each: each.erase, lambda each: each.deny.erase),
        moves=dict(_moves(entity, grants)),
        hidden=frozenset(name for name, when in shown.items() if when is False),
        shown_when={
            name: when for name, when in shown.items() if isinstance(when, Expression) and when != granted
        },
        masks=dict(_masks(grants, granted)),
        locked=frozenset(_locked(grants)),
        open_when=open_,
    )


def _granted(grants: Sequence[Grant], right: _Part, denied: _Part) -> Right:
    return all_of((any_of(map(right, grants)), opposite(any_of(map(denied, grants)))))


def _moves(entity: Entity, grants: Sequence[Grant]) -> Iterator[tuple[str, Right]]:
    if any(grant.moves is not None or grant.deny.moves for grant in grants):
        for move in entity.process.moves if entity.process else ():
            yield move.name, _granted(grants, partial(_move, move.name), partial(_denied_move, move.name))


def _move(name: str, grant: Grant) -> Right:
    return grant.update if grant.moves is None else grant.moves.get(name, False)


def _denied_move(name: str, grant: Grant) -> Right:
    return grant.deny.moves.get(name, False)


def _shown(grants: Sequence[Grant]) -> Iterator[tuple[str, Right]]:
    for name in {name for grant in grants for name in grant.hidden}:
        yield name, any_of(_seen(grant, name) for grant in grants)


def _masks(grants: Sequence[Grant], granted: Right) -> Iterator[tuple[str, tuple[Mask, Right]]]:
    """Where roles mask a field in several ways, the first of them in the file counts."""
    for name, masked in {
        name: masked for grant in reversed(grants) for name, masked in grant.masks.items()
    }.items():
        whole = any_of(
            all_of((_seen(grant, name), grant.masks[name].unless if name in grant.masks else True))
            for grant in grants
        )
        if whole != granted:
            yield name, (masked.mask, whole)


def _seen(grant: Grant, name: str) -> Right:
    return all_of((grant.read, opposite(grant.hidden.get(name, False))))


def _locked(grants: Sequence[Grant]) -> Iterator[str]:
    writing = [grant for grant in grants if grant.create or grant.update is not False]
    for name in {name for grant in writing for name in grant.locked}:
        if all(grant.locked.get(name) is True for grant in writing):
            yield name


def _open(grants: Sequence[Grant]) -> Iterator[tuple[str, Right]]:
    """What is masked in a record is not changed in it: nobody overwrites what they do not see."""
    granted = any_of(grant.read for grant in grants)
    masks = dict(_masks(grants, granted))
    for name in {name for grant in grants for name in grant.locked} | masks.keys():
        open_ = any_of(all_of((grant.update, opposite(grant.locked.get(name, False)))) for grant in grants)
        yield name, all_of((open_, masks[name][1] if name in masks else True))


def _denied(guards: Mapping[str, frozenset[str]], actor: Actor) -> frozenset[str]:
    return frozenset(name for name, roles in guards.items() if not roles & actor.roles)
