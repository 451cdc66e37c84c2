"""Mails with a link to set a password. The link is made when the mail is sent: no row holds one, and neither
does the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from relasi.accounts import throttle
from relasi.accounts.history import COMMAND_LINE, Author, History
from relasi.accounts.identity import may_choose_password
from relasi.accounts.invitations import LENGTHS, Invitations
from relasi.errors import Refused
from relasi.messages.composing import Mailing
from relasi.messages.rendering import one_line
from relasi.platform.again import begun_again
from relasi.schema.model import Model
from relasi.store import Session, Store
from relasi.store.effects import Effect
from relasi.store.invitations import Invitation, Occasion
from relasi.store.users import User
from relasi.texts import say

INVITATION = "invitation"
"""The kind of effect."""
PATH = "/welcome"
_FORGOTTEN = "forgotten password"
"""Requests are counted under names that nobody can have, so that they keep nobody from signing in."""


@dataclass(frozen=True, slots=True)
class Inviting:
    """Invites people, inside the transaction of a session."""

    model: Model
    session: Session
    now: datetime
    new_id: Callable[[], str]
    entity: str | None = None
    record_id: str | None = None
    workflow: str | None = None
    """The record and the rule that it comes from, if it does."""

    def invite(self, user: User, occasion: Occasion) -> Invitation:
        """Puts a mail to the user into the outbox; its link closes those before it."""
        invitation = Invitation(self.new_id(), user.id, occasion, self.now)
        self.session.invitations.put(invitation)
        shown = say(user.language, "accounts.mail_link_kept_back")
        subject, text = _words(self.model, user, occasion, shown)
        payload = {"invitation": invitation.id, "subject": subject, "text": text}
        self.session.effects.add(
            Effect(
                self.new_id(),
                INVITATION,
                user.email,
                payload,
                self.now,
                entity=self.entity,
                record_id=self.record_id,
                workflow=self.workflow,
            )
        )
        return invitation


@dataclass(frozen=True, slots=True)
class Inviter:
    """Invites people who have an account already; `link` is to be handed over where no mail goes out."""

    model: Model
    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    author: Author = COMMAND_LINE

    def invite(self, user: User) -> str | None:
        """Writes to the user. The address of a link instead, where this server sends no mails or the user
        has no address. Raises Refused for a user who may not sign in, or does so by a provider."""
        if not user.active:
            raise Refused("invitation_disabled")
        with self.store.session(write=False) as session:
            if not may_choose_password(session, self.model, user):
                raise Refused("password_elsewhere", name=user.full_name)
        if self.model.settings.outside.delivers and user.email:
            self._write(user)
            return None
        made = Invitations(self.model, self.store, self.clock, self._history).link(self._put(user))
        return address_of(self.model, made[1]) if made else None

    @begun_again
    def _write(self, user: User) -> None:
        with self.store.session() as session:
            Inviting(self.model, session, self.clock(), self.new_id).invite(user, _occasion(session, user))
            self._note(session, user)

    @begun_again
    def _put(self, user: User) -> str:
        with self.store.session() as session:
            invitation = Invitation(self.new_id(), user.id, _occasion(session, user), self.clock())
            session.invitations.put(invitation)
            self._note(session, user)
        return invitation.id

    @property
    def _history(self) -> History:
        return History(self.clock, self.new_id, self.author)

    def _note(self, session: Session, user: User) -> None:
        self._history.noted(session, user.id, {"invitation": (None, _occasion(session, user).value)})


def _occasion(session: Session, user: User) -> Occasion:
    return Occasion.FORGOTTEN if session.users.with_password([user.id]) else Occasion.WELCOME


@begun_again
def demand_patience(store: Store, word: str, address: str, now: datetime) -> None:
    """Counts a request for a new password. Raises SignInRefused where there were too many, whether there is
    such a user or not."""
    name, place = f"{_FORGOTTEN} {word}", f"{_FORGOTTEN} {address}"
    with store.session() as session:
        throttle.demand_patience(session, name, place, now)
        throttle.failed(session, name, place, now)


@begun_again
def remind(model: Model, store: Store, word: str, now: datetime, new_id: Callable[[], str]) -> None:
    """Writes to everybody whose name or address this is, and to nobody where it is nobody's."""
    with store.session() as session:
        for user in session.users.reached_by(word.strip()):
            if may_choose_password(session, model, user):
                Inviting(model, session, now, new_id).invite(user, Occasion.FORGOTTEN)


def written(effect: Effect, model: Model, invitations: Invitations) -> Mailing | None:
    """The mail with a new link; None where nobody is invited by it any more."""
    found = invitations.link(effect.payload["invitation"])
    if found is None:
        return None
    invited, token = found
    link = address_of(model, token)
    subject, text = _words(model, invited.user, invited.invitation.occasion, link)
    paragraphs = (f"<p>{escape(each)}</p>" for each in text.split("\n\n"))
    anchor = f'<a href="{escape(link)}">{escape(link)}</a>'
    html = "\n".join(paragraphs).replace(escape(link), anchor)
    return Mailing(effect.to, subject, text, html, invited.user.language)


def address_of(model: Model, token: str) -> str:
    """Where a person sets the password."""
    return f"{model.settings.outside.address}{PATH}/{token}"


def _words(model: Model, user: User, occasion: Occasion, link: str) -> tuple[str, str]:
    """Subject and text."""
    holes: Mapping[str, object] = {
        "company": model.settings.name,
        "person": one_line(user.full_name),
        "name": user.name,
        "link": link,
        "days": LENGTHS[occasion].days,
    }
    keys = (f"mail_{occasion.value}_subject", f"mail_{occasion.value}")
    subject, text = (say(user.language, f"accounts.{key}", **holes) for key in keys)
    return subject, text
