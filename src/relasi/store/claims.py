"""Who works on which record at this moment, where several people work through the same list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete
from sqlalchemy.dialects.postgresql import insert

from relasi.store.columns import METADATA, MOMENT, PASSING, TEXT
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_claim",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("record_id", TEXT, primary_key=True),
    Column("user_id", TEXT, nullable=False),
    Column("until", MOMENT, nullable=False),
    info=PASSING | silent("it goes by itself within minutes"),
)


class Claims:
    """The claims inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, entity: str, record_id: str, user_id: str, *, now: datetime, until: datetime) -> bool:
        """Whether the record is the user's until then. It is not while another has it."""
        statement = insert(_TABLE).values(entity=entity, record_id=record_id, user_id=user_id, until=until)
        taken = statement.on_conflict_do_update(
            index_elements=[_TABLE.c.entity, _TABLE.c.record_id],
            set_={"user_id": user_id, "until": until},
            where=(_TABLE.c.user_id == user_id) | (_TABLE.c.until <= now),
        )
        return self._connection.execute(taken.returning(_TABLE.c.user_id)).one_or_none() is not None

    def release(self, entity: str, record_id: str, user_id: str, *, now: datetime) -> None:
        """Gives up the user's claim, and forgets all that are over."""
        mine = (_TABLE.c.entity == entity) & (_TABLE.c.record_id == record_id) & (_TABLE.c.user_id == user_id)
        self._connection.execute(delete(_TABLE).where(mine | (_TABLE.c.until <= now)))
