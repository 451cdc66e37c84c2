"""Notifications: what people are told inside the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, delete, func, insert, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, first_id, row_of
from relasi.store.telling import telling

_TABLE = Table(
    "relasi_notification",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("title", DOCUMENT, nullable=False),
    Column("body", DOCUMENT, nullable=False),
    Column("entity", TEXT),
    Column("record_id", TEXT),
    Column("workflow", TEXT),
    Column("read_at", MOMENT),
    Index(None, "user_id", "read_at", "at"),
    Index(None, "record_id"),
    info=telling("record_id", texts=("title", "body")),
)

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Notification:
    """`title` and `body` are texts by language, made for the rights of this user; `entity` and `record_id`
    name the record that they tell of."""

    id: str
    user_id: str
    at: datetime
    title: Mapping[str, str]
    body: Mapping[str, str]
    entity: str | None = None
    record_id: str | None = None
    workflow: str | None = None
    read_at: datetime | None = None


class Notifications:
    """The notifications inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notifications: Sequence[Notification]) -> None:
        if notifications:
            self._connection.execute(insert(_TABLE), [row_of(_TABLE, each) for each in notifications])

    def of(
        self, user_id: str, *, unread: bool = False, limit: int = 50, offset: int = 0
    ) -> tuple[Notification, ...]:
        """Newest first."""
        query = (
            select(_TABLE)
            .where(_TABLE.c.user_id == user_id)
            .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        if unread:
            query = query.where(_TABLE.c.read_at.is_(None))
        return tuple(Notification(**row._mapping) for row in self._connection.execute(query))

    def unread(self, user_id: str) -> int:
        query = select(func.count()).where(_TABLE.c.user_id == user_id, _TABLE.c.read_at.is_(None))
        return self._connection.scalars(query).one()

    def mark_read(self, user_id: str, now: datetime, *, notification_id: str | None = None) -> None:
        """One of the user's notifications, or all of them."""
        own = update(_TABLE).where(_TABLE.c.user_id == user_id, _TABLE.c.read_at.is_(None))
        if notification_id is not None:
            own = own.where(_TABLE.c.id == notification_id)
        self._connection.execute(own.values(read_at=now))

    def forget(self, record_ids: Sequence[str]) -> None:
        """Takes away what was told of records that go."""
        for start in range(0, len(record_ids), _AT_ONCE):
            some = _TABLE.c.record_id.in_(record_ids[start : start + _AT_ONCE])
            self._connection.execute(delete(_TABLE).where(some))

    def prune(self, before: datetime, limit: int) -> int:
        """Forgets some of those that are older, read or not: how many."""
        old = select(_TABLE.c.id).where(_TABLE.c.id < first_id(before), _TABLE.c.at < before).limit(limit)
        return self._connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(old))).rowcount

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))
