"""Applied plans, in order: what the database was made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, row_of

_TABLE = Table(
    "relasi_deployment",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("model_fingerprint", TEXT, nullable=False),
    Column("plan", DOCUMENT, nullable=False),
    Column("user_id", TEXT),
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """`plan` is the JSON of the plan that was applied; `user_id` is None for the command line."""

    id: str
    at: datetime
    model_fingerprint: str
    plan: Any  # Any: JSON
    user_id: str | None = None


class Deployments:
    """The applied plans inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deployment: Deployment) -> None:
        self._connection.execute(insert(_TABLE), row_of(_TABLE, deployment))

    def latest(self) -> Deployment | None:
        query = select(_TABLE).order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Deployment(**row._mapping)
