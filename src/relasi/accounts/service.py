"""Accounts: who has one, and the way in with its password to a session."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from relasi.accounts import passwords, throttle
from relasi.accounts.invitations import Invitations
from relasi.errors import NotFound, PlatformError, SignInRefused
from relasi.platform.again import begun_again
from relasi.schema.model import Model
from relasi.store import Store
from relasi.store.sessions import SignIn
from relasi.store.users import Post, User

SESSION_LENGTH = timedelta(days=14)
_TOUCH_EVERY = timedelta(minutes=10)
NOWHERE = Post()


@dataclass(frozen=True)
class Accounts:
    """The accounts of a company's people."""

    model: Model
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
        password: str | None,
        post: Post = NOWHERE,
    ) -> User:
        """Without a password the user needs an invitation to come in.

        Raises Refused for a bad password, DuplicateValue for a name that is taken."""
        user = User(self.new_id(), name, full_name, email, tuple(sorted(set(roles))), language, post=post)
        hashed = None if password is None else self._accepted(user, password)
        with self.store.session() as session:
            session.users.add(user, hashed)
        return user

    @begun_again
    def set_password(self, user_id: str, password: str, *, but: str | None = None) -> None:
        """Also ends every session of the user except that of the token `but`, and closes the invitation to
        set one. Raises NotFound, Refused for a bad password."""
        with self.store.session(write=False) as session:
            user = session.users.get(user_id)
        if user is None:
            raise NotFound("not_found")
        hashed = self._accepted(user, password)
        with self.store.session() as session:
            session.users.set_password_hash(user_id, hashed)
            session.sessions.close_all(user_id, but=but)
            session.invitations.drop(user_id)

    def change_password(self, user: User, old: str, new: str, *, token: str) -> None:
        """Somebody's own, from the session of the token. Raises SignInRefused where the old one is wrong, or
        was guessed too often, Refused for a bad new one."""
        self.demand_password(user, old)
        self.set_password(user.id, new, but=token)

    @begun_again
    def demand_password(self, user: User, password: str) -> None:
        """Raises SignInRefused where this is not the user's password, or was guessed too often."""
        now = self.clock()
        with self.store.session(write=False) as session:
            throttle.demand_patience(session, user.name, user.id, now)
            held = session.users.password_hash(user.name)
        if not passwords.matches(password, held):
            with self.store.session() as session:
                throttle.failed(session, user.name, user.id, now)
            raise SignInRefused("old_password_wrong")

    @begun_again
    def disable(self, user_id: str) -> None:
        """The user keeps all that was done, and may not sign in any more."""
        with self.store.session() as session:
            session.users.disable(user_id)
            session.invitations.drop(user_id)
            session.sessions.close_all(user_id)
            session.api_keys.revoke_all(user_id)

    @begun_again
    def enable(self, user_id: str) -> None:
        with self.store.session() as session:
            session.users.enable(user_id)

    @begun_again
    def end_sessions(self, user_id: str, *, but: str | None = None) -> None:
        """Signs the user out everywhere, except in the session of the token `but`."""
        with self.store.session() as session:
            session.sessions.close_all(user_id, but=but)

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.model, self.store, self.clock)

    def _accepted(self, user: User, password: str) -> str:
        return passwords.accepted(password, *passwords.words_of(user, self.model))
