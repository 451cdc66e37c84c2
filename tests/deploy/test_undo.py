"""`relasi undo`: the last apply is taken back, structure and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from relasi.deploy import Stamp, apply, make_undo
from relasi.deploy.changes import Change, RemoveTable
from relasi.deploy.plan import Plan, PlanBlocked
from relasi.errors import PlanRefused
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.model import Model
from relasi.store import Store
from tests.builders import NOW, Written, entity, model, row
from tests.deploy.steps import changes, deploy, fill, held_rows, planned
from tests.postgresql import ON_BOTH

pytestmark = ON_BOTH

Fields = Mapping[str, Written]
SOON = NOW + timedelta(days=1)


def note(fields: Fields, **rest: Any) -> Model:  # Any: as for `entity`
    return model(entity("note", fields, **rest), fingerprint=str((fields, rest)))


def undo(current: Model, database: Database, key: str = "u1") -> Plan:
    plan = make_undo(current, database, now=SOON)
    apply(plan, current, database, Stamp(key, SOON))
    return plan


def write(of: Model, database: Database, key: str, **values: Any) -> None:  # Any: field values
    """Changes a record, or adds it."""
    with SqlPlatform(database, of).transaction() as transaction:
        if key in transaction.get("note", [key]):
            transaction.update("note", key, 1, values)
        else:
            transaction.insert("note", [row(of, "note", key, **values)])


def kinds(changed: tuple[Change, ...]) -> list[str]:
    return [each.kind for each in changed]


TEXT = note({"size": "text"})
NUMBER = note({"size": {"type": "number", "unconvertible": "empty"}})


def test_values_are_exactly_what_they_were(database: Database) -> None:
    deploy(TEXT, database)
    fill(TEXT, database, "note", {"size": "007"}, {"size": "many"}, {})
    before = held_rows(TEXT, database, "note")
    deploy(NUMBER, database, 2)
    undo(NUMBER, database)
    assert held_rows(TEXT, database, "note") == before
    assert changes(TEXT, database) == ()


def test_values_that_looked_the_same_in_the_new_type_come_back_as_they_were(database: Database) -> None:
    level: Written = {"type": "choice", "options": {"x": "Extra"}}
    before, after = note({"level": "text"}), note({"level": level})
    deploy(before, database)
    fill(before, database, "note", {"level": "x"})
    deploy(after, database, 2)
    undo(after, database)
    assert held_rows(before, database, "note")["1"]["level"] == "x"


def test_what_people_changed_since_is_kept_in_the_old_type(database: Database) -> None:
    deploy(TEXT, database)
    fill(TEXT, database, "note", {"size": "007"}, {"size": "many"})
    deploy(NUMBER, database, 2)
    write(NUMBER, database, "1", size=8)
    write(NUMBER, database, "3", size=9)
    undo(NUMBER, database)
    assert [each["size"] for each in held_rows(TEXT, database, "note").values()] == ["8", "many", "9"]


def test_what_people_entered_since_and_does_not_fit_blocks_the_undo(database: Database) -> None:
    before, after = note({"size": "number"}), note({"size": "text"})
    deploy(before, database)
    fill(before, database, "note", {"size": 7})
    deploy(after, database, 2)
    write(after, database, "1", size="seven")
    plan = make_undo(after, database, now=SOON)
    assert [[each.value for each in blocked.offenders] for blocked in plan.blocked] == [["seven"]]
    with pytest.raises(PlanBlocked):
        apply(plan, after, database, Stamp("u1", SOON))


def test_states_go_back_to_those_that_were_taken_away(database: Database) -> None:
    levels: Written = {"type": "choice", "options": ["low", "high", "urgent"]}
    fewer: Written = {"type": "choice", "options": ["low", "high"], "move_records": {"urgent": "high"}}
    before, after = note({"level": levels}), note({"level": fewer})
    deploy(before, database)
    fill(before, database, "note", {"level": "urgent"}, {"level": "high"}, {"level": "urgent"})
    deploy(after, database, 2)
    write(after, database, "3", level="low")
    undo(after, database)
    assert [each["level"] for each in held_rows(before, database, "note").values()] == [
        "urgent",
        "high",
        "low",
    ]


def test_a_new_table_goes_to_the_trash_and_says_with_how_many_records(database: Database) -> None:
    before = model(entity("note", {"size": "text"}))
    both = model(entity("note", {"size": "text"}), entity("person", {"name": "text"}), fingerprint="2")
    deploy(before, database)
    deploy(both, database, 2)
    fill(both, database, "person", {"name": "a"})
    assert make_undo(both, database, now=SOON).changes == (RemoveTable("person", 1, "2026-12-22"),)


def test_an_apply_after_an_undo_does_it_again_with_what_came_since(database: Database) -> None:
    before = model(entity("note", {"size": "text"}))
    both = model(entity("note", {"size": "text"}), entity("person", {"name": "text"}), fingerprint="2")
    deploy(before, database)
    deploy(both, database, 2)
    fill(both, database, "person", {"name": "a"})
    undo(both, database)
    assert changes(before, database) == ()
    deploy(both, database, 3)
    assert held_rows(both, database, "person")["1"]["name"] == "a"


def test_a_field_that_was_filled_for_everybody_is_taken_back(database: Database) -> None:
    before = note({"size": "number"})
    after = note({"size": {"type": "number", "required": True, "existing_rows": 1}})
    deploy(before, database)
    fill(before, database, "note", {"size": 1}, {})
    deploy(after, database, 2)
    undo(after, database)
    assert [each["size"] for each in held_rows(before, database, "note").values()] == [1, None]


def test_one_apply_after_the_other_is_taken_back(database: Database) -> None:
    first, second = note({"a": "text"}), note({"b": {"type": "text", "was": "a"}})
    third = note({"b": {"type": "number", "was": "a"}})
    deploy(first, database)
    fill(first, database, "note", {"a": "7"})
    deploy(second, database, 2)
    deploy(third, database, 3)
    assert kinds(undo(third, database).changes) == ["rewrite"]
    assert kinds(undo(third, database, "u2").changes) == ["rename_column"]
    assert held_rows(first, database, "note")["1"]["a"] == "7"


def test_a_name_that_two_fields_had_brings_the_values_of_both_back(database: Database) -> None:
    number: Written = {"type": "number", "unconvertible": "empty"}
    first = note({"b": "text", "d": "text"})
    renamed = note({"d": {"type": "number", "unconvertible": "empty", "was": "b"}})
    deploy(first, database)
    fill(first, database, "note", {"b": "one", "d": "two"})
    before = held_rows(first, database, "note")
    for step, each in enumerate((note({"b": number, "d": number}), note({"b": number}), renamed), start=2):
        deploy(each, database, step)
    for step in range(3):
        undo(renamed, database, f"u{step}")
    assert held_rows(first, database, "note") == before


def test_an_apply_that_changed_nothing_is_passed_over(database: Database) -> None:
    first = note({"a": "text"})
    second = note({"a": "text", "b": "text"})
    deploy(first, database)
    deploy(second, database, 2)
    deploy(second, database, 3)
    assert kinds(make_undo(second, database, now=SOON).changes) == ["remove_column"]


def test_derived_values_are_made_again_by_the_next_apply(database: Database) -> None:
    deploy(TEXT, database)
    deploy(NUMBER, database, 2)
    undo(NUMBER, database)
    with Store(database).session(write=False) as session:
        latest = session.deployments.latest()
    assert latest is not None
    assert latest.undoes == "d2"
    assert latest.definition["entities"]["note"]["fields"]["size"]["type"] == "text"


def test_there_is_nothing_to_take_back_in_a_fresh_database(database: Database) -> None:
    with pytest.raises(PlanRefused) as caught:
        make_undo(TEXT, database, now=SOON)
    assert caught.value.code == "nothing_to_undo"


def test_after_its_time_an_apply_stays(database: Database) -> None:
    deploy(TEXT, database)
    with pytest.raises(PlanRefused) as caught:
        make_undo(TEXT, database, now=NOW + timedelta(days=30))
    assert caught.value.text().startswith("The last apply was made on 2026-11-21")


def test_a_structure_that_somebody_else_has_changed_is_left_alone(database: Database) -> None:
    deploy(TEXT, database)
    with database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE note DROP COLUMN size")
    with pytest.raises(PlanRefused) as caught:
        make_undo(TEXT, database, now=SOON)
    assert caught.value.code == "structure_changed"


def test_an_undo_is_stale_once_another_apply_has_been_made(database: Database) -> None:
    deploy(TEXT, database)
    plan = make_undo(TEXT, database, now=SOON)
    deploy(NUMBER, database, 2)
    with pytest.raises(PlanRefused) as caught:
        apply(plan, NUMBER, database, Stamp("u1", SOON))
    assert caught.value.code == "stale_plan"


def test_an_undo_does_not_ask_for_values_that_only_the_new_definition_demands(database: Database) -> None:
    before = note({"a": {"type": "text", "required": True}, "b": "text"})
    after = note({"b": "text"})
    deploy(before, database)
    fill(before, database, "note", {"a": "x"})
    deploy(after, database, 2)
    write(after, database, "2", b="y")
    undo(after, database)
    assert [each["a"] for each in held_rows(before, database, "note").values()] == ["x", None]
    assert planned(before, database).changes == ()
