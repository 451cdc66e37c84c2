"""Sends what waits in the outbox: takes an effect under a lease, sends it outside of any transaction, and
notes what came of it. Killed in between, it is sent again with the same key."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

from relasi.accounts.history import History
from relasi.accounts.invitations import Invitations
from relasi.errors import RelasiError
from relasi.messages.attempts import NotReached, said
from relasi.messages.calling import call
from relasi.messages.composing import Enclosure, Mailing, Strand, compose, message_id
from relasi.messages.inviting import INVITATION, written
from relasi.messages.letters import LETTER, Letters
from relasi.messages.notices import hook_stopped, undelivered
from relasi.messages.opting_out import Reader, link, objection, signing_key, without_consent
from relasi.messages.reporting import TELLER, tell
from relasi.messages.smtp import deliver, public_trust
from relasi.messages.threading import address_of, mailbox_for, strand_of
from relasi.platform.again import begun_again
from relasi.records.people import is_restricted_address, restricted
from relasi.schema.model import Model
from relasi.schema.model.mail import Basis, Consent
from relasi.schema.secrets import Secret, reveal
from relasi.store import Store
from relasi.store.effects import Effect, Verdict, back_off
from relasi.texts import LANGUAGES

log = logging.getLogger(__name__)

EMAIL = "email"
WEBHOOK = "webhook"
REPORT = "report"
"""A page that somebody who works here gets as a mail; what is in it is made when it is sent."""
MOST_TRIES = 10
LEASE = timedelta(minutes=15)
"""Longer than any attempt can take."""


@dataclass(frozen=True)
class Sender:
    """`letters` makes those that are printed. `spread` gives a number from 0 to 1, by which tries are kept
    from all happening at once."""

    model: Model
    store: Store
    root: Path
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    letters: Letters
    spread: Callable[[], float]
    trust: ssl.SSLContext = field(default_factory=public_trust)
    report: Callable[[Effect], Mailing | None] = lambda _effect: None
    """Writes a page as a mail; None where whoever wished for it gets it no longer."""

    def step(self, limit: int = 20) -> bool:
        """Sends up to `limit` effects that are due. Whether there was any."""
        for number in range(limit):
            with self.store.session(write=False) as session:
                if not session.effects.is_due(self.clock()):
                    return number > 0
            effect = self._claimed()
            if effect is None:
                return number > 0
            self._send(effect)
        return True

    @begun_again
    def _claimed(self) -> Effect | None:
        now, lease = self.clock(), self.new_id()
        with self.store.session() as session:
            return next(iter(session.effects.claim(now, lease=lease, until=now + LEASE, limit=1)), None)

    def _send(self, effect: Effect) -> None:
        far, closes = False, None
        try:
            verdict = self._sent(effect)
        except NotReached as error:
            far, closes = error.far, error.closes
            verdict = self._failed(effect, error)
        except RelasiError as error:
            verdict = self._failed(effect, error)
        except Exception:
            log.exception("effect %s could not be sent", effect.id)
            verdict = self._failed(effect, NotReached("worker_failed"))
        self._settle(effect, verdict, closes, far=far)

    @begun_again
    def _settle(self, effect: Effect, verdict: Verdict, closes: str | None, *, far: bool) -> None:
        """Where the other side did not listen, what else goes there rests too: each would wait as long."""
        now = self.clock()
        with self.letters.files.records.work(TELLER) as work:
            session = work.store
            settled = session.effects.settle(effect, verdict, now)
            if settled and verdict.status != "waiting":
                tell(work, effect, "failed" if verdict.status == "dead" else verdict.status)
            if far:
                rest = now + back_off(1, spread=self.spread())
                session.effects.put_off(effect.kind, rest, to=effect.to if effect.kind == WEBHOOK else None)
            closed = closes is not None and session.correspondence.close(effect.to, closes, now)
            if closed and effect.kind == WEBHOOK:
                session.notifications.add(hook_stopped(session, self.model, effect, self.new_id, now))
            elif settled and verdict.status == "dead":
                given_up = replace(effect, note=verdict.note)
                session.notifications.add(undelivered(session, self.model, given_up, self.new_id, now))

    def _failed(self, effect: Effect, error: NotReached | RelasiError) -> Verdict:
        is_final = isinstance(error, NotReached) and error.final
        note = error.note if isinstance(error, NotReached) else {each: error.text(each) for each in LANGUAGES}
        if is_final or effect.attempts >= MOST_TRIES:
            return Verdict("dead", note)
        return Verdict(
            "waiting", note, next_at=self.clock() + back_off(effect.attempts, spread=self.spread())
        )

    def _sent(self, effect: Effect) -> Verdict:
        if effect.kind in (EMAIL, WEBHOOK, LETTER) and self._is_restricted(effect):
            return Verdict("withheld", said("restricted"))
        if effect.kind == EMAIL:
            return self._mailed(effect)
        if effect.kind == WEBHOOK:
            return self._called(effect)
        if effect.kind == LETTER:
            return self._lettered(effect)
        if effect.kind == INVITATION:
            return self._invited(effect)
        if effect.kind == REPORT:
            return self._made(effect, self.report, "report_no_longer")
        return Verdict("withheld", said("not_sendable", kind=effect.kind))

    @begun_again
    def _is_restricted(self, effect: Effect) -> bool:
        """Whether somebody would be written to, or told of elsewhere, whose data are only kept. What the law
        demands is sent all the same."""
        purpose = self.model.settings.outside.purposes.get(effect.payload.get("purpose", ""))
        if purpose is not None and purpose.basis is Basis.LEGAL_OBLIGATION:
            return False
        with self.letters.files.records.work(TELLER, write=False) as work:
            if effect.kind == EMAIL:
                return is_restricted_address(work, effect.to)
            entity, key = effect.entity or "", effect.record_id or ""
            return entity in self.model.entities and bool(restricted(work, entity, [key]))

    def _mailed(self, effect: Effect) -> Verdict:
        outside, reader = self.model.settings.outside, Reader(effect.to, effect.payload["purpose"])
        against, key = self._objection(reader)
        if against is not None:
            return Verdict("withheld", against)
        asks = outside.purposes[reader.purpose].consent is not Consent.NOT_NEEDED
        mailing = Mailing.of(effect.to, effect.payload, link(outside, reader, key) if asks else None)
        wanted = effect.payload.get("files", ())
        enclosed = self._enclosed(wanted)
        if len(enclosed) < len(wanted):
            return Verdict("withheld", said("files_gone"))
        return self._delivered(effect, replace(mailing, enclosed=enclosed, strand=self._strand(effect)))

    @begun_again
    def _strand(self, effect: Effect) -> Strand | None:
        """What the mail says of its thread, where mails about its record come in."""
        mailbox, mail = mailbox_for(self.model, effect.entity), self.model.settings.outside.mail
        address = address_of(mailbox, self.root) if mailbox else None
        if mailbox is None or mailbox.thread is None or mail is None or address is None:
            return None
        message = message_id(effect.id, parseaddr(mail.sender)[1])
        with self.letters.files.records.work(TELLER) as work:
            return strand_of(work, mailbox.thread, effect, message, address)

    def _enclosed(self, wanted: Sequence[str]) -> tuple[Enclosure, ...]:
        """Those of the files that are still there, in their order."""
        with self.store.session(write=False) as session:
            known = session.files.get(wanted)
        files = [known[key] for key in wanted if key in known]
        paths = [(file, self.letters.files.contents.path(file.sha256)) for file in files]
        return tuple(
            Enclosure(file.name, file.media_type, path.read_bytes()) for file, path in paths if path.is_file()
        )

    def _invited(self, effect: Effect) -> Verdict:
        """Nobody objects to it: whoever is invited has asked for it, or is to work here."""
        history = History(self.clock, self.new_id)
        invitations = Invitations(self.model, self.store, self.clock, history)
        return self._made(effect, lambda each: written(each, self.model, invitations), "link_no_longer")

    def _made(self, effect: Effect, write: Callable[[Effect], Mailing | None], gone: str) -> Verdict:
        """A mail that is written only now; `gone` says why there may be none."""
        with self.store.session(write=False) as session:
            closed = session.correspondence.closed(effect.to)
        if closed is not None:
            return Verdict("withheld", said("bounced_before", reason=closed.reason))
        if not self.model.settings.outside.delivers:
            return Verdict("kept", said("kept"))
        mailing = write(effect)
        return self._delivered(effect, mailing) if mailing else Verdict("withheld", said(gone))

    def _delivered(self, effect: Effect, mailing: Mailing) -> Verdict:
        mail = self.model.settings.outside.mail
        if mail is None or mail.smtp is None:
            return Verdict("kept", said("kept"))
        password = reveal(mail.smtp.password, self.root) if mail.smtp.password else None
        composed = compose(mailing, mail, key=effect.id, at=effect.at)
        deliver(composed, effect.to, mail.smtp, password=password, trust=self.trust)
        return Verdict("sent")

    @begun_again
    def _objection(self, reader: Reader) -> tuple[Mapping[str, str] | None, bytes]:
        """What stands against writing to the reader, and the key that links to opt out are signed with."""
        with self.store.session() as session:
            return objection(session, self.model.settings.outside, reader), signing_key(session)

    def _called(self, effect: Effect) -> Verdict:
        with self.store.session(write=False) as session:
            closed = session.correspondence.closed(effect.to)
        if closed is not None:
            return Verdict("withheld", said("stopped_before", reason=closed.reason))
        place = effect.payload.get("secret")
        secret = reveal(Secret(**place), self.root) if place else None
        allowed = self.model.settings.outside.private_hosts
        body = effect.payload["body"]
        call(effect.to, body, key=effect.id, secret=secret, at=self.clock(), private_hosts=allowed)
        return Verdict("sent")

    def _lettered(self, effect: Effect) -> Verdict:
        reader = Reader(effect.payload["person"], effect.payload["purpose"])
        with self.store.session(write=False) as session:
            against = without_consent(session, self.model.settings.outside, reader, LETTER)
        return self.letters.make(effect) if against is None else Verdict("withheld", against)
