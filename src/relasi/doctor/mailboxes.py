"""Mailboxes: whether they can be read at this moment."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from relasi.doctor.finding import Finding
from relasi.errors import Refused
from relasi.mailboxes.imap import NotReachedError, is_set_up, opened
from relasi.runtime import Crm
from relasi.texts import FALLBACK


def look(crm: Crm) -> Iterator[Finding]:
    """One that is not set up yet is passed over."""
    for mailbox in crm.model.mailboxes.values():
        if mailbox.server is None or not is_set_up(mailbox, crm.root):
            continue
        try:
            with opened(mailbox.server, crm.root, ssl.create_default_context()):
                pass
        except (NotReachedError, Refused) as error:
            why = error.note[FALLBACK] if isinstance(error, NotReachedError) else error.text()
            yield Finding(
                "mailboxes",
                f"The mailbox {mailbox.name} cannot be read: {why}",
                "Mails that come in stay there, and nobody here sees them.",
                f"Look at config/mailboxes/, {mailbox.name}.yaml, and at the variables that it names.",
            )
