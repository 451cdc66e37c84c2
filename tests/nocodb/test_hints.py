from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from relasi.nocodb.hints import HEADER
from tests.nocodb.copying import Copy
from tests.nocodb_server import Server
from tests.patience import PATIENCE

SETTINGS = """
crm: 1
name: Test
languages: [en]
currency: EUR
address: {address}
"""
BOOK = """
entity: book
plural: {en: Library}
title: "{name}"
fields: {name: text}
lists: {all: {label: Everything, columns: [name]}}
"""


@pytest.fixture
def calls() -> Iterator[tuple[str, Queue[tuple[str, str]]]]:
    """An address, and what is posted there: the path with the word that came along."""
    came: Queue[tuple[str, str]] = Queue()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            came.put((self.path, self.headers.get(HEADER, "")))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()
        thread.join()


def test_nocodb_says_at_once_that_somebody_has_edited(
    tmp_path: Path, nocodb: Server, calls: tuple[str, Queue[tuple[str, str]]]
) -> None:
    address, came = calls
    settings = SETTINGS.format(address=address)
    with closing(Copy(tmp_path / "crm", nocodb, f"hints {os.getpid()}", settings, BOOK)) as copy:
        copy.meet()

        copy.add("book", name="Bumi Manusia")

        path, word = came.get(timeout=PATIENCE)
        with copy.world.crm.store.session() as session:
            assert session.mirrors.hurry(path.removeprefix("/nocodb/edited/"), word)
            assert session.mirrors.looks()["book"].looked_at is None
