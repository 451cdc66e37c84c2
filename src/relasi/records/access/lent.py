"""What somebody may do beside the grants of their roles: with records that were shared with them, and in the
place of people who are away. Each is a grant like those of roles, so that all are put together in one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relasi.records.access.rights import Right, Rights
from relasi.records.actor import Actor
from relasi.schema.expressions import Expression, all_of, one_of, opposite
from relasi.schema.model import Entity, Grant, Masked
from relasi.store.shares import Share


def own_grant(entity: Entity, rights: Rights) -> Grant:
    """What the roles come to, as one grant. Nothing of it reaches a record that only others let the actor
    see."""
    return Grant(
        create=rights.create,
        read=rights.read,
        update=all_of((rights.read, rights.update)),
        delete=all_of((rights.read, rights.delete)),
        export=all_of((rights.read, rights.export)),
        erase=all_of((rights.read, rights.erase)),
        import_=rights.import_,
        moves={name: all_of((rights.read, rights.move(name))) for name in _moves(entity)},
        hidden={name: opposite(when) for name, when in rights.shown_when.items()}
        | dict.fromkeys(rights.hidden, True),
        locked={name: opposite(when) for name, when in rights.open_when.items()}
        | dict.fromkeys(rights.locked, True),
        masks={
            name: Masked(mask, whole, name in rights.known_whole)
            for name, (mask, whole) in rights.masks.items()
        },
    )


def shared(shares: Sequence[Share], entity: Entity, own: Rights) -> Iterator[Grant]:
    """The records that were shared, with no more of their fields than both sides see: who shared them, and
    who was let in."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Share]] = {}
    for share in shares:
        if share.entity == entity.name:
            groups.setdefault((tuple(share.hidden), tuple(share.locked)), []).append(share)
    for (hidden, locked), group in groups.items():
        kept_back = {*hidden, *own.hidden, *own.shown_when}
        yield Grant(
            create=False,
            read=one_of(entity.name, {share.record_id for share in group}),
            update=one_of(entity.name, {share.record_id for share in group if share.may_update}),
            delete=False,
            hidden=dict.fromkeys(kept_back, True),
            locked=dict.fromkeys({*locked, *own.locked, *own.open_when}, True),
            masks={
                name: Masked(mask, searchable=name in own.known_whole)
                for name, (mask, _) in own.masks.items()
            },
        )


def deputised(absent: Actor, entity: Entity, theirs: Rights) -> Grant:
    """What somebody who is away sees and decides. Who stands in reads and makes moves, and changes, deletes
    and takes out nothing by that."""
    return Grant(
        create=False,
        read=_asked_by(absent, theirs.read),
        update=False,
        delete=False,
        moves={name: _asked_by(absent, all_of((theirs.read, theirs.move(name)))) for name in _moves(entity)},
        hidden={name: opposite(_asked_by(absent, when)) for name, when in theirs.shown_when.items()}
        | dict.fromkeys(theirs.hidden, True),
        masks={
            name: Masked(mask, _asked_by(absent, whole), name in theirs.known_whole)
            for name, (mask, whole) in theirs.masks.items()
        },
    )


def _asked_by(absent: Actor, right: Right) -> Right:
    return right.asked_by(absent.user_id or "") if isinstance(right, Expression) else right


def _moves(entity: Entity) -> Iterator[str]:
    return (move.name for move in entity.process.moves) if entity.process else iter(())
