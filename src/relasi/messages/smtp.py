"""Hands one mail to a mail server (RFC 5321), and tells what its refusals mean."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from functools import cache
from threading import Timer

from relasi.messages.attempts import NotReached, bare
from relasi.messages.rendering import one_line
from relasi.schema.model.mail import Smtp, Tls

_WHOLE = 4
"""How many times the patience for one answer a whole conversation may take: a server that sends a byte now
and then must not hold the worker."""
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")


@cache
def public_trust() -> ssl.SSLContext:
    """What the system trusts, read once in a process: it takes as long as saving a record or two."""
    return ssl.create_default_context()


def deliver(mail: EmailMessage, to: str, smtp: Smtp, *, password: str | None, trust: ssl.SSLContext) -> None:
    """Raises NotReached. Where the server breaks off after it was given the mail, it may have taken it."""
    sender = str(mail["From"].addresses[0].addr_spec)
    try:
        with _connected(smtp, sender.rpartition("@")[2], trust) as server:
            if smtp.user is not None:
                server.login(smtp.user, password or "")
            server.send_message(mail, sender, [to])
    except smtplib.SMTPAuthenticationError as error:
        raise NotReached("mail_sign_in", host=smtp.host, reason=_words(error), far=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = error.recipients[to]
        raise _refused(to, code, answer) from error
    except smtplib.SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):  # smtplib tells both by the same name
            raise NotReached("mail_slow", host=smtp.host, seconds=smtp.patience, far=True) from error
        raise NotReached("mail_broken_off", host=smtp.host) from error
    except smtplib.SMTPResponseException as error:
        if 500 <= error.smtp_code < 600 and isinstance(
            error, (smtplib.SMTPDataError, smtplib.SMTPSenderRefused)
        ):
            raise NotReached("mail_refused", reason=_words(error), final=True) from error
        raise NotReached("mail_later", reason=_words(error)) from error
    except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
        raise NotReached("mail_refused", reason=one_line(str(error)), final=True) from error
    except TimeoutError as error:
        raise NotReached("mail_slow", host=smtp.host, seconds=smtp.patience, far=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotReached("mail_unreachable", host=smtp.host, reason=bare(error), far=True) from error


@contextmanager
def _connected(smtp: Smtp, own_name: str, trust: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """A conversation that has been greeted and protected as the settings say."""
    if smtp.tls is Tls.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=own_name, timeout=smtp.patience, context=trust)
    else:
        server = smtplib.SMTP(local_hostname=own_name, timeout=smtp.patience)
    vars(server)["_host"] = smtp.host  # the name in its certificate, which smtplib leaves empty until then
    cut = Timer(smtp.patience * _WHOLE, _cut, (server,))
    cut.daemon = True
    cut.start()
    try:
        _greet(server, smtp, trust)
        yield server
        with suppress(smtplib.SMTPException, OSError):  # the mail is taken; how it says goodbye is all one
            server.quit()
    finally:
        cut.cancel()
        server.close()


def _greet(server: smtplib.SMTP, smtp: Smtp, trust: ssl.SSLContext) -> None:
    try:
        code, answer = server.connect(smtp.host, smtp.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        if smtp.tls is Tls.STARTTLS:
            server.starttls(context=trust)
    except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
        reason = one_line(str(error))
        raise NotReached("mail_not_safe", host=smtp.host, reason=reason, far=True) from error


def _cut(server: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        assert server.sock is not None
        server.sock.shutdown(socket.SHUT_RDWR)


def _refused(to: str, code: int, answer: bytes | str) -> NotReached:
    """A refusal of the address: for good where the server says that there is no such mailbox."""
    reason = _answer(code, answer)
    if code < 500:
        return NotReached("mail_later", reason=reason)
    gone = names_no_mailbox(_enhanced(answer), code)
    return NotReached("address_refused", reason=reason, final=True, closes=reason if gone else None)


def names_no_mailbox(status: tuple[int, int] | None, code: int = 0) -> bool:
    """Whether a permanent refusal is about the mailbox (RFC 3463: 5.1.x, and 5.2.1 for a closed one), not
    about a policy, a full mailbox or the size of this mail. Without a status, the code tells."""
    if status is None:
        return code in (550, 551, 553)
    subject, detail = status
    return subject == 1 or (subject, detail) == (2, 1)


def _enhanced(answer: bytes | str) -> tuple[int, int] | None:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    match = _ENHANCED.match(text)
    return (int(match[2]), int(match[3])) if match else None


def _words(error: smtplib.SMTPResponseException) -> str:
    return _answer(error.smtp_code, error.smtp_error)


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {text}")
