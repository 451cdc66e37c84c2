"""A mail as it goes over the wire (RFC 5322), with what readers' programs need to opt out (RFC 8058)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from html import escape
from typing import Any

from relasi.messages.rendering import one_line
from relasi.schema.model.mail import Mail
from relasi.texts import say

_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="font:16px/1.5 sans-serif;max-width:40em;margin:1.5em auto;padding:0 1em">'
    "{body}</body></html>"
)
_FOOT = '<p style="color:#666;font-size:13px">{text} <a href="{link}">{word}</a></p>'


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Strand:
    """What a mail says of its thread: the address at which it is answered, and the Message-IDs of the mails
    before it, oldest first."""

    answered_at: str
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mailing:
    """What a message became for one reader. `html` is the inside of a body; `opt_out` is the link for it.

    Whoever else gets it stands in its head: `main` is the one whom it is written to, if that is not the
    reader, and `copies` are all who get a copy, each by a mail of their own.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    opt_out: str | None = None
    enclosed: tuple[Enclosure, ...] = ()
    strand: Strand | None = None
    main: str | None = None
    copies: tuple[str, ...] = ()
    automatic: bool = True

    @classmethod
    def of(cls, to: str, payload: Mapping[str, Any], opt_out: str | None) -> Mailing:  # Any: JSON
        return cls(
            to,
            payload["subject"],
            payload["text"],
            payload["html"],
            payload["language"],
            opt_out,
            main=payload.get("main"),
            copies=tuple(payload.get("copies", ())),
            automatic=not payload.get("by_person"),
        )


def compose(mailing: Mailing, mail: Mail, *, key: str, at: datetime) -> EmailMessage:
    """The same key makes the same Message-ID, so that a mail sent twice is known as one."""
    name, sender = parseaddr(mail.sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(name), addr_spec=sender)
    message["To"] = Address(addr_spec=mailing.main or mailing.to)
    if mailing.copies:
        message["Cc"] = [Address(addr_spec=each) for each in mailing.copies]
    answered_at = mailing.strand.answered_at if mailing.strand else mail.reply_to
    if answered_at is not None:
        name, address = parseaddr(answered_at)
        message["Reply-To"] = Address(one_line(name), addr_spec=address)
    message["Subject"] = one_line(mailing.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(key, sender)
    if mailing.strand and mailing.strand.before:
        message["In-Reply-To"] = mailing.strand.before[-1]
        message["References"] = " ".join(mailing.strand.before)
    if mailing.automatic:
        message["Auto-Submitted"] = "auto-generated"
    if mailing.opt_out is not None:
        message["List-Unsubscribe"] = f"<{mailing.opt_out}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(mailing))
    message.add_alternative(as_page(mailing), subtype="html")
    message["Content-Language"] = mailing.language
    for each in mailing.enclosed:
        kind, _, subtype = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
    return message


def message_id(key: str, sender: str) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def as_page(mailing: Mailing) -> str:
    """The mailing as a page of HTML."""
    foot = ""
    if mailing.opt_out is not None:
        question, word = (say(mailing.language, f"messages.{each}") for each in ("opt_out", "opt_out_link"))
        foot = _FOOT.format(text=escape(question), link=escape(mailing.opt_out), word=escape(word))
    body = f"{mailing.html}\n{foot}"
    return _PAGE.format(language=mailing.language, subject=escape(mailing.subject), body=body)


def _text(mailing: Mailing) -> str:
    if mailing.opt_out is None:
        return mailing.text + "\n"
    question, word = (say(mailing.language, f"messages.{each}") for each in ("opt_out", "opt_out_link"))
    return f"{mailing.text}\n\n-- \n{question} {word}: {mailing.opt_out}\n"
