"""Who gets which page as a mail, and when next. What is in such a mail is for the reports to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Connection, ForeignKey, Table, delete, select, update

from relasi.store.columns import DOCUMENT, FLAG, METADATA, MOMENT, TEXT, putting, row_of
from relasi.store.telling import telling

_TABLE = Table(
    "relasi_subscription",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), nullable=False, index=True),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("department", TEXT, nullable=False),
    Column("query", DOCUMENT, nullable=False),
    Column("rhythm", TEXT, nullable=False),
    Column("clock", TEXT, nullable=False),
    Column("due_at", MOMENT, nullable=False, index=True),
    Column("has_file", FLAG, nullable=False),
    Column("purpose", TEXT),
    info=telling(texts=("query",)),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """`name` is that of a dashboard, or of the entity of a list, as it is seen in a department; `query` is
    what stands in the address of that page. With a file, all of a list is in it; `purpose` is what people's
    data are taken away for."""

    id: str
    user_id: str
    kind: Literal["dashboard", "list"]
    name: str
    department: str
    query: Mapping[str, Sequence[str]]
    rhythm: str
    clock: str
    due_at: datetime
    has_file: bool = False
    purpose: str | None = None


class Subscriptions:
    """The subscriptions inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, subscription: Subscription) -> None:
        """A new one, or when one is due next."""
        self._connection.execute(putting(_TABLE), row_of(_TABLE, subscription))

    def get(self, key: str) -> Subscription | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == key)).one_or_none()
        return None if row is None else Subscription(**row._mapping)

    def of(self, user_id: str) -> tuple[Subscription, ...]:
        """Those of a person, oldest first."""
        query = select(_TABLE).where(_TABLE.c.user_id == user_id).order_by(_TABLE.c.id)
        return tuple(Subscription(**row._mapping) for row in self._connection.execute(query))

    def drop(self, user_id: str, key: str) -> None:
        """Ends one of a person's own."""
        own = (_TABLE.c.id == key, _TABLE.c.user_id == user_id)
        self._connection.execute(delete(_TABLE).where(*own))

    def any_due(self, now: datetime) -> bool:
        """Whether it is worth claiming: a look that needs no lock."""
        query = select(_TABLE.c.id).where(_TABLE.c.due_at <= now).limit(1)
        return self._connection.execute(query).first() is not None

    def claim(self, now: datetime) -> Subscription | None:
        """The one that is longest due, for this transaction alone."""
        query = select(_TABLE).where(_TABLE.c.due_at <= now).order_by(_TABLE.c.due_at, _TABLE.c.id)
        row = self._connection.execute(query.limit(1).with_for_update(skip_locked=True)).one_or_none()
        return None if row is None else Subscription(**row._mapping)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        lists = (_TABLE.c.kind == "list", _TABLE.c.name == entity)
        self._connection.execute(update(_TABLE).where(*lists).values(name=new))
