"""Web forms that fill in a record that is there: people get to it by a link, and to nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.apps.doors import Client, client_of
from tests.records.world import World, make_world

SETTINGS = """
crm: 1
name: Desk
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
address: https://crm.example.com/
"""
ROUND = """
entity: round
title: "{email}"
fields:
  email: {type: email, required: true}
  score: {type: rating, label: {en: Score, id: Nilai}}
  said: {type: text, label: {en: In your words, id: Pendapat Anda}}
  secret: text
process:
  states: {sent: {}, answered: {kind: done}}
  moves: {answer: {from: [sent], to: answered}}
"""
FORM = """
form: opinion
label: {en: How was it?, id: Bagaimana hasilnya?}
entity: round
fills: status = sent
fields: {score: {required: true}, said: }
"""
MESSAGE = """
message: asked
entity: round
subject: {en: How was it?, id: Bagaimana?}
body: {en: Please tell us., id: Mohon beri tahu kami.}
asks: opinion
"""
SEND = """
workflow: send
entity: round
when: created
do: [{email: {to: email, message: asked}}]
"""
TAKE = """
workflow: take
entity: round
when: {incoming: form.opinion}
do: [{move: answer}]
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, SETTINGS, ROUND, FORM, MESSAGE, SEND, TAKE)
    yield made
    made.crm.close()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


def link(world: World, number: int = 0) -> str:
    """The one in the mail, without the host."""
    with world.crm.store.session(write=False) as session:
        mails = sorted(session.effects.list(), key=lambda each: each.id)
    found = re.search(r"https://crm\.example\.com(/form/\S+?)\)", mails[number].payload["text"])
    assert found, mails[number].payload
    return found[1]


def send(client: Client, world: World, address: str, **answers: Any) -> httpx.Response:
    page = client.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    world.clock.advance(seconds=30)
    return client.post("/form/opinion", data={**hidden, **answers})


def test_the_mail_has_a_link_to_the_form(world: World) -> None:
    world.create("round", email="ani@example.com")
    with world.crm.store.session(write=False) as session:
        (mail,) = session.effects.list()
    assert "How was it? (https://crm.example.com/form/opinion?language=en&for=" in mail.payload["text"]
    assert '<a href="https://crm.example.com/form/opinion?language=en&amp;for=' in mail.payload["html"]


def test_what_people_send_is_put_into_the_record(client: Client, world: World) -> None:
    record = world.create("round", email="ani@example.com")
    answer = send(client, world, link(world), score="4", said="Quick")
    assert answer.status_code == 303
    (row,) = world.rows("round")
    assert (row["id"], row["score"], row["said"], row["status"]) == (record.id, 4, "Quick", "answered")


def test_the_language_can_be_changed_without_losing_the_record(client: Client, world: World) -> None:
    world.create("round", email="ani@example.com")
    page = client.get(link(world)).text
    (other,) = re.findall(r'<a href="(\?language=id[^"]*)"', page)
    assert "Nilai" in client.get("/form/opinion" + other.replace("&amp;", "&")).text


def test_a_record_that_is_filled_in_is_closed(client: Client, world: World) -> None:
    world.create("round", email="ani@example.com")
    send(client, world, link(world), score="4")
    assert "This form is closed" in client.get(link(world)).text


def test_a_late_sending_of_an_open_page_changes_nothing(client: Client, world: World) -> None:
    world.create("round", email="ani@example.com")
    page = client.get(link(world)).text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    send(client, world, link(world), score="4")
    late = client.post("/form/opinion", data={**hidden, "score": "1"})
    assert late.status_code == 410
    assert world.rows("round")[0]["score"] == 4


def test_nobody_gets_to_another_record(client: Client, world: World) -> None:
    world.create("round", email="ani@example.com")
    address = link(world)
    for each in ("/form/opinion", address[:-3], address.replace("opinion?", "opinion?for=x&")[:60]):
        assert "This form is closed" in client.get(each).text


def test_other_fields_cannot_be_filled_in(client: Client, world: World) -> None:
    world.create("round", email="ani@example.com")
    send(client, world, link(world), score="4", secret="known", email="x@example.com")
    (row,) = world.rows("round")
    assert (row["secret"], row["email"]) == (None, "ani@example.com")


def test_what_is_missing_is_told_and_the_link_stays(client: Client, world: World) -> None:
    world.create("round", email="ani@example.com")
    answer = send(client, world, link(world), said="Quick")
    assert answer.status_code == 422
    assert re.search(r'name="for" value="[^"]{20}', answer.text)


def test_nothing_is_made_where_the_record_is_gone(client: Client, world: World) -> None:
    record = world.create("round", email="ani@example.com")
    address = link(world)
    world.crm.records.delete(world.engine, "round", record.id, record.version)
    assert "This form is closed" in client.get(address).text
