from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.messages.signatures import signed_headers
from tests.apps.doors import Client, client_of
from tests.messages.desk import DESK, SETTINGS
from tests.messages.test_incoming import HOOK
from tests.records.world import World, make_world

BODY = b'{"letter": {"title": "Key"}}'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, SETTINGS, *DESK, HOOK)
    yield made
    made.crm.close()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("POST_KEY", "open sesame")
    return "open sesame"


def test_a_signed_call_makes_a_record(client: Client, world: World, secret: str) -> None:
    headers = signed_headers("k1", BODY, secret, world.clock())
    first = client.post("/hooks/post", content=BODY, headers=headers)
    again = client.post("/hooks/post", content=BODY, headers=headers)
    assert (first.status_code, first.json()["again"]) == (200, False)
    assert again.json() == {"id": first.json()["id"], "again": True}
    assert len(world.rows("letter")) == 1


@pytest.mark.parametrize("name", ["post", "nothing"])
def test_who_does_not_know_the_secret_does_not_even_learn_which_hooks_there_are(
    client: Client, secret: str, name: str
) -> None:
    answer = client.post(f"/hooks/{name}", content=BODY)
    assert (answer.status_code, answer.json()) == (401, {"message": "This call is not signed as agreed."})


def test_more_than_is_allowed_is_not_read(client: Client, secret: str) -> None:
    assert client.post("/hooks/post", content=b"x" * (65 * 1024)).status_code == 413


def test_what_does_not_fit_is_told(client: Client, world: World, secret: str) -> None:
    body = b'{"letter": {"prices": [1]}}'
    answer = client.post(
        "/hooks/post", content=body, headers=signed_headers("k", body, secret, world.clock())
    )
    assert (answer.status_code, [each["field"] for each in answer.json()["issues"]]) == (422, ["subject"])


def test_a_secret_that_is_not_there_lets_nobody_in(client: Client) -> None:
    assert client.post("/hooks/post", content=BODY).status_code == 503
