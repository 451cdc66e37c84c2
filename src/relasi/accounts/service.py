"""Accounts: who has one, and the way in with its password to a session."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from relasi.accounts import passwords, throttle
from relasi.errors import PlatformError, SignInRefused
from relasi.platform.again import begun_again
from relasi.store import Store
from relasi.store.sessions import SignIn
from relasi.store.users import Post, User

SESSION_LENGTH = timedelta(days=14)
_TOUCH_EVERY = timedelta(minutes=10)
NOWHERE = Post()


@dataclass(frozen=True)
class Accounts:
    """Sign-in on the users of a store."""

    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    @begun_again
    def sign_in(
        self, name: str, password: str, *, address: str, agent: str = "", language: str | None = None
    ) -> str:
        """A new session's token, which is given out here and never again. `language` is what the user has
        just chosen to read, from now on. Raises SignInRefused."""
        now = self.clock()
        with self.store.session(write=False) as session:
            throttle.demand_patience(session, name, address, now)
            held = session.users.password_hash(name)
            user = session.users.by_name(name)
        right = passwords.matches(password, held)
        with self.store.session() as session:
            if user is None or not right:
                throttle.failed(session, name, address, now)
            else:
                token = secrets.token_urlsafe(32)
                throttle.succeeded(session, name, now)
                if language:
                    session.users.set_language(user.id, language)
                session.sessions.open(token, SignIn(user.id, now, now, now + SESSION_LENGTH, agent[:200]))
                return token
        raise SignInRefused("sign_in_refused")

    def user_of(self, token: str) -> User | None:
        """The active user whose session the token opens, None where it opens none."""
        now = self.clock()
        with self.store.session(write=False) as session:
            found = session.sessions.find(token, now)
            user = session.users.get(found.user_id) if found else None
        if found is None or user is None or not user.active:
            return None
        if now - found.last_seen > _TOUCH_EVERY:
            with suppress(PlatformError):  # reading goes on without it
                self._touch(token, now)
        return user

    @begun_again
    def _touch(self, token: str, now: datetime) -> None:
        with self.store.session() as session:
            session.sessions.touch(token, now)

    @begun_again
    def sign_out(self, token: str) -> None:
        with self.store.session() as session:
            session.sessions.close(token)

    @begun_again
    def add(
        self,
        name: str,
        *,
        full_name: str,
        email: str,
        roles: Sequence[str],
        language: str,
        password: str,
        post: Post = NOWHERE,
    ) -> User:
        """Raises Refused for a bad password, DuplicateValue for a name that is taken."""
        user = User(self.new_id(), name, full_name, email, tuple(sorted(set(roles))), language, post=post)
        hashed = passwords.hashed(password)
        with self.store.session() as session:
            session.users.add(user, hashed)
        return user

    @begun_again
    def set_password(self, user_id: str, password: str) -> None:
        """Also ends every session of the user. Raises Refused for a bad password."""
        hashed = passwords.hashed(password)
        with self.store.session() as session:
            session.users.set_password_hash(user_id, hashed)
            session.sessions.close_all(user_id)

    @begun_again
    def disable(self, user_id: str) -> None:
        """The user keeps all that was done, and may not sign in any more."""
        with self.store.session() as session:
            session.users.disable(user_id)
            session.sessions.close_all(user_id)
