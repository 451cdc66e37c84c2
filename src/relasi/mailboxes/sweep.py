"""Fetches what waits in the mailboxes. A mail is put away on the server once its record is committed: whoever
is killed in between finds it again, and that it is known."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from relasi.errors import PlatformError, Refused, RelasiError
from relasi.mailboxes.arrived import read
from relasi.mailboxes.imap import Folder, NotReachedError, is_set_up, opened
from relasi.mailboxes.mailroom import Mailroom
from relasi.messages.notices import warn
from relasi.messages.smtp import public_trust
from relasi.platform.again import begun_again
from relasi.schema.model import Model
from relasi.schema.model.mailbox import Mailbox
from relasi.store import Store
from relasi.store.effects import back_off
from relasi.store.mailboxes import Looked
from relasi.texts import LANGUAGES, say

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Mails of one mailbox before the next one has its turn."""
_LEASE = timedelta(minutes=15)
"""Longer than a look may take."""
_TOLD_AFTER = 5
"""Failures in a row before administrators are told."""


@dataclass(frozen=True)
class MailboxSweep:
    """`spread` gives a number from 0 to 1, by which tries are kept from all happening at once."""

    model: Model
    store: Store
    mailroom: Mailroom
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    spread: Callable[[], float]
    trust: ssl.SSLContext = field(default_factory=public_trust)

    def __call__(self, now: datetime) -> bool:
        root = self.mailroom.root
        mailboxes = {name: each for name, each in self.model.mailboxes.items() if is_set_up(each, root)}
        if not mailboxes:
            return False
        with self.store.session(write=False) as session:
            due = session.mailboxes.due(mailboxes.keys(), now)
        more = [self._look(mailboxes[name], now) for name in due]
        return any(more)

    def _look(self, mailbox: Mailbox, now: datetime) -> bool:
        """Whether there may be more at once."""
        looked = self._claimed(mailbox, now)
        if looked is None:
            return False
        try:
            more = self._emptied(mailbox)
        except NotReachedError as error:
            self._failed(mailbox, looked, error.note)
            return False
        except Refused as error:  # a secret is missing
            self._failed(mailbox, looked, {each: error.text(each) for each in LANGUAGES})
            return False
        then = self.clock()
        self._put(
            replace(
                looked, due_at=then if more else then + mailbox.every, reached_at=then, failures=0, note=None
            )
        )
        return more

    @begun_again
    def _claimed(self, mailbox: Mailbox, now: datetime) -> Looked | None:
        with self.store.session() as session:
            return session.mailboxes.claim(mailbox.name, now, until=now + _LEASE)

    @begun_again
    def _put(self, looked: Looked) -> None:
        with self.store.session() as session:
            session.mailboxes.put(looked)

    def _failed(self, mailbox: Mailbox, looked: Looked, note: Mapping[str, str]) -> None:
        log.warning("mailbox %s: %s", mailbox.name, note["en"])
        failures = looked.failures + 1
        rest = max(mailbox.every, back_off(failures, spread=self.spread()))
        self._put(replace(looked, due_at=self.clock() + rest, failures=failures, note=note))
        if failures == _TOLD_AFTER:
            self._tell(
                "not_reached", {each: f"{mailbox.label.get(each, '')}: {note[each]}" for each in LANGUAGES}
            )

    def _emptied(self, mailbox: Mailbox) -> bool:
        assert mailbox.server is not None
        with opened(mailbox.server, self.mailroom.root, self.trust) as folder:
            waiting = folder.waiting(AT_ONCE)
            for uid in waiting:
                self._take(mailbox, folder, uid)
        return len(waiting) == AT_ONCE

    def _take(self, mailbox: Mailbox, folder: Folder, uid: str) -> None:
        """What can never be taken over must not keep others from it: people are told, and find it flagged."""
        found = folder.fetch(uid, mailbox.largest)
        if found is None:
            return
        content, size = found
        reason: Mapping[str, str] | None = None
        try:
            self.mailroom.take(mailbox, content, size=size)
        except PlatformError:
            raise
        except RelasiError as error:
            reason = {each: error.text(each) for each in LANGUAGES}
        except Exception:
            log.exception("mailbox %s: mail %s could not be taken over", mailbox.name, uid)
            reason = {each: say(each, "mailboxes.fault") for each in LANGUAGES}
        if reason is not None:
            mail = read(content)
            told = {
                "mailbox": mailbox.label,
                "sender": mail.sender,
                "subject": mail.subject,
                "reason": reason,
            }
            self._tell("refused", {each: say(each, "mailboxes.refused_more", **told) for each in LANGUAGES})
        folder.put_away(uid, flag=reason is not None)

    @begun_again
    def _tell(self, what: str, body: Mapping[str, str]) -> None:
        title = {each: say(each, f"mailboxes.{what}") for each in LANGUAGES}
        with self.store.session() as session:
            session.notifications.add(
                warn(session, self.model, title, body, new_id=self.new_id, at=self.clock())
            )
