"""A mail that arrived, read from its bytes (RFC 5322, MIME). Whatever they are, something is read: mails
break every rule that there is. Nothing that stands in it is believed here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from relasi.mailboxes.plaintext import text_of, tidied
from relasi.messages.rendering import one_line

_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,400}>")
_MOST_IDS = 50
_MOST_PARTS = 200
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_MACHINES = frozenset({"bulk", "junk", "list", "auto_reply"})
_MACHINE_HEADERS = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Autorespond-Subject")
_CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To")
_NOBODY = re.compile(r"(mailer-daemon|postmaster|(do[-_.]?)?not?[-_.]?reply)@", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came along."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """`sender` is the address that it says it is from, "" where it says none; `answers` are the Message-IDs
    of the mails that it is an answer to, the nearest one first; `written_to` are the addresses in To and Cc,
    `came_to` those at which servers say that it came. `automatic`: no person wrote it, as far as its headers
    tell."""

    message_id: str
    answers: tuple[str, ...]
    sender: str
    name: str
    to: str
    written_to: tuple[str, ...]
    came_to: tuple[str, ...]
    subject: str
    text: str
    date: datetime | None
    automatic: bool
    is_report: bool
    enclosed: tuple[Enclosed, ...]

    @property
    def key(self) -> str:
        """The same for each copy of the mail; some programs give one Message-ID to several mails."""
        date = self.date.isoformat() if self.date else ""
        return sha256("\n".join((self.message_id, self.sender, date, self.subject)).encode()).hexdigest()


def read(content: bytes) -> Arrived:
    """Never raises."""
    mail, leaves = _parsed(content)
    name, sender = _sender(mail)
    ids = _ids(mail, "Message-ID")
    return Arrived(
        message_id=ids[0] if ids else "",
        answers=tuple(dict.fromkeys([*_ids(mail, "In-Reply-To"), *reversed(_ids(mail, "References"))])),
        sender=sender,
        name=name,
        to=", ".join(_written_to(mail, "To"))[:1000],
        written_to=_written_to(mail, "To", "Cc"),
        came_to=_written_to(mail, *_CAME_TO),
        subject=_words(mail, "Subject"),
        text=_text(leaves),
        date=_date(mail),
        automatic=_is_automatic(mail, sender),
        is_report=mail.get_content_type() == "multipart/report",
        enclosed=tuple(_enclosed(leaves)),
    )


def _parsed(content: bytes) -> tuple[Message, list[Message]]:
    """The head with the parts. What is nested without end, for which the parser takes minutes, has none."""
    try:
        if len(_BOUNDARY.findall(content)) <= _MOST_PARTS:
            mail = message_from_bytes(content, policy=compat32)
            return mail, list(_leaves(mail))
    except (RecursionError, ValueError, LookupError, MessageError):
        pass  # it is no mail
    return message_from_bytes(head_of(content), policy=compat32), []


def head_of(content: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]


def _raw(mail: Message, name: str) -> str:
    """The header as it came; signs that mails must not hold are read as UTF-8."""
    found = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    return str(found).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _words(mail: Message, name: str) -> str:
    return _unwrapped(_raw(mail, name))


def _unwrapped(text: str) -> str:
    """A header's words, which may be encoded piece by piece (RFC 2047)."""
    try:
        parts = decode_header(re.sub(r"\r?\n[ \t]?", " ", text)) if "=?" in text else [(text, None)]
    except (MessageError, ValueError):
        return one_line(text)
    words = (each if isinstance(each, str) else _decoded(each, how) for each, how in parts)
    return one_line("".join(words)) or one_line(text)


def _ids(mail: Message, name: str) -> list[str]:
    return _ID.findall(_raw(mail, name))[-_MOST_IDS:]


def _addresses(mail: Message, name: str) -> list[tuple[str, str]]:
    raw = _raw(mail, name)[:20_000]
    try:
        found = getaddresses([re.sub(r"[\r\n]+[ \t]*", " ", raw)])
    except (ValueError, IndexError, RecursionError):
        return []
    return [(_unwrapped(name), one_line(address)) for name, address in found]


def _sender(mail: Message) -> tuple[str, str]:
    """Name and address of the first one that it is from."""
    return next((each for each in _addresses(mail, "From") if "@" in each[1]), ("", ""))


def _written_to(mail: Message, *names: str) -> tuple[str, ...]:
    found = (address for name in names for _, address in _addresses(mail, name) if "@" in address)
    return tuple(dict.fromkeys(found))


def _date(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_raw(mail, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_automatic(mail: Message, sender: str) -> bool:
    """RFC 3834, and what programs did before it and do beside it."""
    submitted = _raw(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    suppress = {each.strip() for each in _raw(mail, "X-Auto-Response-Suppress").lower().split(",")}
    return (
        submitted not in ("", "no")
        or _raw(mail, "Precedence").strip().lower() in _MACHINES
        or any(_raw(mail, each) for each in _MACHINE_HEADERS)
        or bool(suppress & {"all", "autoreply"})
        or _raw(mail, "Return-Path").strip() == "<>"
        or _NOBODY.match(sender) is not None
    )


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a mail inside the mail is one of them."""
    waiting: list[object] = [mail]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if not isinstance(part, Message):
            continue
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(reversed(inner))
        else:
            yield part


def _text(leaves: list[Message]) -> str:
    """What is written in it: the plain words where there are any, else those of the HTML."""
    plain = [_written(each) for each in leaves if _is_text(each) and each.get_content_subtype() != "html"]
    said = tidied("\n\n".join(plain))
    if said:
        return said
    pages = (text_of(_written(each)) for each in leaves if _is_text(each))
    return tidied("\n\n".join(pages))


def _is_text(part: Message) -> bool:
    if part.get_content_maintype() != "text" or part.get_content_subtype() not in ("plain", "html"):
        return False
    return not _file_name(part) and part.get_content_disposition() != "attachment"


def _written(part: Message) -> str:
    return _decoded(_content(part), str(part.get_param("charset") or "") or None).replace("\r\n", "\n")


def _content(part: Message) -> bytes:
    """A mail inside the mail comes as it is."""
    try:
        if part.is_multipart():
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            return first.as_bytes() if isinstance(first, Message) else b""
        found = part.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""
    except (ValueError, LookupError, MessageError, RecursionError, AttributeError, TypeError, KeyError):
        return b""  # the writer of a mail that is broken inside says all sorts of things


def _decoded(content: bytes, charset: str | None) -> str:
    """By the charset that it names, where the content is written in it; else as most mails are."""
    for each in (charset or "utf-8", "utf-8"):
        try:
            return _fit(content.decode(each))
        except (LookupError, ValueError):
            continue
    return _fit(content.decode("windows-1252", "replace"))


def _fit(text: str) -> str:
    """Without signs that no text holds."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").encode("utf-8", "replace").decode())


def _file_name(part: Message) -> str:
    try:
        return _unwrapped(part.get_filename() or "")
    except (ValueError, LookupError, MessageError, AttributeError, TypeError):
        return ""


def _enclosed(leaves: list[Message]) -> Iterator[Enclosed]:
    for part in leaves:
        if _is_text(part) or (not part.is_multipart() and part.get_content_maintype() == "multipart"):
            continue
        content = _content(part)
        if content:
            ending = "eml" if part.get_content_maintype() == "message" else part.get_content_subtype()
            yield Enclosed(_file_name(part) or one_line(f"{part.get_content_maintype()}.{ending}"), content)
