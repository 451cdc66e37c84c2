"""Several addresses in one field: with `unique`, no two records share any of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.errors import Invalid
from tests.records.world import World

FIRM = """
entity: firm
fields:
  name: text
  mails: {type: emails, unique: true}
  pages: {type: urls, unique: true, max: 50}
"""
Build = Callable[..., World]


@pytest.fixture
def world(build: Build) -> World:
    made = build(FIRM)
    made.create("firm", name="A", mails=["a@x.com", "info@x.com"])
    return made


def issues(world: World, **values: object) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        world.create("firm", **values)
    return [(each.field, each.code) for each in caught.value.issues]


@pytest.mark.parametrize("mails", [["info@x.com"], ["b@x.com", "a@x.com"], ["a@x.com", "info@x.com"]])
def test_an_address_that_another_record_has_is_refused(world: World, mails: list[str]) -> None:
    assert issues(world, mails=mails) == [("mails", "duplicate")]


def test_a_part_of_an_address_is_not_the_address(world: World) -> None:
    world.create("firm", mails=["o@x.com", "nfo@x.com", "info@x.com.id"])


def test_a_record_keeps_its_own(world: World) -> None:
    (row,) = world.rows("firm")
    values = {"mails": ["info@x.com", "new@x.com"]}
    changed = world.crm.records.update(world.engine, "firm", row["id"], row["version"], values)
    assert changed.values["mails"] == "info@x.com\nnew@x.com"


def test_of_one_batch_only_the_first_gets_an_address(world: World) -> None:
    with world.crm.records.work(world.engine) as work:
        results = work.create_many("firm", [{"mails": [f"{n}@x.com", "c@x.com"]} for n in "pq"])
    assert [[issue.code for issue in result.issues] for result in results] == [[], ["duplicate"]]


def test_many_values_are_looked_for_at_once(world: World) -> None:
    long = "https://x.com/" + "a" * 80
    world.create("firm", pages=[f"https://x.com/{n}" for n in range(30)] + [long])
    assert issues(world, pages=[f"https://y.com/{n}" for n in range(30)] + [long]) == [("pages", "duplicate")]
    world.create("firm", pages=[long + "b", 'https://x.com/"\\"'])
