"""A folder of mails on an IMAP server (RFC 3501, 8314): which wait in it, and what becomes of them there."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from relasi.errors import Refused
from relasi.messages.attempts import bare
from relasi.messages.rendering import one_line
from relasi.schema.model.mail import Tls
from relasi.schema.model.mailbox import Imap, Mailbox
from relasi.schema.secrets import given, reveal
from relasi.texts import LANGUAGES, say

_WHOLE = 600.0
"""Seconds that one look may take: a server that sends a byte now and then must not hold the worker."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class NotReachedError(Exception):
    """`note` says in every language what stands in the way."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.note: Mapping[str, str] = {each: say(each, f"mailboxes.{code}", **params) for each in LANGUAGES}


def is_set_up(mailbox: Mailbox, root: Path) -> bool:
    """Whether there is a server whose name is known."""
    try:
        return mailbox.server is not None and bool(given(mailbox.server.host, root))
    except Refused:
        return False


@contextmanager
def opened(server: Imap, root: Path, trust: ssl.SSLContext) -> Iterator[Folder]:
    """Raises NotReachedError, and Refused where a secret is missing."""
    host, user = given(server.host, root), given(server.user, root)
    password = reveal(server.password, root)
    client = _greeted(server, host, trust)
    cut = Timer(_WHOLE, _cut, (client,))
    cut.daemon = True
    cut.start()
    try:
        try:
            client.login(user, password)
        except imaplib.IMAP4.error as error:
            raise NotReachedError("sign_in", host=host, reason=_words(error)) from error
        yield Folder(client, server, host)
        with suppress(imaplib.IMAP4.error, OSError):  # all is done; how it says goodbye is all one
            client.logout()
    except (imaplib.IMAP4.error, OSError) as error:
        raise NotReachedError("broken_off", host=host, reason=_words(error)) from error
    finally:
        cut.cancel()
        with suppress(OSError):
            client.shutdown()


def _greeted(server: Imap, host: str, trust: ssl.SSLContext) -> imaplib.IMAP4:
    try:
        if server.tls is Tls.TLS:
            return imaplib.IMAP4_SSL(host, server.port, ssl_context=trust, timeout=server.patience)
        client = imaplib.IMAP4(host, server.port, timeout=server.patience)
        if server.tls is Tls.STARTTLS:
            client.starttls(trust)
        return client
    except ssl.SSLError as error:
        raise NotReachedError("not_safe", host=host, reason=_words(error)) from error
    except (imaplib.IMAP4.error, OSError) as error:
        raise NotReachedError("unreachable", host=host, reason=_words(error)) from error


def _cut(client: imaplib.IMAP4) -> None:
    with suppress(OSError, AttributeError):
        client.sock.shutdown(socket.SHUT_RDWR)


class Folder:
    """One that is open. Mails are known by their UIDs; looking at them changes nothing."""

    def __init__(self, client: imaplib.IMAP4, server: Imap, host: str) -> None:
        self._client = client
        self._server = server
        self._host = host
        self._can = frozenset(b" ".join(_pieces(client.capability()[1])).decode("ascii", "replace").split())
        self._select(server.folder)

    def waiting(self, limit: int) -> list[str]:
        """The oldest that nobody has taken: all that lie there where they are moved away, else the unread."""
        asked = ["UNDELETED"] if self._server.move_to else ["UNDELETED", "UNSEEN"]
        found = self._do("SEARCH", *asked)
        return b" ".join(each for each in found if isinstance(each, bytes)).decode("ascii").split()[:limit]

    def fetch(self, uid: str, largest: int) -> tuple[bytes, int | None] | None:
        """The mail; of one that is larger the head, with its size. None where it is gone."""
        told = b" ".join(_pieces(self._do("FETCH", uid, "(RFC822.SIZE)")))
        size = _SIZE.search(told)
        if size is None:
            return None
        is_larger = int(size[1]) > largest
        part = "BODY.PEEK[HEADER]" if is_larger else "BODY.PEEK[]"
        found = self._do("FETCH", uid, f"({part})")
        content = next((each[1] for each in found if isinstance(each, tuple)), None)
        return None if content is None else (content, int(size[1]) if is_larger else None)

    def put_away(self, uid: str, *, flag: bool = False) -> None:
        """It is not taken again: marked as read, or moved. What has a `flag` stays, to be seen by people."""
        marks = r"(\Seen \Flagged)" if flag else r"(\Seen)"
        self._do("STORE", uid, "+FLAGS.SILENT", marks)
        if self._server.move_to is None:
            return
        target = _quoted(self._server.move_to)
        if "MOVE" in self._can:
            self._do("MOVE", uid, target)
            return
        self._do("COPY", uid, target)
        self._do("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")

    def _select(self, name: str) -> None:
        kind, answer = self._client.select(_quoted(name))
        if kind != "OK":
            reason = one_line(b" ".join(_pieces(answer)).decode("utf-8", "replace"))
            raise NotReachedError("no_folder", host=self._host, folder=name, reason=reason)

    def _do(self, command: str, *words: str) -> list[object]:
        kind, answer = self._client.uid(command, *words)
        if kind != "OK":
            reason = one_line(b" ".join(_pieces(answer)).decode("utf-8", "replace"))
            raise NotReachedError("broken_off", host=self._host, reason=f"{command}: {reason}")
        return list(answer)


def _pieces(answer: Sequence[object]) -> Iterator[bytes]:
    for each in answer:
        if isinstance(each, bytes):
            yield each
        elif isinstance(each, tuple):
            yield from (part for part in each if isinstance(part, bytes))


def _quoted(name: str) -> str:
    escaped = name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _words(error: Exception) -> str:
    """What a library or the server says, in text."""
    first = error.args[0] if error.args else ""
    return one_line(first.decode("utf-8", "replace")) if isinstance(first, bytes) else bare(error)
