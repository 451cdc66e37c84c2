"""Changes of definitions that only YAML can say: rules of an entity, and values that are made of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relasi.deploy import Stamp, apply, make_undo
from relasi.deploy.changes import Derive, Forbid
from relasi.platform.sql.database import Database
from relasi.schema.model import Model
from tests.builders import NOW
from tests.deploy.steps import changes, deploy, fill, held_rows
from tests.schema.compiler.examples import model_of


class Rooms:
    """A project with one entity, whose definition changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def __call__(self, fields: str, more: str = "") -> Model:
        self._number += 1
        root = self._folder / str(self._number)
        root.mkdir()
        access = "access: {agent: {read: all}}"
        return model_of(root, f"# schema/room.yaml\nentity: room\nfields: {{{fields}}}\n{more}\n{access}\n")


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return Rooms(tmp_path)


def values(of: Model, database: Database, field: str) -> list[Any]:  # Any: field values
    return [row[field] for row in held_rows(of, database, "room").values()]


SIZES = "name: text, beds: number, price: decimal"


def test_records_that_break_a_new_rule_are_named_and_stay(rooms: Rooms, database: Database) -> None:
    before = rooms(SIZES)
    deploy(before, database)
    fill(before, database, "room", {"name": "a", "beds": 0}, {"name": "b", "beds": 2})
    after = rooms(SIZES, 'refuse: {some_beds: {when: beds <= 0, message: "There must be beds."}}')
    (forbid,) = changes(after, database)
    assert isinstance(forbid, Forbid)
    assert (forbid.rule, [each.title for each in forbid.offenders]) == ("some_beds", ["a"])
    deploy(after, database, 2)
    assert changes(after, database) == ()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ("name: text, beds: {type: number, required_when: price > 5}, price: decimal", "beds.required_when"),
        (
            "name: text, beds: {type: number, required_when: 5 < 9, visible_when: price < 5}, price: decimal",
            None,
        ),
        ("name: text, beds: number, price: {type: decimal, required_when: beds = 1}", None),
    ],
)
def test_records_that_lack_what_a_condition_newly_demands_are_named(
    rooms: Rooms, database: Database, fields: str, rule: str | None
) -> None:
    before = rooms(SIZES)
    deploy(before, database)
    fill(before, database, "room", {"name": "a", "beds": 1, "price": 9}, {"name": "b", "price": 9})
    found = [(each.rule, each.rows) for each in changes(rooms(fields), database) if isinstance(each, Forbid)]
    assert found == ([(rule, 1)] if rule else [])


@pytest.mark.parametrize("type_", ["choice", "multi_choice"])
def test_records_with_an_option_that_a_condition_newly_closes_are_named(
    rooms: Rooms, database: Database, type_: str
) -> None:
    before = rooms(f"name: text, kind: {{type: {type_}, options: [low, high]}}")
    deploy(before, database)
    chosen = "high" if type_ == "choice" else ("low", "high")
    fill(before, database, "room", {"name": "a", "kind": chosen}, {"name": "b", "kind": chosen})
    after = rooms(f"name: text, kind: {{type: {type_}, options: {{low: , high: {{when: name = 'b'}}}}}}")
    (forbid,) = changes(after, database)
    assert isinstance(forbid, Forbid)
    assert (forbid.rule, [each.title for each in forbid.offenders]) == ("kind.options.high", ["a"])
    deploy(after, database, 2)
    assert changes(after, database) == ()


def test_other_rates_make_the_values_in_the_own_currency_anew(tmp_path: Path, database: Database) -> None:
    def priced(folder: str, rate: int) -> Model:
        settings = f"crm: 1\nname: A\nlanguages: [en]\ncurrency: IDR\nrates: {{USD: {rate}}}\n"
        (tmp_path / folder).mkdir()
        price = "price: {type: money, currencies: [IDR, USD]}"
        room = f"entity: room\nfields: {{{price}}}\naccess: {{agent: {{read: all}}}}"
        return model_of(tmp_path / folder, f"# config/crm.yaml\n{settings}\n# schema/room.yaml\n{room}\n")

    before = priced("before", 15000)
    deploy(before, database)
    fill(before, database, "room", {"price": 2, "price_currency": "usd", "price_base": 30000}, {"price": 7})
    after = priced("after", 16000)
    assert changes(after, database) == (Derive("room", "price_base", "money", 2),)
    deploy(after, database, 2)
    assert values(after, database, "price_base") == [32000, None]


def test_a_rule_reads_records_as_they_will_be(rooms: Rooms, database: Database) -> None:
    before = rooms("name: text, beds: text")
    deploy(before, database)
    fill(before, database, "room", {"name": "a", "beds": "0"}, {"name": "b", "beds": "2"})
    rule = 'refuse: {some_beds: {when: places <= 0, message: "There must be beds."}}'
    after = rooms("name: text, places: {type: number, was: beds}", rule)
    assert [len(each.offenders) for each in changes(after, database) if isinstance(each, Forbid)] == [1]


def test_a_new_formula_is_made_for_records_that_are_there(rooms: Rooms, database: Database) -> None:
    before = rooms(SIZES)
    deploy(before, database)
    fill(before, database, "room", {"beds": 2}, {"beds": 3})
    after = rooms(f"{SIZES}, double: {{type: formula, value: beds * 2}}")
    deploy(after, database, 2)
    assert values(after, database, "double") == [4, 6]
    assert changes(after, database) == ()


def test_a_formula_that_changes_is_made_anew(rooms: Rooms, database: Database) -> None:
    before = rooms(f"{SIZES}, more: {{type: formula, value: beds * 2}}")
    deploy(before, database)
    fill(before, database, "room", {"beds": 2, "more": 4})
    after = rooms(f"{SIZES}, more: {{type: formula, value: beds * 3}}")
    (derive,) = changes(after, database)
    assert isinstance(derive, Derive)
    deploy(after, database, 2)
    assert values(after, database, "more") == [6]


def test_a_formula_follows_values_that_the_same_apply_rewrites(rooms: Rooms, database: Database) -> None:
    before = rooms('name: text, beds: text, whole: {type: formula, value: "{name} {beds}"}')
    deploy(before, database)
    fill(before, database, "room", {"name": "a", "beds": "02", "whole": "a 02"})
    after = rooms('name: text, beds: number, whole: {type: formula, value: "{name} {beds}"}')
    deploy(after, database, 2)
    assert values(after, database, "whole") == ["a 2"]


def test_values_that_people_entered_come_back_when_a_formula_is_taken_back(
    rooms: Rooms, database: Database
) -> None:
    before = rooms(f"{SIZES}, more: number")
    deploy(before, database)
    fill(before, database, "room", {"beds": 2, "more": 9})
    after = rooms(f"{SIZES}, more: {{type: formula, value: beds * 2}}")
    deploy(after, database, 2)
    assert values(after, database, "more") == [4]
    apply(make_undo(after, database, now=NOW), after, database, Stamp("u1", NOW))
    assert values(before, database, "more") == [9]


def test_after_an_undo_the_next_apply_makes_derived_values_anew(rooms: Rooms, database: Database) -> None:
    before = rooms(f"{SIZES}, more: {{type: formula, value: beds * 2}}")
    deploy(before, database)
    fill(before, database, "room", {"beds": 2, "more": 4})
    after = rooms(f"{SIZES}, more: {{type: formula, value: beds * 3}}")
    deploy(after, database, 2)
    apply(make_undo(after, database, now=NOW), after, database, Stamp("u1", NOW))
    deploy(before, database, 3)
    assert values(before, database, "more") == [4]
