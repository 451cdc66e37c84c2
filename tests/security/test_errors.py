"""OWASP A05 and A09, misconfiguration and failures of logging: what goes wrong tells users nothing of the
inside, and the log what happened without a secret."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.serving import Server

INSIDE = re.compile(r"Traceback|File \"|/site-packages/|sqlalchemy|sqlite3?\.|relasi_\w+ WHERE|SELECT ")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/lookup/x?q=a&field=x.y&record=%7B"),
        ("GET", "/files/a/b/c/d"),
        ("GET", "/files/complaint/%00/attachments/%00"),
        ("POST", "/files/complaint/attachments"),
        ("POST", "/files/complaint/attachments?name=" + "a" * 3_000),
        ("GET", "/export/task.exe"),
        ("GET", "/export/task.csv?f.subject=x&f.due_at=never&sort=-nothing&list=nothing"),
        ("GET", "/media/" + "a" * 3_000),
        ("GET", "/opt-out/" + "a" * 3_000),
        ("GET", "/form/confirm/a.b.c"),
        ("POST", "/hooks/nothing"),
        ("POST", "/nocodb/edited/task"),
        ("PUT", "/sign-in"),
        ("DELETE", "/lookup/task"),
        ("POST", "/_stcore/stream"),
        ("PUT", "/_stcore/upload_file/a/b"),
        ("GET", "/api/records/nothing"),
        ("BREW", "/"),
    ],
)
def test_a_refusal_tells_nothing_of_the_inside(server: Server, method: str, path: str) -> None:
    headers = {"Cookie": server.cookie("sari"), "Origin": server.address}

    status, _, text = server.ask(path, method=method, body=b"x" if method != "GET" else b"", **headers)

    assert status < 500
    assert not INSIDE.search(text)


def test_addresses_of_debugging_are_not_there(server: Server) -> None:
    cookie = server.cookie("andi")
    for path in ("/docs", "/redoc", "/openapi.json", "/_stcore/metrics", "/.env", "/.git/config", "/console"):
        status, _, text = server.ask(path, Cookie=cookie)
        assert status == 404 or "<title>Streamlit" in text, path


def test_nothing_that_was_sent_begins_a_line_of_its_own_in_the_log(server: Server) -> None:
    forged = "2026-01-01T00:00:00Z WARNING relasi.apps: signed in as andi"
    body = f"name={quote(chr(10) + forged)}&password={quote(chr(10) + forged)}"
    headers = {"Origin": server.address, "X_Forwarded_For": "203.0.113.9", "User_Agent": "x " + forged}

    server.ask("/sign-in", method="POST", body=body, **headers)
    server.ask(f"/lookup/{quote(chr(10) + forged)}", Cookie=server.cookie("sari"))

    assert not [line for line in logged(server) if line.startswith(forged)]


def test_a_refusal_at_the_door_is_noted_with_where_it_came_from(server: Server) -> None:
    headers = {"Origin": server.address, "X_Forwarded_For": "203.0.113.10"}

    server.ask("/sign-in", method="POST", body="name=sari&password=a+wrong+one", **headers)

    noted = [line for line in logged(server) if "203.0.113.10" in line]
    assert [line.partition(": ")[2] for line in noted] == [
        "refused: sign_in_refused, to somebody at 203.0.113.10"
    ]


def test_no_secret_is_in_the_log(server: Server) -> None:
    token = server.cookie("sari").partition("=")[2]
    server.ask("/lookup/task?q=a", Cookie=f"relasi_session={token}")
    server.ask("/api/records/task", Authorization="Bearer rk_made_up_secret")
    server.ask("/opt-out/made-up-token")
    body = "name=sari&password=only+I+know+this"
    server.ask("/sign-in", method="POST", body=body, Origin=server.address, X_Forwarded_For="203.0.113.11")

    text = "\n".join(logged(server))
    for secret in (token, "made_up_secret", "made-up-token", "only I know this", "only+I+know"):
        assert secret not in text


def logged(server: Server) -> list[str]:
    return server.log.read_text(encoding="utf-8", errors="replace").splitlines()
