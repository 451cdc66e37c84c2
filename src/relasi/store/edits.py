"""Edits of records that were made past Relasi, as the database noted them: still to be looked at.

Who notes them are triggers, which `deploy` makes; only PostgreSQL has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Table,
    delete,
    func,
    literal_column,
    select,
    tuple_,
    update,
)

from relasi.platform.sql.values import Stored
from relasi.schema.fields.base import Storage
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT
from relasi.store.telling import telling

Row = Mapping[str, Any]  # Any: field values

_TABLE = Table(
    "relasi_edit",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("version", NUMBER, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("old", DOCUMENT),
    Column("new", DOCUMENT),
    Column("put_off", MOMENT),
    Index(None, "record_id", "version"),
    info=telling("record_id", texts=("old", "new")),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A row as it was before somebody edited it, and as it was after; None where there was or is none. `who`
    is the role of the database by which that was done."""

    id: str
    at: datetime
    who: str
    old: Row | None
    new: Row | None


class Edits:
    """The edits inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """The records, by entity and id, whose edits nobody has looked at; the one that was edited first
        comes first."""
        first = func.min(_TABLE.c.at)
        query = select(_TABLE.c.entity, _TABLE.c.record_id).group_by(_TABLE.c.entity, _TABLE.c.record_id)
        due = func.coalesce(func.max(_TABLE.c.put_off), now) <= now
        found = self._connection.execute(query.having(due).order_by(first).limit(limit))
        return [(entity, key) for entity, key in found]

    def count(self) -> int:
        """How many records have edits that nobody has looked at."""
        places = select(_TABLE.c.entity, _TABLE.c.record_id).distinct().subquery()
        number: int = self._connection.execute(select(func.count()).select_from(places)).scalar_one()
        return number

    def take(self, entity: str, record_id: str, storages: Mapping[str, Storage]) -> tuple[Edit, ...]:
        """All edits of a record in their order, which nobody else takes then; they are gone once the
        transaction has committed. `storages` are those of the columns that the table has."""
        mine = (_TABLE.c.entity == entity, _TABLE.c.record_id == record_id)
        held = select(
            _TABLE.c.id, _TABLE.c.at, _TABLE.c.who, _TABLE.c.old.is_(None), _TABLE.c.new.is_(None)
        ).where(*mine)
        found = self._connection.execute(
            held.order_by(_TABLE.c.version, _TABLE.c.at, _TABLE.c.id).with_for_update()
        ).all()
        if not found:
            return ()
        keys = [each.id for each in found]
        old, new = (self._rows(entity, column, keys, storages) for column in (_TABLE.c.old, _TABLE.c.new))
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(keys)))
        return tuple(
            Edit(key, at, who, None if is_new else old[key], None if is_gone else new[key])
            for key, at, who, is_new, is_gone in found
        )

    def _rows(
        self, entity: str, column: Column[Any], keys: Sequence[str], storages: Mapping[str, Storage]
    ) -> dict[str, Row]:
        """What was noted as JSON, read by the database itself: nothing is rounded on the way."""
        name = self._connection.dialect.identifier_preparer.quote(entity)
        row = func.jsonb_populate_record(literal_column(f"NULL::{name}"), column).table_valued(
            *(Column(each, Stored(storage)) for each, storage in storages.items()), name="noted"
        )
        query = select(_TABLE.c.id, *row.c).where(_TABLE.c.id.in_(keys), column.is_not(None))
        return {
            key: dict(zip(storages, values, strict=True))
            for key, *values in self._connection.execute(query.join_from(_TABLE, row, literal_column("true")))
        }

    def put_off(self, entity: str, record_id: str, until: datetime) -> None:
        """Looks at the edits of a record again later."""
        mine = tuple_(_TABLE.c.entity, _TABLE.c.record_id) == tuple_(entity, record_id)
        self._connection.execute(update(_TABLE).where(mine).values(put_off=until))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))


LATER = timedelta(minutes=1)
"""After a fault, the edits of a record are looked at again no sooner."""
