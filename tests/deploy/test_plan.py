from __future__ import annotations

import json
from typing import Any

import pytest

from relasi.deploy import Plan, Stamp, apply
from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    CreateTable,
    Kept,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
)
from relasi.errors import PlanRefused
from relasi.platform.sql.database import Database
from tests.builders import NOW, Written, entity, model
from tests.deploy.steps import changes, deploy, fill, planned
from tests.postgresql import ON_BOTH

PLAIN = model(entity("note", {"title": "text"}))


def test_an_empty_database_gets_every_table(database: Database) -> None:
    assert changes(PLAIN, database) == (CreateTable("note", fields=1),)


def test_planning_changes_nothing(database: Database) -> None:
    planned(PLAIN, database)
    assert changes(PLAIN, database) == (CreateTable("note", fields=1),)


def test_a_database_that_has_everything_needs_nothing(database: Database) -> None:
    deploy(PLAIN, database)
    assert planned(PLAIN, database).changes == ()
    assert planned(PLAIN, database).is_empty


@ON_BOTH
def test_what_an_older_relasi_noted_is_remembered(database: Database) -> None:
    deploy(PLAIN, database)
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE relasi_notification")
        connection.exec_driver_sql("UPDATE relasi_engine SET version = 1")
    renamed = model(entity("note", {"heading": {"type": "text", "was": "title"}}))
    plan = planned(renamed, database)
    assert [type(each) for each in plan.changes] == [RenameColumn]
    apply(plan, renamed, database, Stamp("d2", NOW))


def test_new_fields_and_indexes_are_planned_with_the_rows_that_they_touch(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "b"})
    grown = model(
        entity(
            "note",
            {
                "title": {"type": "text", "index": True},
                "day": {"type": "date", "required": True, "existing_rows": "today"},
                "code": {"type": "text", "unique": True},
            },
            states={"new": "open", "done": "done"},
        )
    )
    assert changes(grown, database) == (
        AddColumn("note", "day", "date", rows=2, fill="today", filled=2),
        AddColumn("note", "code", "text", rows=2),
        AddColumn("note", "status", "choice", rows=2, fill="new", filled=2),
        AddIndex("note", ("code",), unique=True, rows=2),
        AddIndex("note", ("status", "id"), unique=False, rows=2),
        AddIndex("note", ("title", "id"), unique=False, rows=2),
    )


def test_duplicates_in_the_way_of_a_unique_field_are_counted_without_the_empty_ones(
    database: Database,
) -> None:
    deploy(PLAIN, database)
    titles = ["a", "a", "b", "c", "c", "c", None, None]
    fill(PLAIN, database, "note", *({"title": title} for title in titles))
    unique = model(entity("note", {"title": {"type": "text", "unique": True}}))
    (blocked,) = planned(unique, database).blocked
    assert (blocked.reason, blocked.params) == ("duplicates", {"rows": 5})
    assert [(each.id, each.value) for each in blocked.offenders] == [
        ("1", "a"),
        ("2", "a"),
        ("4", "c"),
        ("5", "c"),
        ("6", "c"),
    ]


@pytest.mark.parametrize(("existing", "rows"), [({"existing_rows": "x"}, 2), ({}, 0)])
def test_a_unique_combination_with_a_new_field_counts_what_rows_would_get(
    database: Database, existing: dict[str, str], rows: int
) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "a"}, {"title": "b"})
    fields: dict[str, Written] = {"title": "text", "kind": {"type": "text", **existing}}
    plan = planned(model(entity("note", fields, unique_together=[("title", "kind")])), database)
    assert [each.params["rows"] for each in plan.blocked] == ([rows] if rows else [])


def test_a_required_field_without_a_value_for_existing_rows_is_blocked(database: Database) -> None:
    deploy(PLAIN, database)
    needed = model(entity("note", {"title": "text", "size": {"type": "number", "required": True}}))
    assert planned(needed, database).blocked == ()
    fill(PLAIN, database, "note", {}, {})
    assert planned(needed, database).blocked == (Blocked("note", ("size",), "no_existing_rows", {"rows": 2}),)


def test_what_the_model_no_longer_has_goes_with_its_rows_until_a_day(database: Database) -> None:
    full = model(
        entity("note", {"title": "text", "code": {"type": "text", "unique": True}}), entity("old", {})
    )
    deploy(full, database)
    fill(full, database, "note", {"code": "1"}, {"code": None}, {"code": "2"})
    fill(full, database, "old", {})
    assert changes(PLAIN, database) == (
        RemoveColumn("note", "code", rows=2, until="2026-12-21"),
        RemoveTable("old", rows=1, until="2026-12-21"),
    )


def test_a_table_made_by_somebody_else_is_left_alone(database: Database) -> None:
    deploy(PLAIN, database)
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (a)")
    plan = planned(PLAIN, database)
    assert plan.changes == (Kept("mine", None),)
    assert plan.is_empty


def test_an_index_made_by_somebody_else_is_left_alone(database: Database) -> None:
    deploy(PLAIN, database)
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE INDEX my_own ON note (title)")
    assert changes(PLAIN, database) == ()


def test_a_plan_survives_json(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "a"})
    fields = {
        "title": {"type": "text", "unique": True},
        "tags": {"type": "multi_choice", "options": ["red"], "existing_rows": ["red"], "index": True},
    }
    plan = planned(model(entity("note", fields), entity("new", {})), database)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert plan.made_at == NOW


@pytest.mark.parametrize(
    "written",
    [
        {},
        [],
        {
            "changes": 1,
            "held_fingerprint": "",
            "model_fingerprint": "",
            "impacts": [],
            "undoes": None,
            "made_at": NOW.isoformat(),
        },
        {
            "changes": [{"kind": "drop"}],
            "held_fingerprint": "",
            "model_fingerprint": "",
            "impacts": [],
            "undoes": None,
            "made_at": NOW.isoformat(),
        },
        {
            "changes": [],
            "held_fingerprint": "",
            "model_fingerprint": "",
            "impacts": [],
            "undoes": None,
            "made_at": "yesterday",
        },
    ],
)
def test_json_of_something_else_is_refused(written: Any) -> None:  # Any: JSON
    with pytest.raises(PlanRefused) as caught:
        Plan.from_json(written)
    assert caught.value.code == "not_a_plan"
