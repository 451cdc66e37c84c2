"""People who may sign in: passwords, sessions, and the brake on guessing.

Passwords are hashed with argon2id at 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
Lengths follow NIST SP 800-63B: at least eight characters, no rules of composition.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from relasi.errors import PlatformError, Refused, SignInRefused
from relasi.platform.again import begun_again
from relasi.store import Store
from relasi.store.sessions import SignIn
from relasi.store.users import Post, User

SESSION_LENGTH = timedelta(days=14)
_TOUCH_EVERY = timedelta(minutes=10)
_WINDOW = timedelta(minutes=15)
_TRIES_OF_NAME = 5
_TRIES_OF_ADDRESS = 30
SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = 256
"""Longer ones are not hashed: they cost time and are no safer."""
NOWHERE = Post()


@dataclass(frozen=True)
class Accounts:
    """Sign-in on the users of a store."""

    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    @cached_property
    def _hasher(self) -> PasswordHash:
        return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))

    @cached_property
    def _nobody(self) -> str:
        """What the password is compared with where there is no such user, so that both take the same time."""
        return self._hasher.hash(secrets.token_urlsafe())

    @begun_again
    def sign_in(
        self, name: str, password: str, *, address: str, agent: str = "", language: str | None = None
    ) -> str:
        """A new session's token, which is given out here and never again. `language` is what the user has
        just chosen to read, from now on. Raises SignInRefused."""
        now = self.clock()
        with self.store.session(write=False) as session:
            failures = session.tries.count(name, address, since=now - _WINDOW, until=now)
            held = session.users.password_hash(name)
            user = session.users.by_name(name)
        if failures.by_name >= _TRIES_OF_NAME or failures.by_address >= _TRIES_OF_ADDRESS:
            raise SignInRefused("sign_in_throttled", minutes=int(_WINDOW.total_seconds() // 60))
        right = self._hasher.verify(password[:_LONGEST_PASSWORD], held or self._nobody)
        right = right and len(password) <= _LONGEST_PASSWORD
        with self.store.session() as session:
            if user is None or held is None or not right:
                session.tries.add(name, address, now)
            else:
                token = secrets.token_urlsafe(32)
                session.tries.clear(name, before=now - _WINDOW)
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
        hashed = self.hashed(password)
        with self.store.session() as session:
            session.users.add(user, hashed)
        return user

    @begun_again
    def set_password(self, user_id: str, password: str) -> None:
        """Also ends every session of the user. Raises Refused for a bad password."""
        hashed = self.hashed(password)
        with self.store.session() as session:
            session.users.set_password_hash(user_id, hashed)
            session.sessions.close_all(user_id)

    @begun_again
    def disable(self, user_id: str) -> None:
        """The user keeps all that was done, and may not sign in any more."""
        with self.store.session() as session:
            session.users.disable(user_id)
            session.sessions.close_all(user_id)

    def hashed(self, password: str) -> str:
        """What is kept of a password. Raises Refused for one that is too short or too long."""
        if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise Refused("password_length", least=SHORTEST_PASSWORD, most=_LONGEST_PASSWORD)
        return self._hasher.hash(password)
