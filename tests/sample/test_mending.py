"""A sample of a project that refuses much: nothing in it says how to make a record that is taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.sample.generator import make_sample
from tests.builders import field_type
from tests.records.world import NOW, World, compiled, opened

FLAT = """
entity: flat
fields:
  name: {type: text, required: true}
  city: {type: choice, options: [solo, bogor], required: true}
  quarter: {type: choice, options: {laweyan: {when: city = solo}, sempur: {when: city = bogor}}}
  furnished: boolean
  furniture: {type: text, required_when: furnished}
"""
LEASE = """
entity: lease
fields:
  city: {type: choice, options: [solo, bogor], required: true}
  flat: {type: link, to: flat, where: city = record.city, required: true}
  begins: {type: date, required: true}
  leaves: date
  rent: {type: number, required: true}
  deposit: number
refuse:
  short: {when: leaves < begins + 5 days, message: Five days at least., field: leaves}
  dear: {when: deposit > rent, message: A rent at most.}
"""
COUNT = 40


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("leases")
    (root / "config").mkdir()
    wanted = f"sample:\n  records:\n    flat: {{count: {COUNT}}}\n    lease: {{count: {COUNT}}}\n"
    (root / "config/sample_data.yaml").write_text(wanted, encoding="utf-8")
    world = opened(root, compiled(root, (FLAT, LEASE)))
    model, database = world.crm.model, world.crm.database
    apply(make_plan(model, database, now=NOW), model, database, Stamp("first", NOW))
    make_sample(world.crm.records, [], {})
    yield world
    world.crm.close()


def test_every_record_that_was_asked_for_is_made(world: World) -> None:
    assert (len(world.rows("flat")), len(world.rows("lease"))) == (COUNT, COUNT)


def test_a_link_leads_where_the_record_may_link_to(world: World) -> None:
    cities = {row["id"]: row["city"] for row in world.rows("flat")}
    assert all(cities[row["flat"]] == row["city"] for row in world.rows("lease"))


def test_an_option_suits_the_rest_of_its_record(world: World) -> None:
    found = {(row["city"], row["quarter"]) for row in world.rows("flat") if row["quarter"]}
    assert found == {("solo", "laweyan"), ("bogor", "sempur")}


def test_what_a_condition_demands_is_filled(world: World) -> None:
    furnished = [row for row in world.rows("flat") if row["furnished"]]
    assert furnished
    assert all(row["furniture"] for row in furnished)


def test_fields_that_may_be_empty_are_mostly_filled_all_the_same(world: World) -> None:
    assert sum(row["quarter"] is not None for row in world.rows("flat")) > COUNT / 2


@pytest.mark.parametrize("name", ["email", "phone", "url"])
def test_the_example_of_a_type_is_a_value_of_it(name: str) -> None:
    made = field_type(name)
    value = made.example(7)
    assert value is not None
    assert made.accept(value) == value
