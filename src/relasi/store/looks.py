"""How somebody looked at a dashboard last. What the words of a look mean is for the dashboards to say."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, ForeignKey, Table, select

from relasi.store.columns import DOCUMENT, METADATA, TEXT, putting
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_last_look",
    METADATA,
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
    Column("dashboard", TEXT, primary_key=True),
    Column("query", DOCUMENT, nullable=False),
    info=silent("it tells which period, and whose figures, somebody looked at"),
)


class Looks:
    """The looks inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, user_id: str, dashboard: str) -> dict[str, str]:
        """What stood in the address of the page; nothing where they never chose anything."""
        which = (_TABLE.c.user_id == user_id, _TABLE.c.dashboard == dashboard)
        return self._connection.scalars(select(_TABLE.c.query).where(*which)).one_or_none() or {}

    def put(self, user_id: str, dashboard: str, query: Mapping[str, str]) -> None:
        row = {"user_id": user_id, "dashboard": dashboard, "query": dict(query)}
        self._connection.execute(putting(_TABLE), row)
