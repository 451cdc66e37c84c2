"""Letting somebody into one record for a while: a person, a team or a role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from relasi.errors import Forbidden, NotFound, Refused
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records.access.rights import holds
from relasi.records.actor import Actor
from relasi.records.service import Records
from relasi.records.view import View
from relasi.schema.expressions.operations import today
from relasi.store.shares import Kind, Share

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is let in, to do what, until which day, and why."""

    kind: Kind
    whom: str
    may_update: bool
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """The shares of all records."""

    records: Records

    @begun_again
    def share(self, actor: Actor, entity: str, key: str, invitation: Invitation) -> Share:
        """For who may change the record by their own roles. Raises Refused, Forbidden, NotFound."""
        with self.records.work(actor) as work:
            situation = work.situation(_sharable(work, entity, key))
            _check(work, invitation)
            rights = work.rights(entity)
            share = Share(
                work.ground.new_id(),
                entity,
                key,
                invitation.kind,
                invitation.whom,
                invitation.may_update,
                invitation.last,
                invitation.reason.strip(),
                sorted(rights.hidden_in(situation) | rights.masks_in(situation).keys()),
                sorted(rights.locked_in(situation)),
                actor.user_id,
                work.now,
            )
            work.store.shares.add(share)
        return share

    @begun_again
    def end(self, actor: Actor, share_id: str) -> None:
        """Takes a share back: from now on it lets nobody in. Raises Forbidden, NotFound."""
        with self.records.work(actor) as work:
            share = work.store.shares.get(share_id)
            if share is None:
                raise NotFound("not_found")
            _sharable(work, share.entity, share.record_id)
            if not work.store.shares.end(share_id, actor.user_id, work.now):
                raise NotFound("not_found")

    def on(self, actor: Actor, entity: str, key: str) -> tuple[Share, ...] | None:
        """Those that let somebody in today; None for who may not share the record."""
        with self.records.work(actor, write=False) as work:
            try:
                _sharable(work, entity, key)
            except (Forbidden, NotFound):
                return None
            day = _today(work)
            return tuple(each for each in work.store.shares.on(entity, key) if each.holds_on(day))


def _sharable(view: View, entity: str, key: str) -> Row:
    """The record. Raises NotFound where the actor may not read it, Forbidden where the actor's own roles do
    not let the actor change it: what was lent is not lent on."""
    row = view.transaction.get(entity, [key]).get(key)
    alone = replace(view.actor, shares=(), stands_in_for=())
    rights, situation = view.ground.rights(alone, entity), view.situation(row or {})
    if row is None or not holds(view.rights(entity).read, situation):
        raise NotFound("not_found")
    if not (holds(rights.read, situation) and holds(rights.update, situation)):
        raise Forbidden("may_not_share")
    return row


def _check(view: View, invitation: Invitation) -> None:
    day = _today(view)
    if not invitation.reason.strip():
        raise Refused("share_needs_reason")
    if not day <= invitation.last <= day + LONGEST:
        raise Refused("share_too_long")
    if not _is_known(view, invitation.kind, invitation.whom):
        raise Refused("share_with_nobody")


def _is_known(view: View, kind: Kind, whom: str) -> bool:
    model = view.ground.model
    if kind == "user":
        return whom in view.people([whom]) and whom != view.actor.user_id
    return whom in (model.teams if kind == "team" else model.roles)


def _today(view: View) -> date:
    return today(view.now, view.ground.model.settings.zone)
