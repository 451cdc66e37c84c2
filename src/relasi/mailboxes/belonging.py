"""To which record a mail belongs, and whether its sender is believed to write about it.

Anybody can write any address as the sender and any number into a subject. So a mail comes to a record only
where its sender takes part in it, and nobody is ever answered with what stands in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relasi.mailboxes.arrived import Arrived
from relasi.messages.threading import mails_about, mark_in, record_of
from relasi.platform.query import Query, Row
from relasi.records import Work
from relasi.schema.model.mailbox import Thread
from relasi.store.consents import folded

_WORD = re.compile(r"\w[\w./-]*\w")
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """The id of a record, and how it was found: one of FOUND_BY."""

    record_id: str
    by: str


def belongs_to(work: Work, thread: Thread, mail: Arrived, address: str | None) -> Found | None:
    """None where it answers nothing, or where its sender takes no part in what it seems to answer. `address`
    is that of the mailbox."""
    for answered in _answered(work, thread, mail):
        if _takes_part(work, thread, answered, mail.sender):
            return Found(answered["id"], "answer")
    for by, words in (("address", _marks(mail, address)), ("number", _WORD.findall(mail.subject))):
        row = _numbered(work, thread, words)
        if row and _takes_part(work, thread, row, mail.sender):
            return Found(row["id"], by)
    return None


def _marks(mail: Arrived, address: str | None) -> list[str]:
    """What stands behind a + in the addresses at which it came; some programs write them in small letters."""
    if address is None:
        return []
    marks = (mark_in(each, address) for each in (*mail.came_to, *mail.written_to))
    return [each for mark in marks if mark for each in (mark, mark.upper())]


def _answered(work: Work, thread: Thread, mail: Arrived) -> Iterator[Row]:
    known = work.store.threads.get(mail.answers)
    for each in (known[key] for key in mail.answers if key in known):
        row = record_of(work, thread, each.entity, each.record_id)
        if row is not None:
            yield row


def _numbered(work: Work, thread: Thread, words: Iterable[str]) -> Row | None:
    """The only record whose number is one of the words."""
    numbers = list(dict.fromkeys(words))[:_MOST_WORDS]
    if thread.number is None or not numbers:
        return None
    query = Query(thread.entity, work.asking, matching={thread.number: numbers}, fields=(), limit=2)
    rows = work.transaction.find(query).rows
    return work.follow(thread.entity, rows[0]["id"]) if len(rows) == 1 else None


def _takes_part(work: Work, thread: Thread, row: Row, sender: str) -> bool:
    situation = work.situation(row)
    people = (each.evaluate(situation) for each in thread.people)
    if folded(sender) in {folded(str(each)) for each in people if each is not None}:
        return True
    told = work.store.threads.about(mails_about(work, thread, row["id"]))
    return folded(sender) in {each.address for each in told}
