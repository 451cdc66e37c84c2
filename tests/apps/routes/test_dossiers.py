"""The route by which everything about a person is taken out, by whoever has the right to it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from relasi.apps.routes import dossiers
from relasi.apps.routes.gate import Gate
from relasi.apps.site import SECURE_COOKIE, Site
from relasi.current import Current
from tests.apps.doors import Client
from tests.privacy.people import clinic, person
from tests.records.world import World

_PASSWORD = "some words nobody thinks of"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = clinic(tmp_path)
    yield world
    world.crm.close()


def fetch(world: World, key: str, *, role: str = "officer", **headers: str) -> httpx.Response:
    site = Site(Current(world.crm.root, lambda _root: world.crm))
    client = Client(Starlette(routes=dossiers.routes(site), middleware=[Middleware(Gate, site=site)]))
    accounts = world.crm.accounts
    ida = {"full_name": "Ida", "email": "ida@example.com", "language": "id", "password": _PASSWORD}
    accounts.add("ida", roles=(role,), **ida)  # type: ignore[arg-type]  # texts all
    token = accounts.sign_in("ida", _PASSWORD, address="127.0.0.1")
    path = dossiers.address_of("person", key)
    return client.get(path, headers={"cookie": f"{SECURE_COOKIE}={token}", "accept": "text/html", **headers})


def test_it_is_an_archive_in_the_language_of_whoever_takes_it(world: World) -> None:
    answer = fetch(world, person(world, "Budi"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert b"Seluruh data tentang Budi" in ZipFile(io.BytesIO(answer.content)).read("index.html")


def test_who_may_not_erase_gets_a_sentence(world: World) -> None:
    answer = fetch(world, person(world, "Budi"), role="clerk")
    assert (answer.status_code, answer.text[:10]) == (403, "Peran Anda")


def test_nobody_is_made_to_take_it_by_another_site(world: World) -> None:
    answer = fetch(world, person(world, "Budi"), **{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
