"""What browsers are told with every answer of the real server, whatever it is an answer to."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit

from tests.serving import Server

SCRIPT = next((Path(streamlit.__file__).parent / "static/static/js").glob("index.*.js"))

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec_WebSocket_Version": "13",
}
ALL = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in", 200),
        ("/favicon.png", 200),
        ("/_stcore/health", 200),
        ("/readyz", 200),
        ("/service-complaint", 401),
        (f"/static/js/{SCRIPT.name}", 200),
        ("/static/..%2f..%2fetc/passwd", 400),
        ("/opt-out/made-up", 404),
        ("/form/made-up", 404),
        ("/_stcore/metrics", 404),
        ("/_stcore/agent/openapi.json", 404),
    ],
)
def test_a_stranger_gets_every_answer_with_them(server: Server, path: str, status: int) -> None:
    got, headers, _ = server.ask(path)

    assert got == status
    assert_told(headers)


@pytest.mark.parametrize(
    "path", ["/", "/inbox", "/lookup/task?q=a", "/files/task/1/a/1", "/media/nothing.png", "/nothing"]
)
def test_somebody_who_is_signed_in_gets_them_too(server: Server, path: str) -> None:
    assert_told(server.ask(path, Cookie=server.cookie("sari"))[1])


def test_a_refusal_comes_with_them(server: Server) -> None:
    status, headers, _ = server.ask("/sign-out", method="POST", Origin="https://evil.example")

    assert status == 403
    assert_told(headers)


def test_pages_load_nothing_from_elsewhere_and_run_no_script_that_somebody_slips_in(server: Server) -> None:
    _, headers, _ = server.ask("/", Cookie=server.cookie("sari"))

    policy = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))
    scripts = policy["script-src"].split()
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "data:", "*", "http:", "https:"} & set(scripts)
    assert not any("://" in each or "*" in each for each in policy.values())


def test_what_comes_by_https_is_never_asked_for_in_the_clear_again(server: Server) -> None:
    plain, safe = server.ask("/sign-in")[1], server.ask("/sign-in", X_Forwarded_Proto="https")[1]

    assert "strict-transport-security" not in plain
    assert safe["strict-transport-security"] == "max-age=31536000"


def test_the_cookie_of_a_sign_in_by_https_is_bound_to_this_very_host(server: Server) -> None:
    https = {"X_Forwarded_Proto": "https", "Origin": server.address.replace("http:", "https:")}
    entered = "name=sari&password=relasi-sari"

    _, headers, _ = server.ask("/sign-in", method="POST", body=entered, **https)

    cookie, *marks = headers["set-cookie"].split("; ")
    assert cookie.startswith("__Host-relasi_session=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(marks)
    assert server.ask("/lookup/task?q=a", X_Forwarded_Proto="https", Cookie=cookie)[0] == 200


def test_a_cookie_that_anybody_in_the_domain_could_set_opens_nothing_by_https(server: Server) -> None:
    cookie = server.cookie("sari")

    assert server.ask("/lookup/task?q=a", X_Forwarded_Proto="https", Cookie=cookie)[0] == 401


@pytest.mark.parametrize(
    ("origin", "status"), [(None, 101), ("http://evil.example", 403), ("null", 403), ("", 403)]
)
def test_only_our_own_pages_shake_hands(server: Server, origin: str | None, status: int) -> None:
    origin = server.address if origin is None else origin

    got, headers, _ = server.ask("/_stcore/stream", Cookie=server.cookie("sari"), Origin=origin, **HANDSHAKE)

    assert got == status
    if got == 101:
        assert_told(headers)


def assert_told(headers: dict[str, str]) -> None:
    assert ALL.items() <= headers.items()
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
