"""The pages that set a password by a link, and ask for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.apps.site import SECURE_COOKIE
from relasi.messages.inviting import Inviting
from relasi.store.effects import Effect
from relasi.store.invitations import Occasion
from tests.apps.doors import Client, client_of
from tests.messages.desk import DESK, settings
from tests.records.world import World, make_world

PASSWORD = "payung kertas di dapur"
SMTP = "{from: desk@example.com, smtp: {host: mail.example.com}}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, settings(mail=SMTP), *DESK)
    made.user("sari")
    yield made
    made.crm.close()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


@pytest.fixture
def link(world: World) -> str:
    with world.crm.store.session() as session:
        user = session.users.by_name("sari")
        assert user is not None
        made = Inviting(world.crm.model, session, world.clock(), world.ids).invite(user, Occasion.WELCOME)
    found = world.crm.accounts.invitations.link(made.id)
    assert found is not None
    return f"/welcome/{found[1]}"


def outbox(world: World) -> tuple[Effect, ...]:
    with world.crm.store.session(write=False) as session:
        return session.effects.list()


def test_the_page_says_whom_it_is_for_and_changes_nothing_by_being_looked_at(
    client: Client, link: str
) -> None:
    pages = [client.seen(link) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert "You sign in as sari." in pages[1].text


def test_a_password_leads_to_the_sign_in_page_where_it_works(client: Client, link: str) -> None:
    answer = client.send(link, password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=password&language=en")
    assert "Your password is set" in client.seen(answer.headers["location"]).text
    assert client.send("/sign-in", name="sari", password=PASSWORD).cookies[SECURE_COOKIE]


def test_a_password_that_is_not_taken_is_asked_for_again(client: Client, link: str) -> None:
    answer = client.send(link, password="sari2026")
    assert (answer.status_code, "easily guessed" in answer.text) == (422, True)
    assert "sari2026" not in answer.text


def test_a_link_that_is_over_says_so_and_leads_on(client: Client, link: str) -> None:
    client.send(link, password=PASSWORD)
    answer = client.seen(link)
    assert (answer.status_code, 'href="/forgotten"' in answer.text) == (422, True)


def test_the_link_does_not_travel_to_other_sites(client: Client, link: str) -> None:
    page = client.seen(link)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] in ("same-origin", "no-referrer")


@pytest.mark.parametrize(("word", "mails"), [("sari@example.com", 1), ("nobody@example.com", 0)])
def test_asking_for_a_link_tells_nobody_whether_there_is_such_an_account(
    client: Client, world: World, word: str, mails: int
) -> None:
    answer = client.send("/forgotten", name=word)
    other = client.send("/forgotten", name="somebody else")
    pages = {re.sub('nonce="[^"]*"', "", each.text) for each in (answer, other)}
    assert (answer.status_code, len(pages)) == (200, 1)
    assert len(outbox(world)) == mails


def test_asking_too_often_is_told_to_wait(client: Client) -> None:
    told = [client.send("/forgotten", name="sari").status_code for _ in range(6)]
    assert told == [*[200] * 5, 429]


def test_where_no_mail_goes_out_the_administrator_is_named(tmp_path: Path) -> None:
    world = make_world(tmp_path, settings(), *DESK)
    client = client_of(world)
    assert "Ask your administrator" in client.seen("/forgotten").text
    assert "/forgotten" not in client.seen("/sign-in").text
    world.crm.close()
