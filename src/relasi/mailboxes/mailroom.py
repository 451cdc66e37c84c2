"""Takes a mail over: it becomes a record by the recipe that serves everybody else, once, however often it is
handed in. What came back, and what we wrote ourselves, becomes none."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from relasi.errors import Invalid
from relasi.mailboxes.arrived import Arrived, Enclosed, head_of, read
from relasi.mailboxes.belonging import Found, belongs_to
from relasi.messages.bounces import read_report, take_back
from relasi.messages.incoming import KEPT
from relasi.messages.threading import address_of, mark_in
from relasi.platform.again import begun_again
from relasi.records import Actor, Records, Source, Work
from relasi.records.attachments import Attachments
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import FieldType, Value, ValueProblem
from relasi.schema.fields.email import EmailField
from relasi.schema.fields.text import TextField
from relasi.schema.model.mailbox import Mailbox
from relasi.store.consents import folded
from relasi.store.mail import Delivery
from relasi.store.threads import Known
from relasi.texts import say

log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
_MOST_COPIES = 20
_ADDRESS = EmailField(type="email")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: `taken` with its record, `known` where it had come before, `came back` for a
    report about one of ours, `own` for one that we wrote."""

    became: Literal["taken", "known", "came back", "own"]
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mailroom:
    """That of one CRM."""

    records: Records
    files: Attachments
    root: Path

    def take(self, mailbox: Mailbox, content: bytes, *, size: int | None = None) -> Taken:
        """Of a mail that is too large only the head is taken; who brings no more gives its `size`.

        Raises Invalid where the recipe does not take it, PlatformError.
        """
        if len(content) > mailbox.largest:
            size, content = len(content), head_of(content)
        mail = read(content)
        if mail.is_report and self._came_back(content):
            return Taken("came back")
        if self._is_ours(mail.sender):
            return Taken("own")
        known = self._known(mailbox, mail)
        if known is not None:
            return known
        notes = [] if size is None else [self._say("too_large", size=f"{size / 1024**2:.0f} MB")]
        files, left_out = self._kept(mailbox, mail.enclosed)
        text = "\n\n".join([mail.text, *notes, *left_out]).strip()
        return self._recorded(mailbox, replace(mail, text=text), files)

    def _say(self, key: str, **params: object) -> str:
        return say(self.records.model.settings.languages[0], f"mailboxes.{key}", **params)

    def _came_back(self, content: bytes) -> bool:
        try:
            report = read_report(content)
        except Exception:  # the parser says all sorts of things of a head that is broken
            log.warning("a report of delivery could not be read", exc_info=True)
            return False
        if report is not None:
            take_back(self.records, report)
        return report is not None

    def _is_ours(self, address: str) -> bool:
        """Whether only we write from the address, with a mark in it or without."""
        model = self.records.model
        mail = model.settings.outside.mail
        settings = [parseaddr(each or "")[1] for each in (mail.sender, mail.reply_to)] if mail else []
        boxes = [address_of(each, self.root) or "" for each in model.mailboxes.values()]
        return any(mark_in(address, each) is not None for each in (*settings, *boxes) if each)

    def _known(self, mailbox: Mailbox, mail: Arrived) -> Taken | None:
        with self.records.work(_actor(mailbox), write=False) as work:
            return _delivered(work, mailbox, mail)

    def _kept(self, mailbox: Mailbox, enclosed: Sequence[Enclosed]) -> tuple[list[str], list[str]]:
        """The ids of the files that the field takes, and what is said of the others."""
        name = mailbox.parts.get("files")
        type_ = self.records.model.entities[mailbox.entity].fields[name].type if name else None
        kept: list[str] = []
        left_out = []
        for each in enclosed:
            if name is None or not isinstance(type_, Attached):
                break
            try:
                if len(kept) == type_.most:
                    raise ValueProblem("too_many", max=type_.most, count=len(enclosed))
                with self.files.arrival(_actor(mailbox), mailbox.entity, name) as upload:
                    upload.write(each.content)
                    kept.append(upload.finish(each.name).id)
            except (Invalid, ValueProblem) as error:
                problem = error.issues[0] if isinstance(error, Invalid) else error
                reason = problem.text(self.records.model.settings.languages[0])
                left_out.append(self._say("left_out", name=each.name, reason=reason))
        return kept, left_out

    @begun_again
    def _recorded(self, mailbox: Mailbox, mail: Arrived, files: Sequence[str]) -> Taken:
        with self.records.work(_actor(mailbox)) as work:
            known = _delivered(work, mailbox, mail)
            if known is not None:
                return known
            thread = mailbox.thread
            found = belongs_to(work, thread, mail, address_of(mailbox, self.root)) if thread else None
            values = {**mailbox.values, **dict(self._values(work, mailbox, mail, found))}
            if name := mailbox.parts.get("files"):
                values[name] = tuple(files) or None
            if thread and found:
                values[thread.link] = found.record_id
            key = work.create(mailbox.entity, values)
            work.store.threads.note(
                Known(mail.message_id or mail.key, mailbox.entity, key, mail.sender, work.now)
            )
            delivery = Delivery(mailbox.way_in, mail.key, work.now, mail.key, key)
            work.store.correspondence.note_delivery(delivery, forget_before=work.now - KEPT)
            return Taken("taken", key)

    def _values(
        self, work: Work, mailbox: Mailbox, mail: Arrived, found: Found | None
    ) -> Iterator[tuple[str, Value]]:
        often = work.store.threads.count(mailbox.entity, mail.sender, since=work.now - _DAY)
        parts: Mapping[str, Value] = {
            "from": mail.sender,
            "name": mail.name or mail.sender.partition("@")[0],
            "to": mail.to,
            "copies": tuple(self._copies(mail)),
            "text": mail.text,
            "subject": mail.subject or self._say("no_subject"),
            "date": min(mail.date or work.now, work.now),
            "automatic": mail.automatic or often >= mailbox.most,
            "found by": found.by if found else None,
        }
        fields = work.entity(mailbox.entity).fields
        for part, name in mailbox.parts.items():
            if part in parts:
                yield name, _fitting(fields[name].type, parts[part])

    def _copies(self, mail: Arrived) -> Iterator[str]:
        """Who else it was written to, as far as mails reach them."""
        known = {folded(mail.sender)}
        others = [each for each in mail.written_to if not self._is_ours(each)]
        for address in others[:_MOST_COPIES]:
            if folded(address) in known:
                continue
            known.add(folded(address))
            with suppress(ValueProblem):
                yield _ADDRESS.accept(address)


def _actor(mailbox: Mailbox) -> Actor:
    return Actor(None, frozenset(), Source.MAIL, everything=True, by_definition=True, hook=mailbox.way_in)


def _delivered(work: Work, mailbox: Mailbox, mail: Arrived) -> Taken | None:
    known = work.store.correspondence.delivered(mailbox.way_in, mail.key)
    return None if known is None else Taken("known", known.record_id)


def _fitting(type_: FieldType, value: Value) -> Value:
    """What the field can hold of it; None where that is nothing."""
    if isinstance(type_, TextField) and isinstance(value, str) and len(value) > type_.max_length:
        value = value[: type_.max_length - 1].rstrip() + "…"
    with suppress(ValueProblem):
        return type_.accept(value)
    return None
