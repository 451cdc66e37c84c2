"""Accounts: who has one, and the way in with its password to a session."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from relasi.accounts import passwords, throttle
from relasi.accounts.devices import shortened
from relasi.accounts.history import COMMAND_LINE, Author, History
from relasi.accounts.identity import Person, is_administrator, may_use_password, newcomer, recognized
from relasi.accounts.invitations import Invitations
from relasi.accounts.second_factor import SecondFactor, is_held, is_right
from relasi.errors import NotFound, PlatformError, Refused, SignInRefused
from relasi.platform.again import begun_again
from relasi.schema.model import Model
from relasi.store import Session, Store
from relasi.store.sessions import SignIn
from relasi.store.users import Post, User

SESSION_LENGTH = timedelta(days=14)
HALFWAY = timedelta(minutes=10)
"""For how long a session waits for what is missing."""
CODE, DEVICE = "code", "device"
"""What is missing: a code of the second factor, or a second factor itself."""
_TOUCH_EVERY = timedelta(minutes=10)
NOWHERE = Post()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the way in."""

    user: User
    waits_for: str


def shut(session: Session, user_id: str) -> None:
    """Lets the user in no more, by no way that there is."""
    session.users.disable(user_id)
    session.invitations.drop(user_id)
    session.sessions.close_all(user_id)
    session.api_keys.revoke_all(user_id)


