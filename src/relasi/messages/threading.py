"""Mails about a record as one thread: those that go out say where they are answered, and which mails they
follow. What comes in is for `relasi.mailboxes`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from relasi.errors import Refused
from relasi.messages.composing import Strand
from relasi.platform.query import Query, Row
from relasi.records import Work
from relasi.schema.model import Model, Sort
from relasi.schema.model.mailbox import Mailbox, Thread
from relasi.schema.secrets import given
from relasi.store.consents import folded
from relasi.store.effects import Effect
from relasi.store.threads import Known

_MARK = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST_LOCAL = 64
"""Characters before the @ (RFC 5321)."""
_SHOWN = 10
"""So many mails of the thread are named in the head of the next."""
_LOOKED_AT = 100


def mailbox_for(model: Model, entity: str | None) -> Mailbox | None:
    """The one whose mails are, or are about, records of the entity: the first of several."""
    for mailbox in model.mailboxes.values():
        if mailbox.thread and entity in (mailbox.thread.mails, mailbox.thread.entity):
            return mailbox
    return None


def address_of(mailbox: Mailbox, root: Path) -> str | None:
    """None for one that is not set up."""
    try:
        return given(mailbox.address, root) if mailbox.address else None
    except Refused:
        return None


def marked(address: str, number: str) -> str:
    """The address with a number behind a +, by which answers are known; as it is where none fits into it."""
    local, _, domain = address.rpartition("@")
    fits = _MARK.fullmatch(number) and len(local) + len(number) < _LONGEST_LOCAL
    return f"{local}+{number}@{domain}" if fits else address


def mark_in(address: str, own: str) -> str | None:
    """What stands behind a + in an address of ours, "" where nothing does; None for another address."""
    local, _, domain = address.rpartition("@")
    before, _, behind = own.rpartition("@")
    if folded(domain) != folded(behind):
        return None
    name, mark = local[: len(before)], local[len(before) :]
    return mark[1:] if folded(name) == folded(before) and mark[:1] in ("", "+") else None


def strand_of(work: Work, thread: Thread, effect: Effect, message_id: str, address: str) -> Strand | None:
    """What a mail says of its thread, answered at the address of its mailbox; None where it belongs to none.

    Notes the mail, so that its answers are known: before it is sent, as whoever is killed after that cannot.
    """
    record = record_of(work, thread, effect.entity or "", effect.record_id or "")
    if record is None:
        return None
    told = work.store.threads.about(mails_about(work, thread, record["id"]))
    theirs = [each.message_id for each in told if each.address == folded(effect.to)]
    work.store.threads.note(Known(message_id, thread.entity, record["id"], effect.to, work.now))
    if thread.number and thread.number_in_address and (number := record[thread.number]):
        address = marked(address, number)
    return Strand(address, tuple(reversed([each for each in theirs if each != message_id][:_SHOWN])))


def mails_about(work: Work, thread: Thread, key: str) -> Sequence[str]:
    """The ids of a record and of the newest mails that belong to it."""
    query = Query(
        thread.mails,
        work.asking,
        matching={thread.link: [key]},
        sort=(Sort("id", descending=True),),
        fields=(),
        limit=_LOOKED_AT,
    )
    return (key, *(row["id"] for row in work.transaction.find(query).rows))


def record_of(work: Work, thread: Thread, entity: str, key: str) -> Row | None:
    """The record of a thread, by itself or by one of its mails; that into which it was merged."""
    if entity == thread.mails:
        mail = work.follow(entity, key)
        entity, key = thread.entity, (mail or {}).get(thread.link) or ""
    if entity != thread.entity or not key:
        return None
    survivor = work.store.merges.survivor(entity, key)
    return work.follow(entity, survivor or key)
