"""Opting out of mails by a link: whom it is for is signed into it, so nobody needs to sign in.

Whether a mail may be sent at all is asked here too, at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relasi.messages.sealing import key_within, seal, unseal
from relasi.records.people import stands
from relasi.schema.model.mail import Consent, Outside
from relasi.store import Session
from relasi.texts import LANGUAGES, say

PATH = "/opt-out"
BY_MAIL = "email"
"""The way, as consents name it."""
_KEY = "opt_out"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a link is for, and what mails it came with."""

    address: str
    purpose: str


def signing_key(session: Session) -> bytes:
    """That of this installation."""
    return key_within(session, _KEY)


def link(outside: Outside, reader: Reader, key: bytes) -> str:
    return f"{outside.address}{PATH}/{seal((reader.address, reader.purpose), key)}"


def reader_of(token: str, key: bytes) -> Reader | None:
    """None for a link that was not made here."""
    content = unseal(token, key)
    return None if content is None else Reader(*content)


def objection(session: Session, outside: Outside, reader: Reader) -> Mapping[str, str] | None:
    """Why no mail may be sent to the reader now, in every language; None where one may."""
    closed = session.correspondence.closed(reader.address)
    if closed is not None:
        return {each: say(each, "messages.bounced_before", reason=closed.reason) for each in LANGUAGES}
    return without_consent(session, outside, reader, BY_MAIL)


def without_consent(
    session: Session, outside: Outside, reader: Reader, channel: str
) -> Mapping[str, str] | None:
    """Why nobody may write to the reader for this purpose by this way; None where it is allowed. Whoever has
    no address was never asked, and could not object."""
    purpose = outside.purposes.get(reader.purpose)
    if purpose is None:
        return {each: say(each, "messages.purpose_gone", purpose=reader.purpose) for each in LANGUAGES}
    if purpose.consent is Consent.NOT_NEEDED:
        return None
    latest = session.consents.latest(reader.address, purpose.name, channel)
    if stands(purpose, latest) and (latest is not None or reader.address):
        return None
    reason = "no_consent" if latest is None else "opted_out"
    return {each: say(each, f"messages.{reason}", purpose=purpose.label) for each in LANGUAGES}
