"""`relasi mail`: mails that come in or came back, and what people have agreed to."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import StopError, say
from relasi.diagnostics import nearest
from relasi.messages.bounces import read_report, take_back
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.email import EmailField
from relasi.store.consents import Consent


def bounced(root: Path, *, as_json: bool) -> None:
    """Reads one mail from standard input, as a mail server hands it over. A mail that is no report is let
    pass: a mailbox for them holds other mails too."""
    content = sys.stdin.buffer.read()
    with opened(root) as crm:
        if crm.model.settings.outside.mail is None:
            raise StopError("crm.yaml has no mail, so none of ours can have come back.")
        report = read_report(content)
        closed = take_back(crm.records, report) if report is not None else ()
    if as_json:
        terminal.as_json({"report": report is not None, "closed": list(closed)})
    elif report is None:
        say("This is no report of a mail that came back; nothing was changed.")
    else:
        say("Nothing more is sent to ", ", ".join(closed)) if closed else say("Nothing was closed by it.")


_BECAME = {
    "taken": "It was taken over.",
    "known": "It had come before; nothing was changed.",
    "came back": "It reports that a mail of ours came back.",
    "own": "We wrote it ourselves; nothing was changed.",
}


def receive(root: Path, name: str, *, as_json: bool) -> None:
    """Reads one mail from standard input. A mail server that gets another exit code than 0 keeps it."""
    content = sys.stdin.buffer.read()
    with opened(root) as crm:
        mailbox = crm.model.mailboxes.get(name)
        if mailbox is None:
            near = nearest(name, crm.model.mailboxes)
            raise StopError(f"There is no mailbox {name}." + (f" Did you mean {near}?" if near else ""))
        taken = crm.mailroom.take(mailbox, content)
    if as_json:
        terminal.as_json({"became": taken.became, "entity": mailbox.entity, "id": taken.record_id})
    else:
        say(_BECAME[taken.became])


@dataclass(frozen=True, slots=True)
class Said:
    """What a person has said about a purpose, and where that can be looked up."""

    address: str
    purpose: str
    given: bool
    wording: str
    source: str = "command line"
    channel: str | None = None
    proof: str | None = None


def consent(root: Path, said: Said, *, as_json: bool) -> None:
    """Notes that somebody agreed, or wants no more."""
    purpose = said.purpose
    with opened(root) as crm:
        known = crm.model.settings.outside.purposes
        if purpose not in known:
            near = nearest(purpose, known)
            raise StopError(f"There is no purpose {purpose}." + (f" Did you mean {near}?" if near else ""))
        try:
            accepted = EmailField(type="email").accept(said.address)
        except ValueProblem as problem:
            raise StopError(problem.text()) from problem
        entry = Consent(
            crm.new_id(),
            accepted,
            purpose,
            said.given,
            crm.clock(),
            said.source,
            said.wording,
            channel=said.channel,
            proof=said.proof,
        )
        with crm.store.session() as session:
            session.consents.add(entry)
    if as_json:
        terminal.as_json({"address": accepted, "purpose": purpose, "given": said.given})
        return
    say(f"Noted: {accepted} ", "agreed to" if said.given else "wants no more", f" {purpose}.")
