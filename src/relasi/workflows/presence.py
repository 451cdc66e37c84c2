"""Who is away and who stands in: entering absences and taking them back, and whom they keep from what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from relasi.accounts.history import Author, History
from relasi.errors import Forbidden, NotFound, Refused
from relasi.platform.again import begun_again
from relasi.records import Actor
from relasi.schema.expressions.operations import today
from relasi.schema.model import Model
from relasi.store import Session, Store
from relasi.store.absences import Absence
from relasi.store.users import User


@dataclass(frozen=True)
class Presence:
    """The absences of a company's people."""

    model: Model
    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    @property
    def today(self) -> date:
        return today(self.clock(), self.model.settings.zone)

    @begun_again
    def enter(self, actor: Actor, user_id: str, first: date, last: date, delegate_id: str | None) -> Absence:
        """Says that somebody is away from `first` to `last`. Raises Refused, Forbidden, NotFound."""
        absence = Absence(self.new_id(), user_id, first, last, delegate_id, actor.user_id, self.clock())
        if last < first:
            raise Refused("absence_ends_early")
        if last < self.today:
            raise Refused("absence_is_past")
        with self.store.session() as session:
            self._demand(session, actor, user_id)
            if delegate_id is not None:
                self._demand_delegate(session, user_id, delegate_id)
            if any(each.first <= last for each in session.absences.of(user_id, since=first)):
                raise Refused("absence_overlaps")
            session.absences.add(absence)
            self._note(session, actor, absence, is_back=False)
        return absence

    @begun_again
    def end(self, actor: Actor, absence_id: str) -> None:
        """Takes an absence back: from now on the person counts as there. Raises NotFound, Forbidden."""
        with self.store.session() as session:
            absence = session.absences.get(absence_id)
            if absence is None:
                raise NotFound("absence_gone")
            self._demand(session, actor, absence.user_id)
            if not session.absences.end(absence_id, actor.user_id, self.clock()):
                raise NotFound("absence_gone")
            self._note(session, actor, absence, is_back=True)

    def coming(self, actor: Actor) -> tuple[Absence, ...]:
        """The absences from today on that concern the actor: their own, those of the people whom they may
        speak for, and those where they stand in."""
        with self.store.session(write=False) as session:
            speaks_for = {user.id for user in self._covered(session, actor)}
            return tuple(
                each
                for each in session.absences.coming(self.today)
                if each.user_id in speaks_for or each.delegate_id == actor.user_id
            )

    def covered(self, actor: Actor) -> tuple[User, ...]:
        """Those whose absences the actor may enter: the actor, and whoever is in a team below the actor's;
        everybody for administrators."""
        with self.store.session(write=False) as session:
            return self._covered(session, actor)

    def _covered(self, session: Session, actor: Actor) -> tuple[User, ...]:
        users = [user for user in session.users.list() if user.active]
        own = session.users.teams().get(actor.user_id or "")
        below = self.model.teams[own].branch - {own} if own and own in self.model.teams else frozenset[str]()
        return tuple(
            user for user in users if actor.everything or user.id == actor.user_id or user.post.team in below
        )

    def _note(self, session: Session, actor: Actor, absence: Absence, *, is_back: bool) -> None:
        """A deputy decides in the name of the person: who has made them one is on record."""
        said = {"first": str(absence.first), "last": str(absence.last), "deputy": absence.delegate_id}
        author = Author(actor.user_id, actor.source.value)
        pair = (said, None) if is_back else (None, said)
        History(self.clock, self.new_id, author).noted(session, absence.user_id, {"absence": pair})

    def _demand(self, session: Session, actor: Actor, user_id: str) -> None:
        if not any(user.id == user_id for user in self._covered(session, actor)):
            raise Forbidden("absence_of_others")

    def _demand_delegate(self, session: Session, user_id: str, delegate_id: str) -> None:
        delegate = session.users.get(delegate_id)
        if delegate is None or not delegate.active or delegate_id == user_id:
            raise Refused("absence_delegate")
