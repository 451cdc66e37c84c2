"""`relasi merge` and `relasi part`: records that are one and the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Relasi
from tests.records.world import World, compiled, deployed

SHOP = """
entity: shop
title: "{name}"
fields: {number: {type: series, pattern: "S-{n}"}, name: text, city: text}
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = deployed(tmp_path, compiled(tmp_path, (SHOP,)))
    monkeypatch.chdir(tmp_path)
    world.create("shop", name="Sinar")
    world.create("shop", name="Sinar Jaya", city="Bandung")
    world.create("shop", name="PT Sinar")
    yield world
    world.crm.close()


def names(world: World) -> list[object]:
    return [each["name"] for each in world.rows("shop")]


def test_records_become_one_and_are_parted_again(relasi: Relasi, world: World) -> None:
    done = relasi("merge", "shop", "S-1", "S-2", "--yes", "--json").data
    (kept, _) = world.rows("shop")
    assert (names(world), kept["city"]) == (["Sinar", "PT Sinar"], "Bandung")
    assert (done["id"], len(done["merged"])) == (kept["id"], 1)
    back = relasi("part", "shop", "S-1", "--json").data
    assert back == {"entity": "shop", "id": done["merged"][0], "parted_from": kept["id"]}
    assert names(world) == ["Sinar", "Sinar Jaya", "PT Sinar"]


def test_nothing_is_merged_until_somebody_is_sure(relasi: Relasi, world: World) -> None:
    answer = relasi("merge", "shop", "S-1", "S-2")
    assert answer.code == 2
    assert "Sinar Jaya" in answer.out
    assert len(names(world)) == 3


def test_of_several_merges_one_is_named(relasi: Relasi, world: World) -> None:
    relasi("merge", "shop", "S-1", "S-2", "S-3", "--yes")
    asked = relasi("part", "shop", "S-1").err
    assert "Sinar Jaya" in asked
    number = next(line.split()[1].rstrip(":") for line in asked.splitlines() if line.endswith("UTC"))
    relasi("part", "shop", "S-1", "--merge", number)
    assert len(names(world)) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("merge", "shops", "S-1", "S-2", "--yes"), "Is shop meant?"),
        (("merge", "shop", "S-1", "S-9", "--yes"), "no shop with the id or number S-9"),
        (("part", "shop", "S-1"), "Nothing was merged into it."),
    ],
)
def test_what_is_not_there_is_told(relasi: Relasi, world: World, words: tuple[str, ...], says: str) -> None:
    assert says in relasi(*words).err
