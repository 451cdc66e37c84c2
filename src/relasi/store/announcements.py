"""Since when it has been known what will go by itself: a rule that is new, or says something else, waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, Table, select

from relasi.store.columns import METADATA, MOMENT, TEXT, putting
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_announcement",
    METADATA,
    Column("rule", TEXT, primary_key=True),
    Column("said", TEXT, nullable=False),
    Column("since", MOMENT, nullable=False),
    info=silent("it names fields and times"),
)


class Announcements:
    """Those inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def since(self, rule: str, said: str) -> datetime | None:
        """None for a rule that has not said this yet."""
        query = select(_TABLE.c.since).where(_TABLE.c.rule == rule, _TABLE.c.said == said)
        return self._connection.scalars(query).one_or_none()

    def put(self, rule: str, said: str, now: datetime) -> None:
        self._connection.execute(putting(_TABLE), {"rule": rule, "said": said, "since": now})
