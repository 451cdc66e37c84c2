"""Mails that came back: reports of delivery (RFC 3464) tell which addresses no mailbox stands behind.

Anybody can send such a report, so only one that quotes a mail which went out to that address is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import MIMEPart
from email.policy import default
from email.utils import parseaddr

from relasi.messages.attempts import said
from relasi.messages.composing import message_id
from relasi.messages.notices import undelivered
from relasi.messages.rendering import one_line
from relasi.messages.reporting import TELLER, tell
from relasi.messages.smtp import names_no_mailbox
from relasi.platform.again import begun_again
from relasi.records import Records
from relasi.schema.model.mail import Mail
from relasi.store import Session
from relasi.store.effects import Effect

_STATUS = re.compile(r"5\.(\d{1,3})\.(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient whom a mail did not reach for good; `closes` where there is no such mailbox."""

    address: str
    reason: str
    closes: bool


@dataclass(frozen=True, slots=True)
class Report:
    failures: tuple[Failure, ...]
    quoted: str | None
    """The Message-ID of the mail that came back."""


def read_report(content: bytes) -> Report | None:
    """None for a mail that is no report of delivery."""
    mail = message_from_bytes(content, policy=default)
    if mail.get_content_type() != "multipart/report":
        return None
    parts = list(mail.walk())
    status = next((each for each in parts if each.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return None
    return Report(tuple(_failures(status.iter_parts())), _quoted(parts))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a report changed: the addresses that are closed, and the mails that had counted as sent."""

    closed: tuple[str, ...]
    undelivered: tuple[Effect, ...]


def take_report(session: Session, report: Report, mail: Mail, now: datetime) -> Taken:
    """Closes the addresses that the report is believed about."""
    sender = parseaddr(mail.sender)[1]
    closed, undelivered = [], []
    for failure in report.failures:
        ours = [
            effect
            for effect in session.effects.list(to=failure.address, limit=1000)
            if message_id(effect.id, sender) == report.quoted
        ]
        note = said("address_refused", reason=failure.reason)
        undelivered += [
            replace(effect, note=note) for effect in ours if session.effects.bounce(effect.id, note, now)
        ]
        if ours and failure.closes and session.correspondence.close(failure.address, failure.reason, now):
            closed.append(failure.address)
    return Taken(tuple(closed), tuple(undelivered))


@begun_again
def take_back(records: Records, report: Report) -> tuple[str, ...]:
    """The same as `take_report`, in a transaction of its own, which also tells the records and the
    administrators: the addresses that were closed."""
    with records.work(TELLER) as work:
        model = work.ground.model
        if model.settings.outside.mail is None:
            return ()
        taken = take_report(work.store, report, model.settings.outside.mail, work.now)
        for effect in taken.undelivered:
            tell(work, effect, "bounced")
            told = undelivered(work.store, model, effect, work.ground.new_id, work.now)
            work.store.notifications.add(told)
        return taken.closed


def _failures(blocks: Iterable[MIMEPart]) -> Iterator[Failure]:
    for block in blocks:
        recipient = block.get("Original-Recipient") or block.get("Final-Recipient")
        status = _STATUS.match(str(block.get("Status", "")).strip())
        if recipient is None or status is None or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        address = str(recipient).partition(";")[2].strip()
        reason = one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2]) or status[0]
        yield Failure(address, reason, names_no_mailbox((int(status[1]), int(status[2]))))


def _quoted(parts: Iterable[MIMEPart]) -> str | None:
    """From the mail that the report brings back, or from its headers."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            headers = message_from_string(str(part.get_content()), policy=default)
            return one_line(str(headers["Message-ID"] or ""))
        if part.get_content_type() == "message/rfc822":
            return next((one_line(str(inner["Message-ID"] or "")) for inner in part.iter_parts()), None)
    return None