@dataclass(frozen=True)
class Accounts:
    """The accounts of a company's people. `author` is who does what the person themselves has not done."""

    model: Model
    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    author: Author = COMMAND_LINE

    def by(self, user_id: str) -> Self:
        """The same where a user does it, on a page."""
        return replace(self, author=Author(user_id, "page"))

    @begun_again
    def sign_in(
        self, name: str, password: str, *, address: str, agent: str = "", language: str | None = None
    ) -> str:
        """A new session's token, which is given out here and never again; see `waiting` for whether it lets
        in. `language` is what the user has just chosen to read, from now on. Raises SignInRefused."""
        now = self.clock()
        with self.store.session(write=False) as session:
            throttle.demand_patience(session, name, address, now)
            held = session.users.password_hash(name)
            user = session.users.by_name(name)
        right = passwords.matches(password, held)
        with self.store.session() as session:
            if user is None or not right or not may_use_password(session, self.model, user):
                throttle.failed(session, name, address, now)
            else:
                if language:
                    session.users.set_language(user.id, language)
                missing = self._missing(session, user)
                if missing is None:
                    throttle.succeeded(session, name, now)
                return self._open(session, user, address, agent, waits_for=missing)
        raise SignInRefused("sign_in_refused")

    @begun_again
    def sign_in_as(
        self, person: Person, *, address: str, agent: str = "", language: str | None = None
    ) -> str:
        """The same for somebody whom the provider vouches for. Raises SignInRefused."""
        with self.store.session() as session:
            user = recognized(session, self.model, person, self._history)
            user = user or newcomer(session, self.model, person, self._history, language=language)
            if language:
                session.users.set_language(user.id, language)
            if user.roles:
                missing = None if person.factors else self._missing(session, user)
                return self._open(session, user, address, agent, waits_for=missing)
        raise SignInRefused("provider_no_role")

    @begun_again
    def count_refusal(self, address: str) -> None:
        """Of somebody whom the provider does not vouch for."""
        now = self.clock()
        with self.store.session() as session:
            throttle.failed(session, self._nobody(), address, now)

    def demand_patience(self, address: str) -> None:
        """Raises SignInRefused where too many from the address were refused, however they came."""
        with self.store.session(write=False) as session:
            throttle.demand_patience(session, self._nobody(), address, self.clock())

    def _nobody(self) -> str:
        """A name that is counted for nobody else: only the address is to wait."""
        return f"provider {self.new_id()}"

    def _missing(self, session: Session, user: User) -> str | None:
        """What the user has to show besides the first factor."""
        if is_held(session, user.id):
            return CODE
        return DEVICE if self.second_factor.is_demanded(user) else None

    def waiting(self, token: str) -> Waiting | None:
        """Who has shown the password only; None for a session that lets in, or is none."""
        with self.store.session(write=False) as session:
            found = session.sessions.find(token, self.clock())
            user = session.users.get(found.user_id) if found and found.waits_for else None
        return Waiting(user, found.waits_for) if user and user.active and found and found.waits_for else None

    @begun_again
    def enter_code(self, token: str, code: str, *, address: str, agent: str = "") -> str:
        """The token of a session that lets in for that of one that waits for a code. Raises SignInRefused."""
        now, waiting = self.clock(), self.waiting(token)
        if waiting is None or waiting.waits_for != CODE:
            raise SignInRefused("sign_in_again")
        user = waiting.user
        with self.store.session() as session:
            throttle.demand_patience(session, user.name, address, now)
            if is_right(session, user.id, code, now):
                throttle.succeeded(session, user.name, now)
                session.sessions.close(token)
                return self._open(session, user, address, agent)
            throttle.failed(session, user.name, address, now)
        raise SignInRefused("code_refused")

    @begun_again
    def enter_device(
        self, token: str, code: str, *, address: str, agent: str = ""
    ) -> tuple[str, tuple[str, ...]]:
        """The same where a second factor is demanded and there was none yet, with its recovery codes."""
        waiting = self.waiting(token)
        if waiting is None or waiting.waits_for != DEVICE:
            raise SignInRefused("sign_in_again")
        codes = self.second_factor.confirm(waiting.user, code)
        with self.store.session() as session:
            session.sessions.close(token)
            return self._open(session, waiting.user, address, agent), codes

    def _open(
        self, session: Session, user: User, address: str, agent: str, *, waits_for: str | None = None
    ) -> str:
        token, now = secrets.token_urlsafe(32), self.clock()
        length = HALFWAY if waits_for else SESSION_LENGTH
        sign_in = SignIn(user.id, now, now, now + length, agent[:200], shortened(address), waits_for)
        session.sessions.open(token, sign_in)
        return token

    def user_of(self, token: str) -> User | None:
        """The active user whose session the token opens, None where it opens none."""
        now = self.clock()
        with self.store.session(write=False) as session:
            found = session.sessions.find(token, now)
            user = session.users.get(found.user_id) if found else None
        if found is None or found.waits_for or user is None or not user.active:
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

        Raises Refused for a bad password, and for any where only administrators have one, DuplicateValue
        for a name that is taken."""
        user = User(self.new_id(), name, full_name, email, tuple(sorted(set(roles))), language, post=post)
        local = self.model.settings.sign_in.local or is_administrator(self.model, user.roles)
        if password is not None and not local:
            raise Refused("password_elsewhere", name=full_name)
        hashed = None if password is None else self._accepted(user, password)
        with self.store.session() as session:
            session.users.add(user, hashed)
            self._history.made(session, user)
        return user

    @begun_again
    def change(self, user: User) -> None:
        """Gives the user the name, address, roles and post that `user` has. Raises Refused where somebody
        would take an administrator's rights from themselves: it might be the last one."""
        if user.id == self.author.user_id and not is_administrator(self.model, user.roles):
            raise Refused("own_roles")
        with self.store.session() as session:
            before = session.users.get(user.id)
            session.users.rewrite(user.id, full_name=user.full_name, email=user.email)
            session.users.set_roles(user.id, user.roles)
            session.users.place(user.id, user.post)
            after = session.users.get(user.id)
            if before and after:
                self._history.changed(session, before, after)

    @begun_again
    def set_password(self, user_id: str, password: str, *, but: str | None = None) -> None:
        """Also ends every session of the user except that of the token `but`, and closes the invitation to
        set one. Raises NotFound, Refused for a bad password, and for somebody who signs in
        by a provider."""
        with self.store.session(write=False) as session:
            user = session.users.get(user_id)
        if user is None:
            raise NotFound("not_found")
        hashed = self._accepted(user, password)
        with self.store.session() as session:
            if not may_use_password(session, self.model, user):
                raise Refused("password_elsewhere", name=user.full_name)
            session.users.set_password_hash(user_id, hashed)
            self._noted(session, user_id, "password", None, "set")
            session.sessions.close_all(user_id, but=but)
            session.invitations.drop(user_id)

    def change_password(self, user: User, old: str, new: str, *, token: str) -> None:
        """Somebody's own, from the session of the token. Raises SignInRefused where the old one is wrong, or
        was guessed too often, Refused for a bad new one."""
        self.demand_password(user, old)
        self.by(user.id).set_password(user.id, new, but=token)

    def uses_password(self, user: User) -> bool:
        """Whether the user has a password here, or signs in by a provider alone."""
        with self.store.session(write=False) as session:
            return may_use_password(session, self.model, user)

    def demand_presence(self, user: User, password: str, *, token: str) -> None:
        """Raises SignInRefused where somebody else may sit at the session of the token: the password is
        wrong, or, of a user who has none here, the sign-in was not just now."""
        if self.uses_password(user):
            return self.demand_password(user, password)
        now = self.clock()
        with self.store.session(write=False) as session:
            found = session.sessions.find(token, now)
        if found is None or found.user_id != user.id or now - found.created > HALFWAY:
            raise SignInRefused("sign_in_freshly")
        return None

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
            shut(session, user_id)
            self._noted(session, user_id, "active", True, False)

    @begun_again
    def enable(self, user_id: str) -> None:
        with self.store.session() as session:
            session.users.enable(user_id)
            self._noted(session, user_id, "active", False, True)

    @begun_again
    def unlink(self, user_id: str) -> None:
        """Forgets who the user is at the provider, and ends the sessions: whoever has the address there is
        taken for them once more."""
        with self.store.session() as session:
            held = session.identities.of(user_id)
            if held:
                self._noted(session, user_id, "provider", {"issuer": held.issuer}, None)
            session.identities.drop(user_id)
            session.sessions.close_all(user_id)

    @begun_again
    def end_sessions(self, user_id: str, *, but: str | None = None) -> None:
        """Signs the user out everywhere, except in the session of the token `but`."""
        with self.store.session() as session:
            session.sessions.close_all(user_id, but=but)
            self._noted(session, user_id, "sessions", "open", None)

    @property
    def second_factor(self) -> SecondFactor:
        return SecondFactor(self.model, self.store, self.clock, self._history)

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.model, self.store, self.clock, self._history)

    @property
    def _history(self) -> History:
        return History(self.clock, self.new_id, self.author)

    def _noted(self, session: Session, user_id: str, what: str, old: object, new: object) -> None:
        self._history.noted(session, user_id, {what: (old, new)})

    def _accepted(self, user: User, password: str) -> str:
        return passwords.accepted(password, *passwords.words_of(user, self.model))
