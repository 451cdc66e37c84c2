"""API keys: a program acts by one as the person who made it, for as long as the key and the account stand."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from relasi.accounts import throttle
from relasi.accounts.history import COMMAND_LINE, Author, History
from relasi.errors import PlatformError, Refused
from relasi.platform.again import begun_again
from relasi.store import Session, Store
from relasi.store.api_keys import ApiKey
from relasi.store.users import User

USUAL_LENGTH = timedelta(days=365)
PREFIX = "relasi_"
"""What every key begins with, so that those who look for secrets in files find it."""
_LONGEST_NAME = 100
_TOUCH_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Keys:
    """The API keys of the users of a store."""

    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    author: Author = COMMAND_LINE

    def by(self, user_id: str) -> Self:
        """The same where a user makes and revokes them, on a page."""
        return replace(self, author=Author(user_id, "page"))

    @begun_again
    def add(
        self, user: User, name: str, scopes: Collection[str], *, length: timedelta = USUAL_LENGTH
    ) -> tuple[ApiKey, str]:
        """A new key and its token, which is given out here and never again. Raises Refused for a name that is
        empty or that another key of the user has, and for a length that is over at once."""
        now, called = self.clock(), name.strip()[:_LONGEST_NAME]
        token = PREFIX + secrets.token_urlsafe(32)
        if length <= timedelta():
            raise Refused("key_expired")
        key = ApiKey(self.new_id(), user.id, called, tuple(sorted(set(scopes))), now, now + length)
        with self.store.session() as session:
            if not called or called in {each.name for each in session.api_keys.of(user.id)}:
                raise Refused("key_named", name=called)
            session.api_keys.add(token, key)
            self._note(session, key, None, {"name": called, "scopes": list(key.scopes)})
        return key, token

    def of(self, user: User) -> tuple[ApiKey, ...]:
        """Oldest first, those that have expired included."""
        with self.store.session(write=False) as session:
            return session.api_keys.of(user.id)

    @begun_again
    def revoke(self, user: User, key_id: str) -> None:
        """Nobody comes in by it any more. One that is somebody else's stays."""
        with self.store.session() as session:
            for key in (each for each in session.api_keys.of(user.id) if each.id == key_id):
                session.api_keys.revoke(key_id)
                self._note(session, key, {"name": key.name, "scopes": list(key.scopes)}, None)

    def holder(self, token: str, *, address: str) -> tuple[ApiKey, User] | None:
        """The key that the token is of, and the active user who made it; None where it is of none.

        Raises SignInRefused where wrong keys came from the address too often.
        """
        now = self.clock()
        with self.store.session(write=False) as session:
            key = session.api_keys.find(token, now)
            user = session.users.get(key.user_id) if key else None
            if key is None or user is None or not user.active:
                throttle.demand_patience(session, _anybody(address), address, now)
        if key is None or user is None or not user.active:
            self._note_failure(address, now)
            return None
        if key.last_used is None or now - key.last_used > _TOUCH_EVERY:
            with suppress(PlatformError):  # reading goes on without it
                self._touch(key.id, now)
        return key, user

    def _note(self, session: Session, key: ApiKey, old: object, new: object) -> None:
        History(self.clock, self.new_id, self.author).noted(session, key.user_id, {"api_key": (old, new)})

    @begun_again
    def _note_failure(self, address: str, now: datetime) -> None:
        with self.store.session() as session:
            throttle.failed(session, _anybody(address), address, now)

    @begun_again
    def _touch(self, key_id: str, now: datetime) -> None:
        with self.store.session() as session:
            session.api_keys.touch(key_id, now)


def _anybody(address: str) -> str:
    """What wrong keys are counted under, which name nobody."""
    return f"api key {address}"
