from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from relasi.errors import Invalid, Refused
from relasi.messages.incoming import KEPT, Received, is_from_friend, receive
from relasi.messages.signatures import signed_headers
from tests.messages.desk import DESK, SETTINGS, rule
from tests.records.world import NOW, World

Build = Callable[..., World]

HOOK = """
hook: post
label: {en: Post, id: Pos}
entity: letter
secret: {env: POST_KEY}
match: subject
set:
  subject: letter.title
  price: letter.prices.0
  guest: {at: letter.from, find: email}
  urgency: {value: low}
"""
SENT = {"letter": {"title": "Key", "prices": [12.34], "from": "budi@example.com"}}


@pytest.fixture
def world(build: Build) -> World:
    world = build(SETTINGS, *DESK, HOOK)
    world.create("guest", name="Budi", email="budi@example.com")
    return world


def send(world: World, content: Any = SENT, **headers: str) -> Received:  # Any: JSON
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return receive(world.crm.records, world.crm.model.hooks["post"], names, json.dumps(content).encode())


def test_what_is_sent_becomes_a_record(world: World) -> None:
    made = send(world)
    assert made.record_id
    values = world.values("letter", made.record_id)
    assert (values["subject"], str(values["price"]), values["urgency"]) == ("Key", "12.34", "low")
    assert values["guest"] == world.rows("guest")[0]["id"]


def test_the_audit_says_through_which_channel_it_came(world: World) -> None:
    made = send(world)
    assert made.record_id
    assert [each.source for each in world.changes("letter", made.record_id)] == ["hook"]


def test_a_record_that_is_known_again_is_changed(world: World) -> None:
    first = send(world)
    second = send(world, {"letter": {**SENT["letter"], "prices": [5]}})
    assert first.record_id == second.record_id
    assert [str(each["price"]) for each in world.rows("letter")] == ["5.00"]


def test_the_same_call_again_makes_nothing_new(world: World) -> None:
    first = send(world, webhook_id="k1")
    assert send(world, webhook_id="k1") == Received(first.record_id, again=True)
    assert len(world.changes("letter", first.record_id or "")) == 1


def test_a_key_that_belongs_to_another_call_is_refused(world: World) -> None:
    send(world, idempotency_key="k1")
    with pytest.raises(Refused, match="another call"):
        send(world, {"letter": {"title": "Other"}}, idempotency_key="k1")


def test_a_call_that_was_refused_may_be_sent_again_with_its_key(world: World) -> None:
    with pytest.raises(Invalid):
        send(world, {"letter": {"title": None}}, webhook_id="k1")
    assert not send(world, webhook_id="k1").again


def test_keys_are_forgotten_after_a_while(world: World) -> None:
    send(world, webhook_id="k1")
    world.clock.now += KEPT * 1.5
    send(world, webhook_id="k2")
    assert not send(world, webhook_id="k1").again


def test_what_does_not_fit_is_told_field_by_field(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        send(world, {"letter": {"from": "nobody@example.com"}})
    assert [(each.field, each.code) for each in caught.value.issues] == [("guest", "no_such_record")]


def test_a_link_that_several_records_fit_is_not_guessed(world: World) -> None:
    world.create("guest", name="Other", email="budi@example.com")
    with pytest.raises(Invalid) as caught:
        send(world)
    assert [each.code for each in caught.value.issues] == ["not_one_record"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(world: World, body: bytes) -> None:
    with pytest.raises(Refused, match="JSON"):
        receive(world.crm.records, world.crm.model.hooks["post"], {}, body)


@pytest.mark.parametrize("content", [1, None, [], {}, {"letter": []}, {"letter": {"prices": {"0": 1}}}])
def test_what_is_not_there_is_empty(world: World, content: Any) -> None:  # Any: JSON
    with pytest.raises(Invalid) as caught:
        send(world, content)
    assert {each.field for each in caught.value.issues} == {"subject"}


def test_a_rule_may_wait_for_what_comes_in(build: Build) -> None:
    world = build(SETTINGS, *DESK, HOOK, rule("set: {said: came}", when="{incoming: post}"))
    world.create("guest", name="Budi", email="budi@example.com")
    typed = world.create("letter", subject="Typed")
    sent = send(world).record_id or ""
    assert (typed.values["said"], world.values("letter", sent)["said"]) == (None, "came")


def test_only_whoever_knows_the_secret_is_heard(world: World) -> None:
    hook, body = world.crm.model.hooks["post"], b"{}"
    headers = signed_headers("k1", body, "open sesame", NOW)
    assert is_from_friend(hook, headers, body, secret="open sesame", now=NOW)
    assert not is_from_friend(hook, headers, body, secret="another", now=NOW)
    assert not is_from_friend(
        hook, {"authorization": "Bearer open sesame"}, body, secret="open sesame", now=NOW
    )


def test_a_token_is_the_secret_itself(build: Build) -> None:
    hook = build(SETTINGS, *DESK, HOOK + "check: token\n").crm.model.hooks["post"]
    assert is_from_friend(hook, {"authorization": "Bearer s"}, b"", secret="s", now=NOW)
    assert not is_from_friend(hook, {"authorization": "Bearer \u00e9"}, b"", secret="s", now=NOW)
    assert not is_from_friend(hook, {}, b"", secret="s", now=NOW)
