from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from relasi.apps.finding import EACH, Finder
from relasi.apps.places import reachable
from relasi.apps.routes import lookup
from relasi.apps.site import SECURE_COOKIE, Site
from relasi.apps.visitor import Visitor
from relasi.current import Current
from tests.apps.doors import Client
from tests.records.world import World

PASSWORD = "some words nobody thinks of"


@pytest.fixture
def finder(visit: Callable[..., Visitor]) -> Finder:
    visitor = visit()
    return Finder.of(visitor, reachable(visitor, None), "office")


def titles(groups: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {group["label"]: [row["title"] for row in group["rows"]] for group in groups}


def test_records_are_found_in_all_that_may_be_read(world: World, finder: Finder) -> None:
    world.create("letter", subject="About the roof")
    world.create("shelf", name="The roof shelf")
    world.create("folder", name="Something else")
    assert titles(finder.typed("roof")) == {"Letters": ["About the roof"], "Shelves": ["The roof shelf"]}


def test_of_each_entity_the_newest_are_shown(world: World, finder: Finder) -> None:
    for n in range(EACH + 1):
        world.create("letter", subject=f"Roof {n}")
    assert titles(finder.typed("roof"))["Letters"] == [f"Roof {n}" for n in range(EACH, 0, -1)]


def test_pages_and_new_records_are_found_by_the_words_of_their_names(finder: Finder) -> None:
    assert titles(finder.typed("lett")) == {"Pages": ["Letters"], "New": ["New letter"]}
    assert titles(finder.typed("account")) == {"More pages": ["My account"]}


def test_it_speaks_the_language_of_the_visitor(visit: Callable[..., Visitor]) -> None:
    visitor = visit("id")
    found = Finder.of(visitor, reachable(visitor, None), "office").typed("surat")
    assert titles(found) == {"Halaman": ["Surat"], "Baru": ["Surat baru"]}


def test_what_has_a_star_and_what_was_opened_last_is_at_hand(world: World, finder: Finder) -> None:
    keys = {name: world.create("letter", subject=name).id for name in ("A", "B", "C")}
    with world.crm.store.session() as session:
        for n, name in enumerate("ABC"):
            session.visits.note("u-ani", ("letter", keys[name]), world.clock() + timedelta(minutes=n))
        session.visits.star("u-ani", ("letter", keys["B"]), world.clock())
    found = titles(finder.untyped())
    assert (found["Favourites"], found["Opened last"]) == (["B"], ["C", "A"])


def test_what_is_gone_is_not_at_hand(world: World, finder: Finder) -> None:
    letter = world.create("letter", subject="A")
    with world.crm.store.session() as session:
        session.visits.star("u-ani", ("letter", letter.id), world.clock())
        session.visits.star("u-ani", ("retired_entity", "x"), world.clock())
    world.crm.records.delete(world.engine, "letter", letter.id, letter.version)
    assert finder.kept() == ([], [])


def test_whoever_is_not_signed_in_finds_nothing(world: World) -> None:
    site = Site(Current(world.crm.root, lambda _root: world.crm))
    client = Client(Starlette(routes=lookup.routes(site)))
    world.create("letter", subject="About the roof")
    ida = {"full_name": "Ida", "email": "ida@example.com", "language": "en", "password": PASSWORD}
    world.crm.accounts.add("ida", roles=("clerk",), **ida)  # type: ignore[arg-type]  # texts all
    token = world.crm.accounts.sign_in("ida", PASSWORD, address="127.0.0.1")
    cookie = {"cookie": f"{SECURE_COOKIE}={token}"}

    assert client.get("/find?q=roof").json() == []
    assert titles(client.get("/find?q=roof", headers=cookie).json()) == {"Letters": ["About the roof"]}
    assert titles(client.get("/find?q=lett&new=1", headers=cookie).json()) == {"New": ["New letter"]}
