from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from relasi.apps.lists.bulk import Action, Deed, Job, asked_for, movable, settable
from relasi.apps.visitor import Visitor, visitor_of
from tests.records.world import World, make_world


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


def letters(world: World, *subjects: str) -> list[str]:
    return [world.create("letter", subject=subject, urgency="low").id for subject in subjects]


def urgencies(world: World) -> list[str]:
    return [row["urgency"] for row in world.rows("letter")]


def done(job: Job | None, visitor: Visitor) -> Job:
    assert job is not None
    while job.waiting:
        job.step(visitor, most=2)
    return job


def test_each_record_is_changed_by_itself_and_what_fails_says_why(world: World, visitor: Visitor) -> None:
    keys = letters(world, "A", "B", "C")
    world.crm.records.delete(world.engine, "letter", keys[1], 1)
    job = done(Job("letter", Action(Deed.SET, {"urgency": "high"}), keys), visitor)
    assert urgencies(world) == ["high", "high"]
    assert (job.done, [each.id for each in job.failures]) == (2, [keys[1]])


def test_a_reason_names_the_field_as_people_call_it(world: World, visitor: Visitor) -> None:
    job = done(Job("letter", Action(Deed.SET, {"subject": None}), letters(world, "A")), visitor)
    (failure,) = job.failures
    assert failure.title == "A"
    assert failure.reason.startswith("Subject: ")


def test_what_was_not_reached_when_it_was_stopped_stays_as_it_is(world: World, visitor: Visitor) -> None:
    job = Job("letter", Action(Deed.SET, {"urgency": "high"}), letters(world, "A", "B", "C"))
    job.step(visitor, most=1)
    job.stop()
    done(job, visitor)
    assert urgencies(world) == ["high", "low", "low"]
    assert (job.count, job.done, job.stopped) == (3, 1, 2)


def test_an_undo_puts_back_what_nobody_has_changed_since(world: World, visitor: Visitor) -> None:
    keys = letters(world, "A", "B")
    job = done(Job("letter", Action(Deed.SET, {"urgency": "high"}), keys), visitor)
    world.crm.records.update(world.engine, "letter", keys[0], 2, {"pages": 7})
    undone = done(job.undo(), visitor)
    assert urgencies(world) == ["high", "low"]
    assert (undone.done, [each.title for each in undone.failures]) == (1, ["A"])
    assert undone.undo() is None


def test_what_was_so_before_is_not_undone(world: World, visitor: Visitor) -> None:
    job = done(Job("letter", Action(Deed.SET, {"urgency": "low"}), letters(world, "A")), visitor)
    assert (job.done, job.undo()) == (1, None)


def test_records_are_moved_with_what_the_move_needs(world: World, visitor: Visitor) -> None:
    keys = letters(world, "A")
    refused = done(Job("letter", Action(Deed.MOVE, move="finish"), list(keys)), visitor)
    assert refused.failures
    moved = done(Job("letter", Action(Deed.MOVE, {"amount": 5}, "finish"), keys), visitor)
    assert world.values("letter", keys[0])["state"] == "done"
    assert moved.undo() is None


def test_what_a_record_has_already_stays_unless_the_move_asks_anew(world: World, visitor: Visitor) -> None:
    keys = [world.create("letter", subject="A", amount=3, pages=1).id]
    done(Job("letter", Action(Deed.MOVE, {"amount": 5}, "finish"), list(keys)), visitor)
    done(Job("letter", Action(Deed.MOVE, {"pages": 7}, "recount", frozenset({"pages"})), list(keys)), visitor)
    assert (world.values("letter", keys[0])["amount"], world.values("letter", keys[0])["pages"]) == (3, 7)


def test_moves_are_offered_that_some_of_the_records_can_make(world: World, visitor: Visitor) -> None:
    entity, keys = visitor.entity("letter"), letters(world, "A", "B")
    assert movable(visitor, entity, keys) == {"finish": 2}
    done(Job("letter", Action(Deed.MOVE, {"amount": 5}, "finish"), keys[:1]), visitor)
    assert movable(visitor, entity, keys) == {"finish": 1, "recount": 1}


def test_what_some_of_the_records_lack_is_asked_for_once(world: World, visitor: Visitor) -> None:
    entity, keys = visitor.entity("letter"), letters(world, "A")
    full = world.create("letter", subject="B", amount=3).id
    assert entity.process is not None
    finish, recount = entity.process.moves
    assert asked_for(visitor, entity, [*keys, full], finish) == (["amount"], {})
    assert asked_for(visitor, entity, [full], finish) == ([], {})
    assert asked_for(visitor, entity, [full], recount) == (["pages"], {})


def test_records_are_deleted(world: World, visitor: Visitor) -> None:
    assert done(Job("letter", Action(Deed.DELETE), letters(world, "A", "B")), visitor).done == 2
    assert world.rows("letter") == []


def test_fields_are_offered_that_can_be_the_same_on_all(world: World, visitor: Visitor) -> None:
    names = settable(visitor, visitor.entity("letter"), letters(world, "A"))
    assert {"urgency", "folder", "owner"} <= set(names)
    assert not {"state", "number", "scans", "secret", "created_at"} & set(names)


HIDING = """
entity: note
title: "{name}"
fields: {name: text, owner: user, price: number}
access:
  clerk: {read: owner = user, update: own, hide: [price]}
"""


def test_a_report_tells_nothing_of_records_that_may_not_be_read(tmp_path: Path) -> None:
    world = make_world(tmp_path, HIDING, "roles: {clerk: {}}")
    key = world.user("ani", "clerk")
    with world.crm.store.session(write=False) as session:
        ani = session.users.get(key)
    assert ani is not None
    visitor = visitor_of(world.crm, ani)
    strange = world.create("note", name="Secret", owner=world.user("budi")).id
    job = done(Job("note", Action(Deed.SET, {"name": "x"}), [strange, "never-was"]), visitor)
    assert len({(each.title, each.reason) for each in job.failures}) == 1
    own = world.create("note", name="Mine", owner=key).id
    hidden, unknown = (
        done(Job("note", Action(Deed.SET, {name: 3}), [own]), visitor).failures[0].reason
        for name in ("price", "nonsense")
    )
    assert hidden == unknown.replace("nonsense", "price")
    world.crm.close()
