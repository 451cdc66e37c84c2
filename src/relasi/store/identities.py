"""Who a user is at the provider that says who somebody is: the issuer, and what it calls them for ever."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Column, Connection, ForeignKey, Table, UniqueConstraint, delete, insert, select

from relasi.store.columns import METADATA, TEXT
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_identity",
    METADATA,
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
    Column("issuer", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    UniqueConstraint("issuer", "subject"),
    info=silent("it goes with what `relasi_user` tells"),
)


@dataclass(frozen=True, slots=True)
class Identity:
    issuer: str
    subject: str


class Identities:
    """The identities inside one transaction; a user has one at most, and no two users the same."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, user_id: str) -> Identity | None:
        query = select(_TABLE.c.issuer, _TABLE.c.subject).where(_TABLE.c.user_id == user_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Identity(row.issuer, row.subject)

    def holder(self, identity: Identity) -> str | None:
        """The id of the user whose identity it is."""
        same = (_TABLE.c.issuer == identity.issuer) & (_TABLE.c.subject == identity.subject)
        return self._connection.scalars(select(_TABLE.c.user_id).where(same)).one_or_none()

    def held(self, user_ids: Collection[str]) -> set[str]:
        """Those of the users who have one."""
        query = select(_TABLE.c.user_id).where(_TABLE.c.user_id.in_(user_ids))
        return set(self._connection.scalars(query))

    def put(self, user_id: str, identity: Identity) -> None:
        """In place of an earlier one of the user. Raises DuplicateValue where it is somebody else's."""
        self.drop(user_id)
        row = {"user_id": user_id, "issuer": identity.issuer, "subject": identity.subject}
        self._connection.execute(insert(_TABLE), row)

    def drop(self, user_id: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.user_id == user_id))
