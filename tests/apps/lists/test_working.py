"""People who work through the same list get in nobody's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.apps.lists.working import HELD, Queue
from relasi.apps.visitor import Visitor, visitor_of
from relasi.records import ListRequest
from relasi.schema.model import Sort
from tests.records.world import World, make_world

CALL = """
entity: call
fields: {name: text}
access: {agent: {read: 'name != "secret"', update: all, delete: all}}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path, "roles: {agent: {}}", CALL)
    for name in ("a", "b", "c", "d", "secret"):
        world.create("call", name=name)
    return world


def visitor(world: World, name: str) -> Visitor:
    world.actor(name, "agent")
    with world.crm.store.session(write=False) as session:
        user = session.users.by_name(name)
    assert user is not None
    return visitor_of(world.crm, user)


def queue(someone: Visitor, first: str = "") -> Queue:
    return Queue.of(someone, ListRequest("call", sort=(Sort("name"),)), first)


def called(someone: Visitor, queue: Queue) -> str | None:
    record = queue.arrive(someone)
    return record.values["name"] if record else None


def test_one_goes_through_a_list_in_its_order_and_back(world: World) -> None:
    ana = visitor(world, "ana")
    mine = queue(ana)
    found = []
    while (name := called(ana, mine)) is not None:
        found.append(name)
        mine.turn(ana, 1)
    assert found == ["a", "b", "c", "d"]
    mine.turn(ana, -1)
    assert called(ana, mine) == "d"


def test_two_people_never_have_the_same_record(world: World) -> None:
    ana, ben = visitor(world, "ana"), visitor(world, "ben")
    hers, his = queue(ana), queue(ben)
    assert (called(ana, hers), called(ben, his)) == ("a", "b")
    hers.turn(ana, 1)
    assert called(ana, hers) == "c"
    his.turn(ben, -1)
    assert called(ben, his) == "a"
    hers.turn(ana, -1)
    assert called(ana, hers) == "b"


def test_before_the_first_is_the_first_that_is_free(world: World) -> None:
    ana, ben = visitor(world, "ana"), visitor(world, "ben")
    assert called(ana, queue(ana)) == "a"
    his = queue(ben)
    assert called(ben, his) == "b"
    his.turn(ben, -1)
    assert called(ben, his) == "b"


def test_what_is_put_off_comes_at_the_end(world: World) -> None:
    ana = visitor(world, "ana")
    mine = queue(ana)
    mine.put_off(ana)
    found = []
    while (name := called(ana, mine)) is not None:
        found.append(name)
        mine.turn(ana, 1)
    assert found == ["b", "c", "d", "a"]


def test_a_record_is_free_again_when_nobody_is_heard_of_any_more(world: World) -> None:
    ana, ben = visitor(world, "ana"), visitor(world, "ben")
    assert called(ana, queue(ana)) == "a"
    world.clock.now += HELD
    assert called(ben, queue(ben)) == "a"
    assert called(ana, queue(ana)) == "b"


def test_what_is_gone_is_passed_over(world: World) -> None:
    ana = visitor(world, "ana")
    mine = queue(ana)
    first = world.rows("call")[0]
    world.crm.records.delete(world.engine, "call", first["id"], first["version"])
    assert called(ana, mine) == "b"


def test_one_comes_back_to_the_record_that_the_address_names(world: World) -> None:
    ana = visitor(world, "ana")
    third = world.rows("call")[2]
    assert called(ana, queue(ana, third["id"])) == "c"
    assert called(ana, queue(ana, "elsewhere")) == "a"


def test_nobody_waits_for_what_others_have(world: World) -> None:
    ana = visitor(world, "ana")
    for name in ("ben", "cid", "dan", "eve"):
        other = visitor(world, name)
        assert called(other, queue(other)) is not None
    mine = queue(ana)
    assert called(ana, mine) is None
    assert mine.is_over
