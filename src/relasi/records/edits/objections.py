"""What was entered past Relasi and not taken over, as people see it: both values, why, and a choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from relasi.errors import Forbidden, NotFound
from relasi.platform.again import begun_again
from relasi.records.access.rights import holds
from relasi.records.actor import Actor
from relasi.records.edits.adopting import write
from relasi.records.record import Record
from relasi.records.service import Records
from relasi.records.work import Work
from relasi.store.objections import Objection, Outcome


class Objections:
    """Administrators see to all of them, others to those on records that they may change. All errors are
    those of `relasi.errors`; what raises has changed nothing."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def count(self, actor: Actor) -> int:
        """How many wait for a decision; none for those who do not administer."""
        if not actor.everything:
            return 0
        with self._records.work(actor, write=False) as work:
            return work.store.objections.count()

    def open(self, actor: Actor, *, limit: int = 50, after: str | None = None) -> tuple[Objection, ...]:
        """The newest first; `after` is the id of the last of the page before. Raises Forbidden."""
        if not actor.everything:
            raise Forbidden("may_not_decide_objections")
        with self._records.work(actor, write=False) as work:
            return work.store.objections.open(limit=limit, after=after)

    def on(self, actor: Actor, record: Record) -> tuple[Objection, ...]:
        """Those on a record, oldest first, as far as the actor may decide on them."""
        with self._records.work(actor, write=False) as work:
            found = work.store.objections.on(record.entity, [record.id])
            return tuple(_decidable(work, found))

    def waiting(self, actor: Actor) -> tuple[int, datetime | None]:
        """How many records a copy elsewhere has not got yet, and since when the first of them waits."""
        with self._records.work(actor, write=False) as work:
            return work.store.mirrors.waiting()

    @begun_again
    def take_over(self, actor: Actor, objection_id: str) -> None:
        """What was entered outside is entered once more, by the actor. Raises Invalid, Forbidden, InUse and
        NotFound."""
        with self._records.work(actor) as work:
            objection = self._held(work, objection_id)
            entity, key = objection.entity, objection.record_id
            if objection.what == "deleted":
                row = work.transaction.get(entity, [key]).get(key)
                if row is not None:
                    work.delete(entity, key, row["version"])
            elif objection.field is None or objection.what == "created":
                raise Forbidden("may_not_complete_here")
            else:
                write(work, work.entity(entity), key, {objection.field: objection.theirs})
            _close(work, objection, "taken_over")

    @begun_again
    def put_back(self, actor: Actor, objection_id: str) -> None:
        """What Relasi has holds, outside too; a row that is no record yet goes. Raises Forbidden and
        NotFound."""
        with self._records.work(actor) as work:
            objection = self._held(work, objection_id)
            entity, key = objection.entity, objection.record_id
            together = [objection]
            if objection.what == "created":
                found = work.store.objections.on(entity, [key])
                together = [each for each in found if each.what == "created"]
                work.transaction.delete(entity, key, 0)
            for each in together:
                _close(work, each, "put_back")
            if key in work.store.mirrors.get(entity, [key]):
                work.store.mirrors.mark(entity, [key], work.now, work.ground.new_id())

    def _held(self, work: Work, objection_id: str) -> Objection:
        objection = work.store.objections.get(objection_id)
        if objection is None or objection.closed_at is not None:
            raise NotFound("objection_gone")
        if not list(_decidable(work, [objection])):
            raise Forbidden("may_not_decide_objections")
        return objection


def _decidable(work: Work, objections: Iterable[Objection]) -> Iterator[Objection]:
    for each in objections:
        if work.actor.everything or _may_change(work, each):
            yield each


def _may_change(work: Work, objection: Objection) -> bool:
    row = work.follow(objection.entity, objection.record_id)
    if row is None:
        return False
    rights = work.rights(objection.entity)
    right = rights.delete if objection.what == "deleted" else rights.update
    situation = work.situation(row)
    return objection.field not in rights.secret and holds(rights.read, situation) and holds(right, situation)


def _close(work: Work, objection: Objection, outcome: Outcome) -> None:
    work.store.objections.close([objection.id], outcome, work.now, work.actor.user_id)
