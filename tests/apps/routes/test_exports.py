"""The route by which a list is taken away: what the list shows, to whoever may take it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from relasi.apps.routes import exports
from relasi.apps.routes.gate import Gate
from relasi.apps.site import SECURE_COOKIE, Site
from relasi.current import Current
from tests.apps.doors import Client
from tests.records.world import World, make_world

ROLES = "roles: {agent: {}, reader: {}}"
DEAL = """
entity: deal
plural: {en: Deals, id: Transaksi}
title: "{name}"
fields:
  name: text
  stage: {type: choice, options: [open, won]}
  owner: user
lists:
  all: {columns: [name, stage]}
  mine: {where: owner = user, columns: [name]}
access:
  agent: {read: all, export: true}
  reader: {read: all}
"""
_PASSWORD = "some words nobody thinks of"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = make_world(tmp_path, ROLES, DEAL)
    for name, stage in (("First", "open"), ("Second", "won"), ("Third", "won")):
        world.create("deal", name=name, stage=stage)
    yield world
    world.crm.close()


def fetch(world: World, path: str, *, role: str = "agent", **headers: str) -> httpx.Response:
    site = Site(Current(world.crm.root, lambda _root: world.crm))
    client = Client(Starlette(routes=exports.routes(site), middleware=[Middleware(Gate, site=site)]))
    accounts = world.crm.accounts
    ida = {"full_name": "Ida", "email": "ida@example.com", "language": "id", "password": _PASSWORD}
    accounts.add("ida", roles=(role,), **ida)  # type: ignore[arg-type]  # texts all
    token = accounts.sign_in("ida", _PASSWORD, address="127.0.0.1")
    return client.get(path, headers={"cookie": f"{SECURE_COOKIE}={token}", "accept": "text/html", **headers})


def test_it_is_what_the_list_shows(world: World) -> None:
    answer = fetch(world, "/export/deal.json?list=all&f.stage=won&sort=-name")
    assert [each["name"] for each in json.loads(answer.content)] == ["Third", "Second"]
    assert list(json.loads(answer.content)[0]) == ["relasi_id", "name", "stage"]


def test_the_saved_list_holds_too(world: World) -> None:
    assert json.loads(fetch(world, "/export/deal.json?list=mine").content) == []


def test_it_is_a_file_that_nobody_keeps_on_the_way(world: World) -> None:
    answer = fetch(world, "/export/deal.csv?list=all")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Transaksi%202026-11-21.csv"
    assert answer.headers["cache-control"] == "private, no-store"


def test_who_may_not_export_is_told_so_and_gets_nothing(world: World) -> None:
    answer = fetch(world, "/export/deal.csv?list=all", role="reader")
    assert answer.status_code == 403
    assert (
        answer.text
        == "Peran Anda tidak mengizinkan mengekspor data ini. Hubungi administrator bila Anda memerlukannya."
    )


def test_another_site_starts_no_export(world: World) -> None:
    assert fetch(world, "/export/deal.csv?list=all", **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_what_there_is_not_is_refused(world: World) -> None:
    assert fetch(world, "/export/nothing.csv").status_code == 403
