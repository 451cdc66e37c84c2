"""Telling people of changes to records that they follow. Whether somebody may know of a change is asked when
it happens, by the rights of that person; what it was is read later, by the rights of then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from relasi.records.access.rights import holds
from relasi.records.actor import Source, actor_on
from relasi.records.events import Event
from relasi.records.links import references_of
from relasi.records.view import View
from relasi.schema.expressions.operations import today
from relasi.schema.model import Entity
from relasi.store.follows import Follow

if TYPE_CHECKING:
    from relasi.records.work import Work

_TOGETHER = 500


def tell(work: Work, entity: str, events: Sequence[Event]) -> None:
    """Notes that there is something new for those who follow one of these records, or one on whose timeline a
    new one stands; not for whoever did it."""
    for start in range(0, len(events), _TOGETHER):
        _tell(work, work.entity(entity), events[start : start + _TOGETHER])


def _tell(work: Work, entity: Entity, events: Sequence[Event]) -> None:
    reached: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        for place in _places(entity, event):
            reached.setdefault(place, []).append(event)
    if not reached:
        return
    for follow in work.store.follows.following({key for _, key in reached}, but=work.actor.user_id):
        there = reached.get(follow.place, ())
        if there and _may_know(work, entity, follow, there):
            work.store.follows.note(follow, work.now)


def _places(entity: Entity, event: Event) -> Iterator[tuple[str, str]]:
    """The records in which the event is something new."""
    if not event.is_derived:
        yield entity.name, event.record_id
    if event.old is None and entity.timeline is not None:
        for name in entity.timeline.on:
            yield from references_of(entity.fields[name], event.new.get(name))


def _may_know(work: Work, entity: Entity, follow: Follow, events: Sequence[Event]) -> bool:
    """Whether the person may read the followed record, and something of what happened."""
    theirs = seen_by(work, follow.user_id)
    if theirs is None:
        return False
    row = work.follow(*follow.place)
    if row is None or not holds(theirs.rights(follow.entity).read, theirs.situation(row)):
        return False
    rights = theirs.rights(entity.name)
    return any(
        holds(rights.read, theirs.situation(event.new))
        and bool(event.changed.keys() - rights.hidden_in(theirs.situation(event.new)))
        for event in events
    )


def seen_by(work: View, user_id: str) -> View | None:
    """The same transaction with the rights of somebody else; None for an account that is closed."""
    user, model = work.store.users.get(user_id), work.ground.model
    if user is None or not user.active:
        return None
    day = today(work.now, model.settings.zone)
    return replace(work, actor=actor_on(work.store, model, user, Source.RULE, day))
