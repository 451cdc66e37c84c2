"""Records that people follow, and colleagues who are named in a text: who hears of what, and who must not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.errors import Invalid
from relasi.records import Choosing, Record
from tests.records.world import World, make_world

SETTINGS = "crm: 1\nname: Desk\nlanguages: [en, id]\ncurrency: EUR\ntime_zone: Asia/Jakarta\n"
ROLES = """
roles:
  clerk: {}
  guest: {}
"""
DEAL = """
entity: deal
title: "{name}"
fields:
  name: {type: text, required: true}
  secret: text
  notes: {type: long_text, mentions: true}
  owner: user
  notes_left: {type: rollup, of: note.deal, count: true}
access:
  clerk: {read: all, create: true, update: all, delete: all}
  guest: {read: owner = user, hide: [secret]}
"""
NOTE = """
entity: note
title: "{said}"
fields:
  said: {type: text, required: true}
  deal: {type: link, to: deal, on_delete: cascade}
  at: {type: datetime, default: now}
timeline: {on: deal, at: at}
access:
  clerk: {read: all, create: true}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, SETTINGS, ROLES, DEAL, NOTE)
    yield made
    made.crm.close()


@pytest.fixture
def deal(world: World) -> Record:
    return world.create("deal", name="Pump")


def follow(world: World, name: str, record: Record, *roles: str) -> str:
    user = world.user(name, *roles)
    with world.crm.store.session() as session:
        session.follows.begin(user, (record.entity, record.id), world.clock.now)
    world.clock.advance(minutes=1)
    return user


def news(world: World, user: str) -> int:
    with world.crm.store.session(write=False) as session:
        return session.follows.news(user)


def change(world: World, who: str, record: Record, **values: object) -> None:
    version = world.values(record.entity, record.id)["version"]
    world.crm.records.update(world.actor(who, "clerk"), record.entity, record.id, version, values)


def told(world: World, user: str) -> list[tuple[str, str]]:
    with world.crm.store.session(write=False) as session:
        return [(each.title["en"], each.body.get("en", "")) for each in session.notifications.of(user)]


def test_whoever_follows_a_record_hears_of_a_change(world: World, deal: Record) -> None:
    ani = follow(world, "ani", deal, "clerk")
    change(world, "budi", deal, name="Filter")
    assert news(world, ani) == 1


def test_one_record_is_one_piece_of_news_however_often_it_changes(world: World, deal: Record) -> None:
    ani = follow(world, "ani", deal, "clerk")
    change(world, "budi", deal, name="Filter")
    change(world, "budi", deal, name="Hose")
    assert news(world, ani) == 1


def test_nobody_hears_of_what_they_did_themselves(world: World, deal: Record) -> None:
    ani = follow(world, "ani", deal, "clerk")
    change(world, "ani", deal, name="Filter")
    assert news(world, ani) == 0


def test_what_is_put_on_the_timeline_is_news(world: World, deal: Record) -> None:
    ani = follow(world, "ani", deal, "clerk")
    world.crm.records.create(world.actor("budi", "clerk"), "note", {"said": "They called", "deal": deal.id})
    assert news(world, ani) == 1


def test_a_change_of_what_somebody_may_not_see_is_no_news(world: World, deal: Record) -> None:
    gita = follow(world, "gita", deal, "guest")
    change(world, "budi", deal, owner=gita)
    with world.crm.store.session() as session:
        session.follows.see(gita, world.clock.now)
    world.clock.advance(minutes=1)
    change(world, "budi", deal, secret="They pay late")
    world.crm.records.create(world.actor("budi", "clerk"), "note", {"said": "They called", "deal": deal.id})
    assert news(world, gita) == 0


def test_a_record_that_somebody_may_not_read_any_more_has_no_news(world: World) -> None:
    gita = world.user("gita", "guest")
    deal = world.create("deal", name="Pump", owner=gita)
    follow(world, "gita", deal, "guest")
    change(world, "budi", deal, owner=None, name="Filter")
    assert news(world, gita) == 0


def test_what_was_read_is_no_news_until_the_next_change(world: World, deal: Record) -> None:
    ani = follow(world, "ani", deal, "clerk")
    change(world, "budi", deal, name="Filter")
    with world.crm.store.session() as session:
        session.follows.see(ani, world.clock.now, ("deal", deal.id))
    assert news(world, ani) == 0
    world.clock.advance(minutes=1)
    change(world, "budi", deal, name="Hose")
    assert news(world, ani) == 1


def test_a_record_that_is_gone_is_followed_by_nobody(world: World, deal: Record) -> None:
    ani = follow(world, "ani", deal, "clerk")
    change(world, "budi", deal, name="Filter")
    version = world.values("deal", deal.id)["version"]
    world.crm.records.delete(world.actor("budi", "clerk"), "deal", deal.id, version)
    with world.crm.store.session(write=False) as session:
        assert session.follows.of(ani) == []


def test_whoever_is_named_is_told_with_the_text(world: World, deal: Record) -> None:
    ani = world.user("ani", "clerk")
    change(world, "budi", deal, notes="Please call them, @ani.")
    assert told(world, ani) == [("Budi names you: Pump", "Please call them, @ani.")]


def test_whoever_was_named_before_is_not_told_again(world: World, deal: Record) -> None:
    ani = world.user("ani", "clerk")
    change(world, "budi", deal, notes="Please call them, @ani.")
    change(world, "budi", deal, notes="Please call them, @ani. It hurries.")
    assert len(told(world, ani)) == 1


def test_nobody_is_named_who_may_not_see_it(world: World, deal: Record) -> None:
    gita = world.user("gita", "guest")
    with pytest.raises(Invalid) as refused:
        change(world, "budi", deal, notes="What do you think, @gita?")
    assert [(each.field, each.code) for each in refused.value.issues] == [("notes", "mention_unseen")]
    assert told(world, gita) == []


def test_whoever_comes_to_see_it_by_the_same_change_may_be_named(world: World, deal: Record) -> None:
    gita = world.user("gita", "guest")
    change(world, "budi", deal, owner=gita, notes="Yours, @gita")
    assert len(told(world, gita)) == 1


def test_those_are_offered_who_see_what_is_written(world: World, deal: Record) -> None:
    for name, role in {"ani": "clerk", "anton": "guest", "andi": "clerk", "gani": "clerk"}.items():
        world.user(name, role)
    budi = world.actor("budi", "clerk")

    def offered(typed: str, field: str = "notes", **values: str) -> list[str]:
        found = world.crm.records.mentionable(budi, Choosing("deal", field, values), typed)
        return [name for name, _ in found]

    assert offered("an") == ["andi", "ani"]
    assert offered("AN", owner=world.user("anton", "guest")) == ["andi", "ani", "anton"]
    assert offered("an", id=deal.id) == ["andi", "ani"]
    assert offered("budi") == []
    assert offered("an", field="secret") == []


@pytest.mark.parametrize("text", ["write to ani@example.com", "meet @ seven", "ask @nobody"])
def test_what_names_nobody_is_text(world: World, deal: Record, text: str) -> None:
    ani = world.user("ani", "clerk")
    change(world, "budi", deal, notes=text)
    assert told(world, ani) == []


def test_whoever_names_themselves_is_not_told(world: World, deal: Record) -> None:
    change(world, "budi", deal, notes="I, @budi, was there")
    assert told(world, world.user("budi", "clerk")) == []
