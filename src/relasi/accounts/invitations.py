"""Setting a password by a link that was sent: for whoever has none yet, or has forgotten theirs.

The link is made when it is sent (see `link`), so that nothing that is kept opens an account; how it reaches
the person is for others to see to.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from relasi.accounts import passwords, throttle
from relasi.accounts.history import History
from relasi.accounts.identity import may_choose_password
from relasi.errors import Refused
from relasi.platform.again import begun_again
from relasi.schema.model import Model
from relasi.store import Session, Store
from relasi.store.invitations import Invitation, Occasion
from relasi.store.users import User

LENGTHS = {Occasion.WELCOME: timedelta(days=7), Occasion.FORGOTTEN: timedelta(hours=1)}
"""For how long a link opens."""


@dataclass(frozen=True, slots=True)
class Invited:
    user: User
    invitation: Invitation


@dataclass(frozen=True)
class Invitations:
    """The invitations of a company's people."""

    model: Model
    store: Store
    clock: Callable[[], datetime]
    history: History

    @begun_again
    def link(self, invitation_id: str) -> tuple[Invited, str] | None:
        """Who is invited, and the token of a new link, which closes the one before. None where the invitation
        was used or replaced, or its user may not sign in, or does so by a provider."""
        token, now = secrets.token_urlsafe(32), self.clock()
        with self.store.session() as session:
            invited = self._invited(session, session.invitations.get(invitation_id))
            if invited is None:
                return None
            session.invitations.arm(invitation_id, token, now + LENGTHS[invited.invitation.occasion])
        return invited, token

    def invited(self, token: str) -> Invited | None:
        """Whom the link is for; None for one that is unknown, used, replaced or too old."""
        with self.store.session(write=False) as session:
            return self._invited(session, session.invitations.find(token, self.clock()))

    def accept(self, token: str, password: str) -> User:
        """Sets the password, which uses up the link and ends all sessions of the user.

        Raises Refused for a link that opens nothing, or a password that is not taken."""
        invited = self.invited(token)
        if invited is None:
            raise Refused("invitation_over")
        hashed = passwords.accepted(password, *passwords.words_of(invited.user, self.model))
        return self._accepted(token, hashed)

    @begun_again
    def _accepted(self, token: str, hashed: str) -> User:
        now = self.clock()
        with self.store.session() as session:
            invited = self._invited(session, session.invitations.find(token, now))
            if invited is None or not session.invitations.drop(invited.user.id):
                raise Refused("invitation_over")
            user = invited.user
            session.users.set_password_hash(user.id, hashed)
            self.history.by(user.id).noted(session, user.id, {"password": (None, "link")})
            session.sessions.close_all(user.id)
            throttle.succeeded(session, user.name, now)
        return user

    def _invited(self, session: Session, invitation: Invitation | None) -> Invited | None:
        user = session.users.get(invitation.user_id) if invitation else None
        if user is None or invitation is None or not user.active:
            return None
        return Invited(user, invitation) if may_choose_password(session, self.model, user) else None
