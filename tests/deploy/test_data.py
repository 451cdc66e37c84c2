"""What an apply does with the records that are there: names, types, values, and the trash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.deploy.changes import EmptyTrash, Retire
from relasi.errors import DuplicateValue
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.model import Entity, Model
from relasi.store import Store
from relasi.store.audit import Change
from tests.builders import NOW, Written, entity, model
from tests.deploy.steps import changes, deploy, fill, held_rows, planned
from tests.postgresql import ON_BOTH

pytestmark = ON_BOTH

Fields = Mapping[str, Written]


def note(fields: Fields, **rest: Any) -> Model:  # Any: as for `entity`
    return model(entity("note", fields, **rest), fingerprint=str((fields, rest)))


def values(of: Model, database: Database, field: str) -> list[Any]:  # Any: values of the field
    return [row[field] for row in held_rows(of, database, "note").values()]


def started(before: Model, database: Database, *rows: dict[str, Any]) -> None:  # Any: field values
    deploy(before, database)
    fill(before, database, "note", *rows)


def test_a_renamed_field_keeps_its_values_and_its_unique_index(database: Database) -> None:
    unique = {"type": "text", "unique": True}
    started(note({"title": unique}), database, {"title": "a"}, {"title": "b"})
    after = note({"subject": {**unique, "was": "title"}})
    deploy(after, database, 2)
    assert values(after, database, "subject") == ["a", "b"]
    assert changes(after, database) == ()
    with pytest.raises(DuplicateValue), SqlPlatform(database, after).transaction() as transaction:
        transaction.insert("note", [{**held_rows(after, database, "note")["1"], "id": "9"}])


def test_a_database_that_missed_a_step_knows_the_field_by_any_old_name(database: Database) -> None:
    started(note({"title": "text"}), database, {"title": "a"})
    after = note({"subject": {"type": "text", "was": ["heading", "title"]}})
    deploy(after, database, 2)
    assert values(after, database, "subject") == ["a"]


PERSON_AND_NOTE = (
    entity("person", {"name": "text", "boss": {"type": "link", "to": "person"}}),
    entity("note", {"any": {"type": "link", "to": ["person", "note"]}}),
)


def renamed_person() -> tuple[Entity, Entity]:
    human: Fields = {"name": "text", "boss": {"type": "link", "to": "human"}}
    any_link: Written = {"type": "link", "to": ["human", "note"]}
    return entity("human", human, was=("person",)), entity("note", {"any": any_link})


def test_links_follow_the_rename_of_an_entity(database: Database) -> None:
    before, after = model(*PERSON_AND_NOTE), model(*renamed_person(), fingerprint="2")
    deploy(before, database)
    fill(before, database, "person", {"name": "a"}, {"name": "b", "boss": "1"})
    fill(before, database, "note", {"any": "person/2"})
    deploy(after, database, 2)
    assert held_rows(after, database, "human")["2"]["boss"] == "1"
    assert values(after, database, "any") == ["human/2"]


def test_history_and_numbers_follow_renames(database: Database) -> None:
    deploy(model(*PERSON_AND_NOTE), database)
    fields = {"name": (None, "a"), "any": (None, "person/1")}
    change = Change("c", NOW, "note", "1", "updated", 2, fields, None, "cli")
    with Store(database).session() as session:
        session.audit.append([change, replace(change, id="p", entity="person")])
        session.series.take("person.number:{n}", 5)
    deploy(model(*renamed_person(), fingerprint="2"), database, 2)
    with Store(database).session() as session:
        assert session.audit.of("note", "1")[0].fields["any"] == (None, "human/1")
        assert session.audit.of("human", "1")[0].fields["name"] == (None, "a")
        assert session.series.take("human.number:{n}") == 6


def test_values_become_those_of_the_new_type(database: Database) -> None:
    started(note({"size": "text"}), database, {"size": "12"}, {"size": "007"}, {})
    after = note({"size": {"type": "number", "index": True}})
    deploy(after, database, 2)
    assert values(after, database, "size") == [12, 7, None]
    assert changes(after, database) == ()


def test_values_that_do_not_fit_are_listed_and_block_the_plan(database: Database) -> None:
    started(
        note({"name": "text", "size": "text"}),
        database,
        {"name": "A", "size": "12"},
        {"name": "B", "size": "x"},
    )
    (blocked,) = planned(note({"name": "text", "size": "number"}), database).blocked
    assert (blocked.reason, blocked.params["rows"]) == ("not_convertible", 1)
    assert [(each.id, each.title, each.value) for each in blocked.offenders] == [("2", "B", "x")]


@pytest.mark.parametrize(
    ("keys", "sizes"),
    [
        ({"unconvertible": "empty"}, [12, None, None]),
        ({"unconvertible": "existing_rows", "existing_rows": 0}, [12, 0, None]),
        ({"unconvertible": "existing_rows", "existing_rows": 0, "required": True}, [12, 0, 0]),
    ],
)
def test_an_admin_can_say_what_becomes_of_values_that_do_not_fit(
    database: Database, keys: dict[str, Any], sizes: list[int | None]
) -> None:
    started(note({"size": "text"}), database, {"size": "12"}, {"size": "x"}, {})
    after = note({"size": {"type": "number", **keys}})
    deploy(after, database, 2)
    assert values(after, database, "size") == sizes


def test_a_link_that_changes_its_target_must_find_it(database: Database) -> None:
    people = (entity("person", {"name": "text"}), entity("company", {"name": "text"}))
    before = model(*people, entity("note", {"about": {"type": "link", "to": "person"}}))
    started(before, database)
    fill(before, database, "person", {"name": "a"})
    fill(before, database, "note", {"about": "1"})
    moved = model(*people, entity("note", {"about": {"type": "link", "to": "company"}}), fingerprint="2")
    assert [each.reason for each in planned(moved, database).blocked] == ["not_convertible"]


def test_two_values_that_become_one_are_found_before_a_unique_index_is(database: Database) -> None:
    unique: Written = {"type": "text", "unique": True}
    started(note({"size": unique}), database, {"size": "1"}, {"size": "01"})
    (blocked,) = planned(note({"size": {"type": "number", "unique": True}}), database).blocked
    assert (blocked.reason, [each.id for each in blocked.offenders]) == ("duplicates", ["1", "2"])


def test_fields_are_merged_by_a_text_with_holes(database: Database) -> None:
    rows = ({"first": "Budi", "last": "Santoso"}, {"first": "Ani"})
    started(note({"first": "text", "last": "text"}), database, *rows)
    merged: Written = {"type": "text", "required": True, "existing_rows": "{first} {last}"}
    after = note({"name": merged})
    deploy(after, database, 2)
    assert values(after, database, "name") == ["Budi Santoso", "Ani"]


def test_a_field_is_split_by_functions(database: Database) -> None:
    started(note({"name": "text"}), database, {"name": "Budi Agus Santoso"}, {"name": "Ani"}, {})
    after = note(
        {
            "first": {"type": "text", "existing_rows": '{before(name, " ")}'},
            "rest": {"type": "text", "existing_rows": '{after(name, " ")}'},
        }
    )
    deploy(after, database, 2)
    assert values(after, database, "first") == ["Budi", "Ani", None]
    assert values(after, database, "rest") == ["Agus Santoso", None, None]


def test_a_hole_keeps_the_type_of_its_value_and_follows_links(database: Database) -> None:
    before = model(
        entity("note", {"size": "number", "about": {"type": "link", "to": "note"}}), fingerprint="0"
    )
    started(before, database, {"size": 3}, {"size": 4, "about": "1"})
    after = note({"double": {"type": "decimal", "existing_rows": "{size * 2 + coalesce(about.size, 0)}"}})
    deploy(after, database, 2)
    assert values(after, database, "double") == [Decimal(6), Decimal(11)]


def test_holes_that_read_what_is_not_there_block_the_plan_with_the_nearest_name(database: Database) -> None:
    started(note({"first_name": "text"}), database, {"first_name": "a"})
    after = note({"name": {"type": "text", "existing_rows": "{frist_name}"}})
    (blocked,) = planned(after, database).blocked
    assert 'did you mean "first_name"?' in blocked.text()


def test_a_made_value_that_the_field_refuses_blocks_the_plan(database: Database) -> None:
    started(note({"size": "text"}), database, {"size": "x"}, {"size": "5"})
    after = note({"size": "text", "length": {"type": "number", "existing_rows": "{size}"}})
    (blocked,) = planned(after, database).blocked
    assert (blocked.reason, [each.id for each in blocked.offenders]) == ("bad_existing_rows", ["1"])


LEVELS: dict[str, Any] = {"type": "choice", "options": ["low", "high", "urgent"]}


def test_records_move_out_of_an_option_that_is_taken_away(database: Database) -> None:
    started(note({"level": LEVELS}), database, {"level": "low"}, {"level": "urgent"})
    after = note({"level": {**LEVELS, "options": ["low", "high"], "move_records": {"urgent": "high"}}})
    deploy(after, database, 2)
    assert values(after, database, "level") == ["low", "high"]
    assert changes(after, database) == ()


def test_a_state_with_records_is_not_taken_away_without_a_place_for_them(database: Database) -> None:
    started(note({}, states={"new": "open", "waiting": "paused", "done": "done"}), database)
    before = note({}, states={"new": "open", "waiting": "paused", "done": "done"})
    fill(before, database, "note", {"status": "waiting"}, {"status": "waiting"}, {"status": "new"})
    (blocked,) = planned(note({}, states={"new": "open", "done": "done"}), database).blocked
    assert (blocked.reason, blocked.params) == (
        "option_gone",
        {"options": "waiting (2)", "legal": "new, done"},
    )


def test_an_option_that_nobody_has_goes_without_a_word(database: Database) -> None:
    started(note({"level": LEVELS}), database, {"level": "low"})
    assert changes(note({"level": {**LEVELS, "options": ["low", "high"]}}), database) == ()


def test_rows_that_break_a_new_rule_are_named_and_stay(database: Database) -> None:
    started(note({"name": "text"}), database, {"name": "abc"}, {"name": "abcdef"}, {})
    after = note({"name": {"type": "text", "max_length": 3, "required": True}})
    (tightened,) = changes(after, database)
    assert [each.id for each in getattr(tightened, "offenders", ())] == ["2", "3"]
    deploy(after, database, 2)
    assert values(after, database, "name") == ["abc", "abcdef", None]
    assert changes(after, database) == ()


def test_a_field_that_becomes_required_is_filled_where_it_is_empty(database: Database) -> None:
    started(note({"size": "number"}), database, {"size": 5}, {})
    after = note({"size": {"type": "number", "required": True, "existing_rows": 1}})
    deploy(after, database, 2)
    assert values(after, database, "size") == [5, 1]


RETIRED = note({"name": "text"}, retired={"size": {"type": "number", "retire": "2027-01-31"}})


def test_a_retired_field_keeps_its_values_until_its_day(database: Database) -> None:
    both: Fields = {"name": "text", "size": "number"}
    started(note(both), database, {"size": 5})
    assert changes(RETIRED, database) == (Retire("note", "size", 1, "2027-01-31"),)
    deploy(RETIRED, database, 2)
    assert changes(RETIRED, database) == ()
    deploy(note(both), database, 3)
    assert values(note(both), database, "size") == [5]


def test_a_retired_field_is_removed_by_the_first_apply_after_its_day(database: Database) -> None:
    started(note({"name": "text", "size": "number"}), database, {"size": 5})
    deploy(RETIRED, database, 2)
    later = NOW + timedelta(days=90)
    plan = make_plan(RETIRED, database, now=later)
    assert [each.kind for each in plan.changes] == ["remove_column"]
    apply(plan, RETIRED, database, Stamp("d3", later))
    assert make_plan(RETIRED, database, now=later).changes == ()


def test_a_retired_link_keeps_no_record_from_being_deleted(database: Database) -> None:
    person = entity("person", {"name": "text"})
    link = {"type": "link", "to": "person"}
    before = model(person, entity("note", {"name": "text", "about": link}))
    started(before, database)
    fill(before, database, "person", {"name": "a"})
    fill(before, database, "note", {"about": "1"})
    after = model(
        person,
        entity("note", {"name": "text"}, retired={"about": {**link, "retire": "2027-01-31"}}),
        fingerprint="2",
    )
    deploy(after, database, 2)
    with SqlPlatform(database, after).transaction() as transaction:
        assert transaction.delete("person", "1", 1)


def test_a_removed_field_comes_back_with_its_values(database: Database) -> None:
    both = note({"name": "text", "born": "date"})
    started(both, database, {"born": date(1990, 1, 2)}, {})
    deploy(note({"name": "text"}), database, 2)
    deploy(both, database, 3)
    assert values(both, database, "born") == [date(1990, 1, 2), None]


def test_a_removed_entity_comes_back_with_its_records_and_the_links_to_them(database: Database) -> None:
    link = {"type": "link", "to": "person"}
    both = model(
        entity("person", {"name": "text", "boss": link}), entity("note", {"about": link, "name": "text"})
    )
    deploy(both, database)
    fill(both, database, "person", {"name": "a"}, {"name": "b", "boss": "1"})
    fill(both, database, "note", {"about": "2"})
    people = held_rows(both, database, "person")
    deploy(note({"name": "text"}), database, 2)
    deploy(both, database, 3)
    assert held_rows(both, database, "person") == people
    assert values(both, database, "about") == ["2"]


def test_a_value_whose_record_is_gone_comes_back_for_nobody(database: Database) -> None:
    both = note({"name": "text", "size": "number"})
    started(both, database, {"size": 1}, {"size": 2})
    only = note({"name": "text"})
    deploy(only, database, 2)
    with SqlPlatform(database, only).transaction() as transaction:
        transaction.delete("note", "1", 1)
    deploy(both, database, 3)
    assert values(both, database, "size") == [2]


def test_a_field_that_was_emptied_before_it_was_removed_again_stays_empty(database: Database) -> None:
    both, only = note({"name": "text", "size": "number"}), note({"name": "text"})
    started(both, database, {"size": 1})
    deploy(only, database, 2)
    deploy(both, database, 3)
    with SqlPlatform(database, both).transaction() as transaction:
        transaction.update("note", "1", 1, {"size": None})
    deploy(only, database, 4)
    deploy(both, database, 5)
    assert values(both, database, "size") == [None]


def test_the_trash_is_emptied_by_an_apply_after_its_time(database: Database) -> None:
    started(note({"name": "text", "size": "number"}), database, {"size": 5})
    only = note({"name": "text"})
    deploy(only, database, 2)
    later = NOW + timedelta(days=30)
    plan = make_plan(only, database, now=later)
    assert plan.changes == (EmptyTrash("d2.1", "note", "size", 1, "2026-11-21"),)
    assert plan.is_empty
    apply(plan, only, database, Stamp("d3", later))
    assert make_plan(only, database, now=later).changes == ()
    both = note({"name": "text", "size": "number"})
    apply(make_plan(both, database, now=later), both, database, Stamp("d4", later))
    assert values(both, database, "size") == [None]
