"""Once a day all records are looked through: what is missing, refused today, there twice, or old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from relasi.errors import Forbidden
from relasi.records.quality import AT_ONCE, QualitySweep, found
from tests.records.world import World

ROLES = "roles: {head: {}, clerk: {}}"
CLIENT = """
entity: client
title: "{name}"
fields:
  name: {type: text, required: true}
  email: email
  phone: phone
refuse:
  nameless: {when: name = "?", message: Say who it is.}
duplicates:
  name: {like: {name: company}}
quality: {expected: [email, phone], stale_after: 100 days}
access:
  head: {read: all, create: true, update: all, delete: true}
  clerk: {read: all, create: true, update: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CLIENT)


def look(world: World) -> None:
    sweep = QualitySweep(world.crm.records)
    while sweep(world.clock.now):
        pass


def counts(world: World) -> dict[str, int]:
    seen = found(world.crm.records, world.actor("ani", "head"), "client", 10)
    return dict(seen.looks[0].counts)


def past_the_recipe(world: World, key: str, **values: object) -> None:
    with world.crm.records.work(world.engine) as work:
        work.transaction.put("client", {key: values})


def test_what_is_expected_and_empty_is_counted_by_field(world: World) -> None:
    world.create("client", name="Maju", email="a@x.com")
    world.create("client", name="Sinar")

    look(world)

    assert counts(world) == {"missing.email": 1, "missing.phone": 2}


def test_pairs_that_may_be_the_same_are_found_once(world: World) -> None:
    first, other = (world.create("client", name=name) for name in ("PT Maju Jaya", "Maju Jaya, CV"))

    look(world)

    seen = found(world.crm.records, world.actor("ani", "head"), "client", 10)
    assert [(each.record_id, each.other_id) for each in seen.twins] == [(first.id, other.id)]


@pytest.mark.parametrize(
    ("held", "why"), [({"email": "nobody"}, ("email", "not_an_email")), ({"name": "?"}, (None, "refused"))]
)
def test_records_that_would_not_be_saved_today_are_found_with_the_reason(
    world: World, held: dict[str, str], why: tuple[str | None, str]
) -> None:
    client = world.create("client", name="Maju")
    past_the_recipe(world, client.id, **held)

    look(world)

    (doubt,) = found(world.crm.records, world.actor("ani", "head"), "client", 10).invalid
    assert [tuple(each) for each in doubt.what] == [why]


def test_what_nobody_has_touched_for_long_is_counted(world: World) -> None:
    world.create("client", name="Maju")
    world.clock.advance(days=101)
    world.create("client", name="Sinar")

    look(world)

    assert counts(world)["stale"] == 1


def test_a_look_goes_on_where_it_broke_off_and_is_over_for_the_day(world: World) -> None:
    with world.crm.records.work(world.engine) as work:
        work.create_many("client", [{"name": f"Client {number:04}x"} for number in range(AT_ONCE + 1)])
    sweep = QualitySweep(world.crm.records)

    more = [sweep(world.clock.now) for _ in range(3)]

    assert more == [True, False, False]
    assert counts(world)["missing.email"] == AT_ONCE + 1


def test_figures_of_earlier_days_stay(world: World) -> None:
    client = world.create("client", name="Maju")
    look(world)
    world.clock.advance(days=1)
    world.crm.records.update(world.engine, "client", client.id, 1, {"email": "a@x.com"})
    look(world)

    seen = found(world.crm.records, world.actor("ani", "head"), "client", 10)

    told = [(each.day, each.counts.get("missing.email", 0)) for each in seen.looks]
    assert told == [(date(2026, 11, 22), 0), (date(2026, 11, 21), 1)]


def test_it_is_for_those_who_answer_for_all_records(world: World) -> None:
    with pytest.raises(Forbidden):
        found(world.crm.records, world.actor("budi", "clerk"), "client", 10)
