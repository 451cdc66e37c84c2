"""Which records people follow, and since when there is something new in them. What it is, and whether
somebody may know it, is asked of the records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from relasi.store.columns import MOMENT, row_of
from relasi.store.marks import Place, at, marks, rename

_TABLE = marks("relasi_follow", Column("seen_at", MOMENT, nullable=False), Column("news_at", MOMENT))
_IS_NEW = and_(_TABLE.c.news_at.is_not(None), _TABLE.c.news_at >= _TABLE.c.seen_at)
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Follow:
    """`seen_at` is when the person began to follow the record, or last read what was new; `news_at` the time
    of the latest change by others that the person might know of."""

    user_id: str
    entity: str
    record_id: str
    seen_at: datetime
    news_at: datetime | None = None

    @property
    def place(self) -> Place:
        return self.entity, self.record_id

    @property
    def is_new(self) -> bool:
        return self.news_at is not None and self.news_at >= self.seen_at


class Follows:
    """What is known inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, user_id: str, place: Place, now: datetime) -> None:
        if self.get(user_id, place) is None:
            self._connection.execute(insert(_TABLE), row_of(_TABLE, Follow(user_id, *place, now)))

    def end(self, user_id: str, place: Place) -> None:
        self._connection.execute(delete(_TABLE).where(at(_TABLE, user_id, place)))

    def get(self, user_id: str, place: Place) -> Follow | None:
        return next(iter(self._found(at(_TABLE, user_id, place))), None)

    def of(self, user_id: str) -> Sequence[Follow]:
        """All that a person follows: those with something new first, the newest first."""
        return self._found(_TABLE.c.user_id == user_id)

    def news(self, user_id: str) -> int:
        """In how many records there is something new."""
        query = select(func.count()).where(_TABLE.c.user_id == user_id, _IS_NEW)
        return self._connection.scalars(query).one()

    def following(self, record_ids: Collection[str], *, but: str | None) -> Sequence[Follow]:
        """Who follows any of these records, without one person."""
        known = _TABLE.c.record_id.in_(sorted(record_ids))
        return self._found(and_(known, _TABLE.c.user_id != but) if but else known)

    def note(self, follow: Follow, now: datetime) -> None:
        self._connection.execute(
            update(_TABLE).where(at(_TABLE, follow.user_id, follow.place)).values(news_at=now)
        )

    def see(self, user_id: str, now: datetime, place: Place | None = None) -> None:
        """The person has read what is new there, or everywhere."""
        which = at(_TABLE, user_id, place) if place else _TABLE.c.user_id == user_id
        self._connection.execute(update(_TABLE).where(which).values(seen_at=now, news_at=None))

    def forget(self, record_ids: Collection[str]) -> None:
        """These records are gone."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.record_id.in_(sorted(record_ids))))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        rename(self._connection, _TABLE, entity, new)

    def _found(self, where: ColumnElement[bool]) -> Sequence[Follow]:
        query = select(_TABLE).where(where).order_by(_TABLE.c.news_at.desc(), _TABLE.c.record_id)
        rows = self._connection.execute(query.limit(_MOST))
        return [Follow(**row._mapping) for row in rows]
