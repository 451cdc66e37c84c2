"""Sign-in sessions. Tokens are kept as their hash: reading this table lets nobody in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, Connection, ForeignKey, Table, delete, func, insert, select, update

from relasi.store.columns import METADATA, MOMENT, PASSING, TEXT
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_session",
    METADATA,
    Column("token_hash", TEXT, primary_key=True),
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), nullable=False, index=True),
    Column("created", MOMENT, nullable=False),
    Column("last_seen", MOMENT, nullable=False),
    Column("expires", MOMENT, nullable=False, index=True),
    Column("agent", TEXT, nullable=False),
    Column("address", TEXT),
    Column("waits_for", TEXT),
    info=PASSING | silent("it is about people who work here, and goes by itself"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session of a user in one browser; `agent` is how the browser calls itself, `address` the network that
    it came from. One that `waits_for` something lets nobody in yet."""

    user_id: str
    created: datetime
    last_seen: datetime
    expires: datetime
    agent: str
    address: str | None = None
    waits_for: str | None = None


class Sessions:
    """The sign-in sessions inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, token: str, sign_in: SignIn) -> None:
        """Also forgets all sessions that had expired by then."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.expires <= sign_in.created))
        row = {
            "token_hash": key_of(token),
            "user_id": sign_in.user_id,
            "created": sign_in.created,
            "last_seen": sign_in.last_seen,
            "expires": sign_in.expires,
            "agent": sign_in.agent,
            "address": sign_in.address,
            "waits_for": sign_in.waits_for,
        }
        self._connection.execute(insert(_TABLE), row)

    def find(self, token: str, now: datetime) -> SignIn | None:
        """None for a token that is unknown or has expired."""
        query = select(*_SHOWN).where(_TABLE.c.token_hash == key_of(token), _TABLE.c.expires > now)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else SignIn(**row._mapping)

    def of(self, user_id: str, now: datetime) -> dict[str, SignIn]:
        """Those that let the user in, by what is kept of their tokens; the one used last comes first."""
        query = select(_TABLE.c.token_hash, *_SHOWN).where(_TABLE.c.user_id == user_id)
        query = query.where(_TABLE.c.expires > now, _TABLE.c.waits_for.is_(None))
        rows = self._connection.execute(query.order_by(_TABLE.c.last_seen.desc(), _TABLE.c.token_hash))
        return {key: SignIn(*rest) for key, *rest in rows}

    def last_seen(self, user_ids: Collection[str]) -> dict[str, datetime]:
        """When each of the users was here last; those who have no session are left out."""
        query = select(_TABLE.c.user_id, func.max(_TABLE.c.last_seen)).where(_TABLE.c.user_id.in_(user_ids))
        rows = self._connection.execute(query.group_by(_TABLE.c.user_id))
        return {row[0]: row[1] for row in rows}

    def touch(self, token: str, now: datetime) -> None:
        """Notes that the session was used; a write, so not for every click."""
        self._connection.execute(
            update(_TABLE).where(_TABLE.c.token_hash == key_of(token)).values(last_seen=now)
        )

    def close(self, token: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.token_hash == key_of(token)))

    def close_one(self, user_id: str, key: str) -> None:
        """Ends one of the user's own, by what is kept of its token."""
        held = (_TABLE.c.user_id == user_id) & (_TABLE.c.token_hash == key)
        self._connection.execute(delete(_TABLE).where(held))

    def close_all(self, user_id: str, *, but: str | None = None) -> None:
        """Signs the user out everywhere; the session of the token `but` stays."""
        held = delete(_TABLE).where(_TABLE.c.user_id == user_id)
        if but is not None:
            held = held.where(_TABLE.c.token_hash != key_of(but))
        self._connection.execute(held)


_SHOWN = tuple(_TABLE.c[each.name] for each in fields(SignIn))


def key_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()
