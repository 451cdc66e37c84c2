"""The regions of Indonesia as records, and addresses whose parts narrow each other."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from relasi.errors import Invalid
from relasi.records import Choosing, ListRequest
from tests.importing.loading import load
from tests.importing.open_data import DATA, ROOT, needs_open_data
from tests.records.world import World, make_world

pytestmark = needs_open_data

MAP = Path(__file__).parents[1] / "imports" / "wilayah.yaml"
REGION = """
entity: region
title: "{name}"
fields:
  name: {type: text, required: true}
  code: {type: text, unique: true}
  postcode: text
  parent: tree
"""
SITE = """
entity: site
fields:
  name: text
  home: {type: address, regions: {entity: region, postcode: postcode}}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A CRM with the regions of Indonesia, imported level by level; of the villages those of one province."""
    folder = tmp_path_factory.mktemp("regions")
    made = make_world(folder, REGION, SITE)
    for level, rows in enumerate(levels(), 1):
        file = folder / f"level{level}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([("code", "name", "parent", "postcode"), *rows])
        load(made.crm, "region", file, MAP)
    yield made
    made.crm.close()


def levels() -> list[list[tuple[str, str, str, str]]]:
    """Code, name, code of the region above, postcode; provinces first."""
    folder = DATA / "06_indonesia"
    postcodes = dict(pairs(folder / "wilayah_kodepos.csv"))
    found: list[list[tuple[str, str, str, str]]] = [[], [], [], []]
    for code, name in pairs(folder / "wilayah.csv"):
        above = code.rpartition(".")[0]
        if code.count(".") < 3 or code.startswith("11."):
            found[code.count(".")].append((code, name, above, postcodes.get(code, "")))
    return found


def pairs(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        _, *rows = csv.reader(opened)
    return [(row[0], row[1]) for row in rows]


def region(world: World, code: str) -> dict[str, Any]:
    request = ListRequest("region", matching={"code": [code]})
    (found,) = world.crm.records.list(world.engine, request).records
    return dict(found.values)


def address(world: World, village: str) -> dict[str, Any]:
    """The parts of an address down to the village with this code."""
    codes = [".".join(village.split(".")[:length]) for length in range(1, 5)]
    parts = ("home_province", "home_city", "home_district", "home_village")
    return {part: region(world, code)["id"] for part, code in zip(parts, codes, strict=True)}


def test_every_region_arrives_at_its_level(world: World) -> None:
    facts = json.loads((ROOT / "FACTS.json").read_text(encoding="utf-8"))["wilayah"]
    rows = world.crm.records.list(world.engine, ListRequest("region", limit=100_000)).records
    parents = {row.id: row.values["parent"] for row in rows}

    def level(key: str) -> int:
        return 1 if parents[key] is None else 1 + level(parents[key])

    counts = Counter(level(row.id) for row in rows)
    assert counts == {1: facts["level1"], 2: facts["level2"], 3: facts["level3"], 4: len(levels()[3])}


def test_an_address_takes_its_postcode_from_the_village(world: World) -> None:
    made = world.create("site", **address(world, "11.01.01.2001"))
    assert made.values["home_postcode"] == "23773"


def test_a_city_of_another_province_is_refused(world: World) -> None:
    parts = {**address(world, "11.01.01.2001"), "home_province": region(world, "12")["id"]}
    with pytest.raises(Invalid) as caught:
        world.create("site", **parts)
    assert [(issue.field, issue.code) for issue in caught.value.issues] == [("home_city", "not_available")]


def test_the_picker_offers_provinces_and_then_what_lies_in_the_one_chosen(world: World) -> None:
    options = world.crm.records.options
    provinces = options(world.engine, "region", limit=100, chosen=Choosing("site", "home_province", {}))
    aceh = {"home_province": region(world, "11")["id"]}
    cities = options(world.engine, "region", limit=100, chosen=Choosing("site", "home_city", aceh))
    assert (len(provinces), len(cities)) == (38, 23)
