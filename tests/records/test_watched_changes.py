"""The database itself notes which records have become others, for a copy elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from relasi.schema.model import Watch
from tests.postgresql import DATABASES
from tests.records.world import World, compiled, deployed

CUSTOMER = """
entity: customer
fields:
  name: text
  orders: {type: rollup, of: order.customer, count: true}
"""
ORDER = "entity: order\nfields: {customer: {type: link, to: customer}}\n"


@pytest.fixture(params=DATABASES)
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    platform: tuple[str, ...] = ()
    if request.param == "postgresql":
        platform = (request.getfixturevalue("postgresql").platform(),)
    model = compiled(tmp_path, (*platform, CUSTOMER, ORDER))
    world = deployed(tmp_path, replace(model, platform=replace(model.platform, watch=Watch.CHANGES)))
    yield world
    world.crm.close()


def marks(world: World) -> dict[tuple[str, str], str]:
    with world.crm.store.session(write=False) as session:
        later = world.clock().replace(year=2100)
        return {(each.entity, each.record_id): each.mark for each in session.mirrors.unsent(later, 10)}


def test_every_way_in_which_a_record_changes_is_noted(world: World) -> None:
    customer = world.create("customer", name="Budi")
    first = marks(world)
    assert first.keys() == {("customer", customer.id)}

    order = world.create("order", customer=customer.id)
    derived = marks(world)
    assert derived.keys() == {("customer", customer.id), ("order", order.id)}
    assert derived["customer", customer.id] != first["customer", customer.id]

    world.crm.records.delete(world.engine, "order", order.id, 1)
    deleted = marks(world)
    assert deleted["order", order.id] != derived["order", order.id]


def test_what_was_not_committed_is_not_noted(world: World) -> None:
    with suppress(RuntimeError), world.crm.records.work(world.engine) as work:
        work.create("customer", {"name": "Budi"})
        raise RuntimeError

    assert marks(world) == {}
