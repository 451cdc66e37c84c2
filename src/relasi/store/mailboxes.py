"""When each mailbox is looked at next, and what was the matter the last time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, adding, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_mailbox",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("due_at", MOMENT, nullable=False),
    Column("reached_at", MOMENT),
    Column("failures", NUMBER, nullable=False),
    Column("note", DOCUMENT),
    info=silent("it tells how mailboxes were reached"),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """`reached_at` is when it was last looked into; `failures` is how often in a row it could not be since,
    and `note` says in every language why."""

    name: str
    due_at: datetime
    reached_at: datetime | None = None
    failures: int = 0
    note: Mapping[str, str] | None = None


class Mailboxes:
    """The same inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, Looked]:
        return {row.name: Looked(**row._mapping) for row in self._connection.execute(select(_TABLE))}

    def due(self, names: Collection[str], now: datetime) -> list[str]:
        """Those of them that nobody has looked at, or that are due."""
        resting = select(_TABLE.c.name).where(_TABLE.c.name.in_(names), _TABLE.c.due_at > now)
        known = set(self._connection.scalars(resting))
        return [each for each in names if each not in known]

    def claim(self, name: str, now: datetime, *, until: datetime) -> Looked | None:
        """Takes one that is due for one worker; others find it again from `until` on."""
        self._connection.execute(adding(_TABLE), row_of(_TABLE, Looked(name, now)))
        taken = update(_TABLE).where(_TABLE.c.name == name, _TABLE.c.due_at <= now).values(due_at=until)
        row = self._connection.execute(taken.returning(*_TABLE.c)).one_or_none()
        return None if row is None else Looked(**row._mapping)

    def put(self, looked: Looked) -> None:
        known = update(_TABLE).where(_TABLE.c.name == looked.name)
        self._connection.execute(known.values(row_of(_TABLE, looked)))
