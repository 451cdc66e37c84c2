"""How rights come about: the grants of all the actor's roles together, without what any of them denies, and
with what others let the actor into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from relasi.records.access.disclosed import undisclosed
from relasi.records.access.lent import deputised, own_grant, shared
from relasi.records.access.rights import Right, Rights
from relasi.records.actor import Actor
from relasi.schema.expressions import Expression, all_of, any_of, opposite
from relasi.schema.masks import Mask
from relasi.schema.model import Denial, Entity, Grant, Model

_Part = Callable[[Grant], Right]
_NONE = Grant(create=False, read=False, update=False, delete=False)
_ALL = Rights(
    create=True,
    read=True,
    update=True,
    delete=True,
    export=True,
    erase=True,
    import_=True,
    hidden=frozenset(),
)


def rights_of(actor: Actor, entity: Entity, model: Model, known: dict[str, Rights] | None = None) -> Rights:
    """What one role grants, another does not take away, but by what it denies. A field is seen on the records
    that a role may read which does not hide it. `known` keeps what else was looked at, for other entities."""
    granted = {} if known is None else known

    def of(name: str) -> Rights:
        if name not in granted:
            granted[name] = _of(actor, model.entities[name])
        return granted[name]

    inner = frozenset(field.name for field in entity.own_fields if field.is_inner)
    if actor.unbound:
        return replace(_ALL, hidden=inner)
    if actor.grants is not None:
        rights = _together(entity, [actor.grants.get(entity.name, _NONE)])
    else:
        rights = undisclosed(entity, model, of)
    return replace(rights, hidden=rights.hidden | inner)


def _of(actor: Actor, entity: Entity) -> Rights:
    return _widened(actor, entity, _by_roles(actor, entity))


def _by_roles(actor: Actor, entity: Entity) -> Rights:
    rights = _together(entity, _grants(actor, entity))
    return replace(
        rights,
        hidden=rights.hidden | _denied(entity.readers, actor),
        locked=rights.locked | _denied(entity.writers, actor),
    )


def _widened(actor: Actor, entity: Entity, own: Rights) -> Rights:
    """With what others let the actor into. What the actor's own roles deny stays denied."""
    lent = [*shared(actor.shares, entity, own)]
    for absent in actor.stands_in_for:
        lent.append(deputised(absent, entity, _by_roles(absent, entity)))
    if not lent:
        return own
    denials = [grant.deny for grant in _grants(actor, entity)]
    denial = Denial(
        read=any_of(each.read for each in denials),
        update=any_of(each.update for each in denials),
        moves={
            name: any_of(each.moves.get(name, False) for each in denials)
            for name in {name for each in denials for name in each.moves}
        },
    )
    return _together(entity, [replace(own_grant(entity, own), deny=denial), *lent])


def _grants(actor: Actor, entity: Entity) -> list[Grant]:
    return [grant for role, grant in entity.access.items() if role in actor.roles]


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
        import_=any(grant.import_ for grant in grants) and not any(grant.deny.import_ for grant in grants),
        moves=dict(_moves(entity, grants)),
        hidden=frozenset(name for name, when in shown.items() if when is False),
        shown_when={
            name: when for name, when in shown.items() if isinstance(when, Expression) and when != granted
        },
        masks=dict(_masks(grants, granted)),
        known_whole=frozenset(_known_whole(grants)),
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


def _known_whole(grants: Sequence[Grant]) -> Iterator[str]:
    """What each grant that lets read anything either shows as it is, or lets be found by its whole value."""
    masks = [grant.masks for grant in grants if grant.read is not False]
    for name in {name for each in masks for name in each}:
        if all(name not in each or each[name].searchable for each in masks):
            yield name


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
