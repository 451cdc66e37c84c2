from __future__ import annotations

import json
import socket
import time
from contextlib import suppress

import httpx
import pytest

from relasi.messages import calling
from relasi.messages.attempts import NotReached
from relasi.messages.calling import call
from relasi.messages.signatures import is_signed
from tests.messages.mail_server import listening, never_answers
from tests.messages.web_server import Called
from tests.records.world import NOW


def reach(url: str, private: bool = True) -> None:
    hosts = {"127.0.0.1", "localhost"} if private else set()
    call(url, {"data": {"name": "Jalan Ä"}}, key="k1", secret="open sesame", at=NOW, private_hosts=hosts)


def missed(url: str, *, private: bool = True) -> NotReached:
    with pytest.raises(NotReached) as caught:
        reach(url, private)
    return caught.value


def test_a_call_is_json_and_signed(called: Called) -> None:
    reach(called.url)
    assert json.loads(called.bodies[0]) == {"data": {"name": "Jalan Ä"}}
    assert is_signed(called.headers[0], called.bodies[0], "open sesame", NOW)


def test_the_key_goes_along_whenever_it_is_sent(called: Called) -> None:
    reach(called.url)
    reach(called.url)
    assert [each["idempotency-key"] for each in called.headers] == ["k1", "k1"]


def test_the_host_is_named_although_its_address_is_called(called: Called) -> None:
    reach(called.url.replace("127.0.0.1", "localhost"))
    assert called.headers[0]["host"].startswith("localhost:")


@pytest.mark.parametrize("status", [500, 503, 429, 408, 409])
def test_a_server_in_trouble_is_tried_later(called: Called, status: int) -> None:
    called.status = status
    assert not missed(called.url).final


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_call_that_is_refused_is_not_tried_again(called: Called, status: int) -> None:
    called.status = status
    error = missed(called.url)
    assert (error.final, error.closes) == (True, None)


def test_gone_closes_the_address(called: Called) -> None:
    called.status = 410
    error = missed(called.url)
    assert (error.final, error.closes) == (True, "410 Gone")


def test_a_call_is_not_led_elsewhere(called: Called) -> None:
    called.status = 307
    assert missed(called.url).final
    assert len(called.bodies) == 1


def test_a_server_that_never_answers_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.5)
    with listening(never_answers) as port:
        assert not missed(f"http://127.0.0.1:{port}/").final


def test_a_server_that_answers_a_letter_at_a_time_is_not_heard_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []

    def trickle(connection: socket.socket) -> None:
        with suppress(OSError):
            for letter in b"HTTP/1.1 200 OK\r\nx-story: " + b"a" * 500:
                connection.sendall(bytes([letter]))
                said.append(letter)
                time.sleep(0.02)

    monkeypatch.setattr(calling, "WHOLE", 0.3)
    with listening(trickle) as port:
        assert not missed(f"http://127.0.0.1:{port}/").final
    assert len(said) < 500


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with listening(lambda _: None) as port:
        pass
    assert not missed(f"http://127.0.0.1:{port}/").final


def test_the_own_network_is_not_called_unless_it_is_allowed(called: Called) -> None:
    assert missed(called.url, private=False).final
    assert called.bodies == []


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]])
def test_a_name_that_leads_into_the_own_network_is_not_called(answer: list[str]) -> None:
    with pytest.raises(NotReached) as caught:
        calling._address(httpx.URL("https://innocent.example/"), (), lambda *_: answer)
    assert caught.value.final


def test_a_name_is_looked_up_once_so_that_what_is_called_is_what_was_looked_at() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    url = httpx.URL("https://innocent.example/")
    assert calling._address(url, (), lambda *_: next(answers)) == "93.184.216.34"
    assert next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize("written", ["2130706433", "0x7f.1", "127.1"])
def test_the_own_network_in_disguise_is_known(written: str) -> None:
    with pytest.raises(NotReached) as caught:
        calling._address(httpx.URL(f"https://{written}/"), ())
    assert caught.value.final


def test_no_proxy_of_the_environment_is_asked(called: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    reach(called.url)
    assert len(called.bodies) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:0a00:0001::",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::10.0.0.1",
        "::10.0.0.1",
        "fec0::1",
        "fd00:ec2::254",
    ],
)
def test_addresses_of_the_own_network(address: str) -> None:
    assert not calling._is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34"])
def test_addresses_of_the_rest_of_the_world(address: str) -> None:
    assert calling._is_public(address)
