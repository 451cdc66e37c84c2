"""A real mail server for tests, and others that do what mail servers must not do."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.serving import free_port


@dataclass
class MailServer:
    """`refused` are its answers to recipients that it does not take, by the address."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    refused_content: str | None = None

    @classmethod
    @contextmanager
    def started(
        cls, *, tls: ssl.SSLContext | None = None, password: str | None = None
    ) -> Iterator[MailServer]:
        made = cls()

        def authenticate(
            _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
        ) -> AuthResult:
            right = isinstance(data, LoginPassword) and data.password.decode() == password
            return AuthResult(success=right, handled=False)

        controller = Controller(
            made,
            hostname="127.0.0.1",
            port=free_port(),
            tls_context=tls,
            authenticator=authenticate if password else None,
            auth_required=password is not None,
            auth_require_tls=True,
        )
        controller.start()
        made.port = controller.port
        try:
            yield made
        finally:
            controller.stop()

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.refused_content is not None:
            return self.refused_content
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def listening(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that does with each connection what `behave` says, and then hangs up."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            try:
                behave(connection)
            except OSError:
                pass
            finally:
                connection.close()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)


def never_answers(connection: socket.socket) -> None:
    """Hears the other out until that one has had enough."""
    while connection.recv(65536):
        pass


def says(connection: socket.socket, *answers: str) -> None:
    """Greets with the first of the answers, and gives the next to each line that comes."""
    lines = connection.makefile("rb")
    for number, answer in enumerate(answers):
        if number:
            lines.readline()
        connection.sendall(f"{answer}\r\n".encode())
    lines.readline()


def certificate(folder: Path) -> Path:
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", *kind, *files, *names], check=True, capture_output=True)
    return folder
