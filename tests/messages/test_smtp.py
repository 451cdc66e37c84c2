from __future__ import annotations

import socket
import ssl
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from relasi.messages.attempts import NotReached
from relasi.messages.composing import Mailing, compose
from relasi.messages.smtp import deliver, names_no_mailbox
from relasi.schema.model.mail import Mail, Smtp, Tls
from tests.messages.mail_server import MailServer, listening, never_answers, says
from tests.records.world import NOW

TRUST = ssl.create_default_context()
TO = "budi@example.com"


def smtp(port: int, *, tls: Tls = Tls.NONE, user: str | None = None, patience: int = 5) -> Smtp:
    return Smtp("127.0.0.1", port, tls, user, None, patience)


def mail(to: str = TO) -> EmailMessage:
    mailing = Mailing(to, "Hello", "Hello", "<p>Hello</p>", "en")
    return compose(mailing, Mail("Desk <desk@example.com>", None, None), key="k1", at=NOW)


def attempt(
    server: Smtp, to: str = TO, password: str | None = None, trust: ssl.SSLContext = TRUST
) -> NotReached:
    with pytest.raises(NotReached) as caught:
        deliver(mail(to), to, server, password=password, trust=trust)
    return caught.value


def trusting(certificates: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificates / "cert.pem"))


def serving(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    return context


def test_a_mail_reaches_the_server(mail_server: MailServer) -> None:
    deliver(mail(), TO, smtp(mail_server.port), password=None, trust=TRUST)
    assert [(each["Subject"], each["From"]) for each in mail_server.taken] == [
        ("Hello", "Desk <desk@example.com>")
    ]
    assert mail_server.recipients == [TO]


def test_a_mail_goes_over_a_protected_connection_with_a_password(certificates: Path) -> None:
    with MailServer.started(tls=serving(certificates), password="open sesame") as server:
        settings = smtp(server.port, tls=Tls.STARTTLS, user="crm")
        deliver(mail(), TO, settings, password="open sesame", trust=trusting(certificates))
        assert len(server.taken) == 1


def test_a_wrong_password_may_be_put_right_so_the_mail_is_kept_for_later(certificates: Path) -> None:
    with MailServer.started(tls=serving(certificates), password="open sesame") as server:
        settings = smtp(server.port, tls=Tls.STARTTLS, user="crm")
        error = attempt(settings, password="secret guess", trust=trusting(certificates))
    assert not error.final
    assert "user name or password" in error.note["en"]
    assert "secret guess" not in str(error.note)


def test_a_certificate_of_somebody_else_is_not_trusted(certificates: Path) -> None:
    with MailServer.started(tls=serving(certificates)) as server:
        error = attempt(smtp(server.port, tls=Tls.STARTTLS))
        assert server.taken == []
    assert "could not be protected" in error.note["en"]


def test_nothing_is_sent_in_the_clear_where_protection_is_asked_for(mail_server: MailServer) -> None:
    error = attempt(smtp(mail_server.port, tls=Tls.STARTTLS))
    assert mail_server.taken == []
    assert (error.final, "could not be protected" in error.note["en"]) == (False, True)


def test_a_mailbox_that_does_not_exist_closes_the_address(mail_server: MailServer) -> None:
    mail_server.refused[TO] = "550 5.1.1 no such user"
    error = attempt(smtp(mail_server.port))
    assert (error.final, error.closes) == (True, "550 5.1.1 no such user")


def test_a_refusal_by_policy_does_not_close_the_address(mail_server: MailServer) -> None:
    mail_server.refused[TO] = "550 5.7.1 relaying denied"
    error = attempt(smtp(mail_server.port))
    assert (error.final, error.closes) == (True, None)


def test_a_busy_mailbox_is_tried_later(mail_server: MailServer) -> None:
    mail_server.refused[TO] = "450 4.2.1 try again"
    assert not attempt(smtp(mail_server.port)).final


def test_a_refused_content_is_not_tried_again_and_closes_nothing(mail_server: MailServer) -> None:
    mail_server.refused_content = "554 5.6.0 we do not like it"
    error = attempt(smtp(mail_server.port))
    assert (error.final, error.closes) == (True, None)


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with listening(lambda _: None) as port:
        pass
    error = attempt(smtp(port))
    assert (error.final, error.far) == (False, True)


def test_a_server_that_hangs_is_given_up_for_now() -> None:
    with listening(never_answers) as port:
        error = attempt(smtp(port, patience=1))
    assert (error.final, error.far) == (False, True)
    assert "1 seconds" in error.note["en"]


def test_a_server_that_sends_a_byte_now_and_then_is_cut_off() -> None:
    def drip(connection: socket.socket) -> None:
        for _ in range(60):
            connection.sendall(b"2")
            time.sleep(0.2)

    with listening(drip) as port:
        assert not attempt(smtp(port, patience=1)).final


def test_a_server_that_dies_in_the_middle_is_tried_later() -> None:
    def die(connection: socket.socket) -> None:
        says(connection, "220 hi", "250 hello", "250 sender", "250 recipient", "354 go on")

    with listening(die) as port:
        error = attempt(smtp(port))
    assert (error.final, error.closes) == (False, None)
    assert "broke off" in error.note["en"]


def test_a_server_that_is_full_is_tried_later() -> None:
    with listening(lambda connection: says(connection, "421 too many")) as port:
        assert not attempt(smtp(port)).final


def test_a_mail_that_was_taken_counts_however_the_server_says_goodbye() -> None:
    def rude(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 hi\r\n")
        for answer in ("250 hello", "250 sender", "250 recipient", "354 go on"):
            lines.readline()
            connection.sendall(f"{answer}\r\n".encode())
        while lines.readline() != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")

    with listening(rude) as port:
        deliver(mail(), TO, smtp(port), password=None, trust=TRUST)


@pytest.mark.parametrize(
    ("status", "code", "gone"),
    [
        ((1, 1), 550, True),
        ((1, 10), 556, True),
        ((2, 1), 550, True),
        ((2, 2), 552, False),
        ((7, 1), 550, False),
        ((3, 4), 552, False),
        (None, 550, True),
        (None, 552, False),
        (None, 554, False),
    ],
)
def test_only_a_missing_mailbox_says_that_there_is_none(
    status: tuple[int, int] | None, code: int, gone: bool
) -> None:
    assert names_no_mailbox(status, code) is gone
