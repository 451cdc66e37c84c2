"""A wire to a server that can be cut: before a request arrives, or after it did and before its answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import Literal


@dataclass
class Wire:
    """`calls_left` requests pass, then it is cut as `how` says, until it is mended."""

    port: int
    to: int
    calls_left: int | None = None
    how: Literal["before", "after"] = "before"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self, calls_left: int, how: Literal["before", "after"]) -> None:
        self.calls_left, self.how = calls_left, how

    def mend(self) -> None:
        self.calls_left = None

    def carry(self, client: socket.socket) -> None:
        """One connection; requests come whole, for the client waits for each answer."""
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.to)) as server:
            while request := _message(client):
                is_cut = self.calls_left == 0
                if self.calls_left:
                    self.calls_left -= 1
                if is_cut and self.how == "before":
                    return
                server.sendall(request)
                answer = _message(server)
                if is_cut:
                    return
                client.sendall(answer)


def _message(sender: socket.socket) -> bytes:
    """Head and body of an HTTP message."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = sender.recv(65536)
        if not part:
            return b""
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    headers = {
        line.partition(b":")[0].strip().lower(): line.partition(b":")[2].strip()
        for line in head.split(b"\r\n")
    }
    if headers.get(b"transfer-encoding") == b"chunked":
        while not body.endswith(b"0\r\n\r\n"):
            body += sender.recv(65536)
    else:
        while len(body) < int(headers.get(b"content-length", b"0")):
            body += sender.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    listener = socket.create_server(("127.0.0.1", 0))
    made = Wire(listener.getsockname()[1], to)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                Thread(target=made.carry, args=(client,), daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    yield made
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
