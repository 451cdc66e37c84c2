"""Working through a list: its records one after the other, each with one person at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from relasi.apps.visitor import Visitor
from relasi.errors import NotFound
from relasi.platform.again import begun_again
from relasi.records import ListRequest, Record

MOST = 500
"""Records of a list that one person sets out to work through."""
HELD = timedelta(minutes=5)
"""How long a record stays with somebody who is not heard of any more."""
RENEWED = timedelta(minutes=2)
"""How often a page that is open says that it still is."""


@dataclass
class Queue:
    """The records of a list in its order, as they were when somebody began; `place` is where they are."""

    entity: str
    ids: list[str]
    is_cut: bool
    place: int = 0

    @classmethod
    def of(cls, visitor: Visitor, request: ListRequest, first: str = "") -> Queue:
        """Begins with the record `first` where it is on the list."""
        page = visitor.crm.records.list(visitor.actor, replace(request, fields=(), limit=MOST))
        ids = [record.id for record in page.records]
        place = ids.index(first) if first in ids else 0
        return cls(request.entity, ids, page.next is not None, place)

    @property
    def is_over(self) -> bool:
        return self.place >= len(self.ids)

    def arrive(self, visitor: Visitor, step: int = 1) -> Record | None:
        """The record at the place, for the visitor alone; from one that is gone, or with somebody else, on to
        the next in that direction. None at the end, which is also where a way back leads that finds none."""
        while 0 <= self.place < len(self.ids):
            key = self.ids[self.place]
            if claim(visitor, self.entity, key):
                try:
                    return visitor.crm.records.get(visitor.actor, self.entity, key)
                except NotFound:
                    release(visitor, self.entity, key)
            self.place += step
        if self.place >= 0:
            return None
        self.place = 0
        return self.arrive(visitor)

    def turn(self, visitor: Visitor, step: int) -> None:
        """Leaves the record at the place for the next one, or the one before."""
        self.leave(visitor)
        self.place += step
        self.arrive(visitor, step)

    def put_off(self, visitor: Visitor) -> None:
        """Leaves the record at the place for the end."""
        self.leave(visitor)
        if not self.is_over:
            self.ids.append(self.ids.pop(self.place))

    def leave(self, visitor: Visitor) -> None:
        if not self.is_over:
            release(visitor, self.entity, self.ids[self.place])


@begun_again
def claim(visitor: Visitor, entity: str, key: str) -> bool:
    """Whether nobody else works on the record; the visitor does from now on."""
    now = visitor.crm.clock()
    with visitor.crm.store.session() as session:
        return session.claims.take(entity, key, visitor.user.id, now=now, until=now + HELD)


@begun_again
def release(visitor: Visitor, entity: str, key: str) -> None:
    with visitor.crm.store.session() as session:
        session.claims.release(entity, key, visitor.user.id, now=visitor.crm.clock())
