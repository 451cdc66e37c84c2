"""The keys by which programs come in. They are kept as their hash: reading this table lets nobody in.

A key is as random as the token of a session, so a fast hash guards it as well as a slow one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Table, delete, insert, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_api_key",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("token_hash", TEXT, nullable=False, unique=True),
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), nullable=False, index=True),
    Column("name", TEXT, nullable=False),
    Column("scopes", DOCUMENT, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("expires", MOMENT, nullable=False),
    Column("last_used", MOMENT),
    info=silent("they go when their user's account is closed"),
)

_KNOWN = [each for each in _TABLE.columns if each.name != "token_hash"]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`user_id` is whom its holder acts as. `scopes` are words such as "read" and "invoice:write"."""

    id: str
    user_id: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    last_used: datetime | None = None


class ApiKeys:
    """The keys inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token: str, key: ApiKey) -> None:
        row = asdict(key) | {"token_hash": _hash(token), "scopes": list(key.scopes)}
        self._connection.execute(insert(_TABLE), row)

    def find(self, token: str, now: datetime) -> ApiKey | None:
        """None for a token that is unknown, was revoked or has expired."""
        return next(iter(self._keys(_TABLE.c.token_hash == _hash(token), _TABLE.c.expires > now)), None)

    def of(self, user_id: str) -> tuple[ApiKey, ...]:
        """Oldest first, those that have expired included."""
        return self._keys(_TABLE.c.user_id == user_id)

    def all(self) -> tuple[ApiKey, ...]:
        """Oldest first, those that have expired included."""
        return self._keys()

    def touch(self, key_id: str, now: datetime) -> None:
        """Notes that it was used; a write, so not for every call."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.id == key_id).values(last_used=now))

    def revoke(self, key_id: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id == key_id))

    def revoke_all(self, user_id: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.user_id == user_id))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        was, now = f"{entity}:", f"{new}:"
        for key in self.all():
            scopes = sorted(
                now + each.removeprefix(was) if each.startswith(was) else each for each in key.scopes
            )
            if tuple(scopes) != key.scopes:
                self._connection.execute(update(_TABLE).where(_TABLE.c.id == key.id).values(scopes=scopes))

    def _keys(self, *conditions: ColumnElement[bool]) -> tuple[ApiKey, ...]:
        query = select(*_KNOWN).where(*conditions).order_by(_TABLE.c.created, _TABLE.c.id)
        rows = (dict(row._mapping) for row in self._connection.execute(query))
        return tuple(ApiKey(**row | {"scopes": tuple(row["scopes"])}) for row in rows)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
