"""Sign-in sessions. Tokens are kept as their hash: reading this table lets nobody in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, Connection, ForeignKey, Table, delete, insert, select, update

from relasi.store.columns import METADATA, MOMENT, PASSING, TEXT

_TABLE = Table(
    "relasi_session",
    METADATA,
    Column("token_hash", TEXT, primary_key=True),
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), nullable=False, index=True),
    Column("created", MOMENT, nullable=False),
    Column("last_seen", MOMENT, nullable=False),
    Column("expires", MOMENT, nullable=False, index=True),
    Column("agent", TEXT, nullable=False),
    info=PASSING,
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session of a user in one browser; `agent` is how the browser calls itself."""

    user_id: str
    created: datetime
    last_seen: datetime
    expires: datetime
    agent: str


class Sessions:
    """The sign-in sessions inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, token: str, sign_in: SignIn) -> None:
        """Also forgets all sessions that had expired by then."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.expires <= sign_in.created))
        row = {
            "token_hash": _hash(token),
            "user_id": sign_in.user_id,
            "created": sign_in.created,
            "last_seen": sign_in.last_seen,
            "expires": sign_in.expires,
            "agent": sign_in.agent,
        }
        self._connection.execute(insert(_TABLE), row)

    def find(self, token: str, now: datetime) -> SignIn | None:
        """None for a token that is unknown or has expired."""
        columns = (_TABLE.c.user_id, _TABLE.c.created, _TABLE.c.last_seen, _TABLE.c.expires, _TABLE.c.agent)
        query = select(*columns).where(_TABLE.c.token_hash == _hash(token), _TABLE.c.expires > now)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else SignIn(**row._mapping)

    def touch(self, token: str, now: datetime) -> None:
        """Notes that the session was used; a write, so not for every click."""
        self._connection.execute(
            update(_TABLE).where(_TABLE.c.token_hash == _hash(token)).values(last_seen=now)
        )

    def close(self, token: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.token_hash == _hash(token)))

    def close_all(self, user_id: str) -> None:
        """Signs the user out everywhere."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.user_id == user_id))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
