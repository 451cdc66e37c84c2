"""Applied plans, in order: what the database was made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_deployment",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("model_fingerprint", TEXT, nullable=False),
    Column("plan", DOCUMENT, nullable=False),
    Column("user_id", TEXT),
    Column("definition", DOCUMENT),
    Column("undoes", TEXT),
    info=silent("it has what an author wrote, and counts"),
)

_NEWEST = select(_TABLE.c.id).order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Deployment:
    """`plan` is the JSON of the plan that was applied, `definition` what `deploy` noted of the project then.

    `user_id` is None for the command line; `undoes` is the id of the deployment that this one took back.
    """

    id: str
    at: datetime
    model_fingerprint: str
    plan: Any  # Any: JSON
    user_id: str | None = None
    definition: Any = None  # Any: JSON
    undoes: str | None = None


class Deployments:
    """The applied plans inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deployment: Deployment) -> None:
        self._connection.execute(insert(_TABLE), row_of(_TABLE, deployment))

    def latest(self) -> Deployment | None:
        """The one that the database is made for; that may be one which took another back."""
        query = select(_TABLE).order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Deployment(**row._mapping)

    def newest(self) -> str | None:
        """The id of the latest."""
        return self._connection.scalars(_NEWEST).one_or_none()

    def get(self, deployment_id: str) -> Deployment:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == deployment_id)).one()
        return Deployment(**row._mapping)

    def standing(self) -> tuple[str, ...]:
        """The ids of those that took nothing back and were not taken back, newest first."""
        query = select(_TABLE.c.id, _TABLE.c.undoes).order_by(_TABLE.c.at, _TABLE.c.id)
        stack: list[str] = []
        for row in self._connection.execute(query):
            if row.undoes is None:
                stack.append(row.id)
            else:
                stack.remove(row.undoes)
        return tuple(reversed(stack))
