"""Invitations to set a password: for somebody who has none yet, or has forgotten theirs. Each opens once, and
is kept as the hash of what its link says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Table, delete, select, update

from relasi.store.columns import METADATA, MOMENT, PASSING, TEXT, putting
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_invitation",
    METADATA,
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
    Column("id", TEXT, nullable=False),
    Column("occasion", TEXT, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("token_hash", TEXT, index=True),
    Column("expires", MOMENT),
    info=PASSING | silent("it tells nothing but which user may set a password"),
)


class Occasion(Enum):
    WELCOME = "welcome"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Invitation:
    """`expires` is None until there is a link: the time runs from when it was made."""

    id: str
    user_id: str
    occasion: Occasion
    at: datetime
    expires: datetime | None = None


class Invitations:
    """The invitations inside one transaction; a user has one at most."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, invitation: Invitation) -> None:
        """Takes the place of an earlier one of the user, whose link opens nothing any more."""
        row = {
            "user_id": invitation.user_id,
            "id": invitation.id,
            "occasion": invitation.occasion.value,
            "at": invitation.at,
            "token_hash": None,
            "expires": None,
        }
        self._connection.execute(putting(_TABLE), row)

    def get(self, invitation_id: str) -> Invitation | None:
        """None for one that was used, or has been replaced."""
        return self._one(_TABLE.c.id == invitation_id)

    def arm(self, invitation_id: str, token: str, expires: datetime) -> None:
        """Makes the token open the invitation, and no earlier one."""
        self._connection.execute(
            update(_TABLE)
            .where(_TABLE.c.id == invitation_id)
            .values(token_hash=_hash(token), expires=expires)
        )

    def find(self, token: str, now: datetime) -> Invitation | None:
        """None for a token that is unknown or has expired."""
        return self._one((_TABLE.c.token_hash == _hash(token)) & (_TABLE.c.expires > now))

    def drop(self, user_id: str) -> bool:
        """False where there was none, or somebody was faster."""
        return self._connection.execute(delete(_TABLE).where(_TABLE.c.user_id == user_id)).rowcount == 1

    def waiting(self, user_ids: Collection[str]) -> dict[str, Invitation]:
        """The invitations of these users, by user."""
        rows = self._connection.execute(select(*_SHOWN).where(_TABLE.c.user_id.in_(user_ids)))
        return {row.user_id: _invitation(*row) for row in rows}

    def _one(self, condition: ColumnElement[bool]) -> Invitation | None:
        row = self._connection.execute(select(*_SHOWN).where(condition)).one_or_none()
        return None if row is None else _invitation(*row)


_SHOWN = (_TABLE.c.id, _TABLE.c.user_id, _TABLE.c.occasion, _TABLE.c.at, _TABLE.c.expires)


def _invitation(
    invitation_id: str, user_id: str, occasion: str, at: datetime, expires: datetime | None
) -> Invitation:
    return Invitation(invitation_id, user_id, Occasion(occasion), at, expires)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
