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
    bindparam,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

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


def _putting(moment: Column[datetime]) -> Insert:
    """Sets one of the moments of a place to `now`."""
    keys, now = list(_TABLE.primary_key.columns), bindparam("now", type_=MOMENT)
    values = {column.name: bindparam(column.name) for column in keys} | {moment.name: now}
    statement = insert(_TABLE).values(values)
    return statement.on_conflict_do_update(index_elements=keys, set_={moment.name: now})


_SEEN, _STARRED = _putting(_TABLE.c.seen_at), _putting(_TABLE.c.starred_at)
_UNSTARRED = (_TABLE.c.user_id == bindparam("user_id"), _TABLE.c.starred_at.is_(None))
_OLD = (
    select(_TABLE.c.entity, _TABLE.c.record_id)
    .where(*_UNSTARRED)
    .order_by(_TABLE.c.seen_at.desc())
    .offset(KEPT)
)


class Visits:
    """What is remembered inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, user_id: str, place: Place, now: datetime) -> None:
        """Somebody has opened a record. The oldest of too many are forgotten."""
        self._put(_SEEN, user_id, place, now)
        if old := [(entity, key) for entity, key in self._connection.execute(_OLD, {"user_id": user_id})]:
            place_of = tuple_(_TABLE.c.entity, _TABLE.c.record_id)
            gone = delete(_TABLE).where(*_UNSTARRED, place_of.in_(old))
            self._connection.execute(gone, {"user_id": user_id})

    def star(self, user_id: str, place: Place, now: datetime) -> None:
        self._put(_STARRED, user_id, place, now)

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

    def _put(self, statement: Insert, user_id: str, place: Place, now: datetime) -> None:
        values = {"user_id": user_id, "entity": place[0], "record_id": place[1], "now": now}
        self._connection.execute(statement, values)

    def _places(
        self, user_id: str, moment: Column[datetime], order: ColumnElement[datetime]
    ) -> Sequence[Place]:
        query = (
            select(_TABLE.c.entity, _TABLE.c.record_id)
            .where(_TABLE.c.user_id == user_id, moment.is_not(None))
            .order_by(order, _TABLE.c.record_id)
        )
        return [(entity, key) for entity, key in self._connection.execute(query)]
