from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.messages.opting_out import PATH, Reader, link, signing_key
from relasi.store.consents import Consent
from tests.apps.doors import Client, client_of
from tests.messages.desk import DESK, SETTINGS
from tests.records.world import World, make_world

ADDRESS = "budi@example.com"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, SETTINGS, *DESK)
    yield made
    made.crm.close()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


def path(world: World, purpose: str = "news") -> str:
    with world.crm.store.session() as session:
        key = signing_key(session)
    made = link(world.crm.model.settings.outside, Reader(ADDRESS, purpose), key)
    return made.removeprefix("https://crm.example.com")


def said(world: World) -> list[tuple[bool, str]]:
    """What was noted of the address, oldest first."""
    with world.crm.store.session(write=False) as session:
        return [(each.given, each.source) for each in reversed(session.consents.of(ADDRESS))]


def test_looking_at_the_link_changes_nothing(client: Client, world: World) -> None:
    page = client.get(path(world))
    assert page.status_code == 200
    assert "Opt out of these mails?" in page.text
    assert said(world) == []


def test_a_program_opts_out_with_one_post(client: Client, world: World) -> None:
    sent = client.post(path(world), content="List-Unsubscribe=One-Click")
    assert sent.status_code == 200
    assert said(world) == [(False, "opt-out link")]


def test_opting_out_twice_is_noted_once(client: Client, world: World) -> None:
    client.post(path(world))
    client.post(path(world))
    assert len(said(world)) == 1


def test_a_person_may_come_back(client: Client, world: World) -> None:
    client.post(path(world))
    assert "You have opted out" in client.get(path(world)).text
    client.post(path(world), data={"back": "1"})
    assert [given for given, _ in said(world)] == [False, True]


def test_what_was_agreed_to_is_kept_in_the_words_of_the_page(client: Client, world: World) -> None:
    client.post(path(world) + "?language=id")
    with world.crm.store.session(write=False) as session:
        latest = session.consents.latest(ADDRESS, "news")
    assert isinstance(latest, Consent)
    assert latest.wording == "Berhenti menerima email dari Desk: Kabar"


def test_the_page_speaks_the_language_of_the_browser(client: Client, world: World) -> None:
    page = client.get(path(world), headers={"accept-language": "id"})
    assert "Berhenti menerima email ini?" in page.text


@pytest.mark.parametrize("token", ["x", "x.y", "\u00e9.\u00e9", "a" * 5000])
def test_a_link_that_was_made_up_is_not_known(client: Client, world: World, token: str) -> None:
    assert client.post(f"{PATH}/{token}").status_code == 404
    assert said(world) == []


def test_a_purpose_that_is_no_longer_there_is_not_known(client: Client, world: World) -> None:
    assert client.get(path(world, "gone")).status_code == 404
