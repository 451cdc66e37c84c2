"""Which records people have opened lately, and which they have put a star on. Whether somebody may still read
them, and what they are called, is asked of the records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from relasi.store.columns import MOMENT
from relasi.store.marks import Place, at, marks, rename

_TABLE = marks(
    "relasi_visit",
    Column("seen_at", MOMENT),
    Column("starred_at", MOMENT),
    Index(None, "user_id", "seen_at"),
)

KEPT = 40
"""So many are remembered of each person, beside those with a star."""


class Visits:
    """What is remembered inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, user_id: str, place: Place, now: datetime) -> None:
        """Somebody has opened a record. The oldest of too many are forgotten."""
        self._put(user_id, place, seen_at=now)
        which = (_TABLE.c.user_id == user_id, _TABLE.c.starred_at.is_(None))
        query = select(_TABLE.c.entity, _TABLE.c.record_id).where(*which).order_by(_TABLE.c.seen_at.desc())
        if old := [(entity, key) for entity, key in self._connection.execute(query.offset(KEPT))]:
            place_of = tuple_(_TABLE.c.entity, _TABLE.c.record_id)
            self._connection.execute(delete(_TABLE).where(*which, place_of.in_(old)))

    def star(self, user_id: str, place: Place, now: datetime) -> None:
        self._put(user_id, place, starred_at=now)

    def unstar(self, user_id: str, place: Place) -> None:
        self._connection.execute(update(_TABLE).where(at(_TABLE, user_id, place)).values(starred_at=None))

    def is_starred(self, user_id: str, place: Place) -> bool:
        query = select(_TABLE.c.starred_at).where(at(_TABLE, user_id, place))
        return self._connection.scalars(query).one_or_none() is not None

    def starred(self, user_id: str) -> Sequence[Place]:
        """In the order in which they got their stars."""
        return self._places(user_id, _TABLE.c.starred_at, _TABLE.c.starred_at.asc())

    def recent(self, user_id: str) -> Sequence[Place]:
        """The last one first."""
        return self._places(user_id, _TABLE.c.seen_at, _TABLE.c.seen_at.desc())

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        rename(self._connection, _TABLE, entity, new)

    def _put(self, user_id: str, place: Place, **moment: datetime) -> None:
        row = {"user_id": user_id, "entity": place[0], "record_id": place[1], **moment}
        keys = list(_TABLE.primary_key.columns)
        added = insert(_TABLE).values(row).on_conflict_do_update(index_elements=keys, set_=moment)
        self._connection.execute(added)

    def _places(
        self, user_id: str, moment: Column[datetime], order: ColumnElement[datetime]
    ) -> Sequence[Place]:
        query = (
            select(_TABLE.c.entity, _TABLE.c.record_id)
            .where(_TABLE.c.user_id == user_id, moment.is_not(None))
            .order_by(order, _TABLE.c.record_id)
        )
        return [(entity, key) for entity, key in self._connection.execute(query)]
