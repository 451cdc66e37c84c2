from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, Engine, event

from relasi.deploy import Stamp, apply, make_undo
from relasi.deploy.changes import CreateTable
from relasi.deploy.plan import PlanBlocked
from relasi.errors import DuplicateValue, PlanRefused
from relasi.platform.sql.database import Database
from relasi.schema.model import Entity
from relasi.store import Store
from tests.builders import NOW, Written, entity, model
from tests.deploy.steps import STAMP, changes, deploy, fill, held_rows, planned
from tests.patience import PATIENCE
from tests.postgresql import ON_BOTH
from tests.processes import start, was_killed

PLAIN = model(entity("note", {"title": "text"}))
GROWN = model(
    entity("person", {"name": "text", "favorite": {"type": "link", "to": "note"}}),
    entity(
        "note",
        {
            "title": {"type": "text", "unique": True},
            "about": {"type": "link", "to": "person"},
            "size": {"type": "number", "required": True, "existing_rows": 7},
        },
    ),
    fingerprint="2",
)


def test_existing_rows_survive_and_get_their_values(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "b"})
    deploy(GROWN, database, 2)
    rows = held_rows(GROWN, database, "note").values()
    assert [(row["title"], row["about"], row["size"]) for row in rows] == [("a", None, 7), ("b", None, 7)]


def test_new_constraints_hold_from_then_on(database: Database) -> None:
    deploy(PLAIN, database)
    deploy(GROWN, database, 2)
    with pytest.raises(DuplicateValue):
        fill(GROWN, database, "note", {"title": "a", "size": 1}, {"title": "a", "size": 1})


def test_a_unique_index_that_is_no_longer_wanted_refuses_nothing(database: Database) -> None:
    deploy(GROWN, database)
    deploy(replace(PLAIN, fingerprint="3"), database, 2)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "a"})
    assert len(held_rows(PLAIN, database, "note")) == 2


def test_the_database_knows_how_selective_a_new_index_is(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", *({"title": str(number)} for number in range(20)))
    deploy(GROWN, database, 2)
    with database.transaction(write=False) as connection:
        query = "SELECT stat FROM sqlite_stat1 WHERE idx = 'uq_note__title'"
        assert connection.exec_driver_sql(query).scalar_one() == "20 1"


def test_the_deployment_is_noted_with_its_plan(database: Database) -> None:
    deployment = apply(planned(PLAIN, database), PLAIN, database, Stamp("d1", NOW, "u1"))
    with Store(database).session(write=False) as session:
        assert session.deployments.latest() == deployment
    assert (deployment.id, deployment.user_id, deployment.model_fingerprint) == ("d1", "u1", "1")
    assert [each["kind"] for each in deployment.plan["changes"]] == ["create_table"]
    assert deployment.definition["entities"].keys() == {"note"}


def test_a_plan_of_another_model_is_refused(database: Database) -> None:
    with pytest.raises(PlanRefused) as caught:
        apply(planned(PLAIN, database), GROWN, database, STAMP)
    assert caught.value.code == "other_model"


def test_a_plan_is_stale_once_the_structure_has_changed(database: Database) -> None:
    plan = planned(PLAIN, database)
    deploy(PLAIN, database)
    with pytest.raises(PlanRefused) as caught:
        apply(plan, PLAIN, database, STAMP)
    assert caught.value.code == "stale_plan"


def test_a_plan_stays_good_while_rows_come(database: Database) -> None:
    deploy(PLAIN, database)
    plan = planned(GROWN, database)
    fill(PLAIN, database, "note", {"title": "a"})
    apply(plan, GROWN, database, Stamp("d2", NOW))
    assert held_rows(GROWN, database, "note")["1"]["size"] == 7


def test_a_blocked_plan_is_refused_with_its_reasons(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "a"})
    with pytest.raises(PlanBlocked) as caught:
        deploy(GROWN, database, 2)
    assert "note: title must be unique, but 2 row(s) share their value" in caught.value.text()
    assert "note: title harus unik" in caught.value.text("id")
    assert planned(GROWN, database).changes[0] == CreateTable("person", 2)


def test_rows_that_came_after_the_plan_can_still_block_it(database: Database) -> None:
    deploy(PLAIN, database)
    plan = planned(GROWN, database)
    fill(PLAIN, database, "note", {"title": "a"}, {"title": "a"})
    with pytest.raises(PlanBlocked):
        apply(plan, GROWN, database, Stamp("d2", NOW))


def test_a_failure_in_the_middle_changes_nothing(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"})
    before = changes(GROWN, database)
    with pytest.raises(DuplicateValue):
        apply(
            planned(GROWN, database), GROWN, database, STAMP
        )  # the id of a deployment that is there already
    assert changes(GROWN, database) == before


WRITTEN = model(
    entity(
        "note", {"title": "text", "size": "text", "old": "text", "about": {"type": "link", "to": "person"}}
    ),
    entity("person", {"name": "text"}),
)
REWRITTEN = model(
    entity(
        "memo",
        {
            "heading": {"type": "text", "was": "title", "unique": True},
            "size": {"type": "number", "index": True},
            "about": {"type": "link", "to": ["human", "memo"]},
        },
        was=("note",),
    ),
    entity("human", {"name": "text"}, was=("person",)),
    entity("new", {"name": "text"}),
    fingerprint="2",
)


def apply_until(url: URL, to: str, statement: int) -> None:
    """Applies, or undoes, and dies of its own hand after so many statements that write."""
    written = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def _(_connection: object, _cursor: object, executed: str, *_: object) -> None:
        writes = executed.split()[0] in ("CREATE", "ALTER", "DROP", "UPDATE", "INSERT", "DELETE")
        if writes and next(written) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(url)
    if to == "undo":
        later = NOW + timedelta(days=1)
        plan = make_undo(REWRITTEN, database, now=later)
        apply(plan, REWRITTEN, database, Stamp("u1", later))
    else:
        deploy({"GROWN": GROWN, "REWRITTEN": REWRITTEN}[to], database, 2)


def killed(database: Database, to: str, statement: int) -> bool:
    """Whether the apply was still at work at this statement of its own, when it was killed."""
    return was_killed(start(apply_until, database.url, to, statement))


@ON_BOTH
@pytest.mark.parametrize("statement", range(1, 8))
def test_an_apply_that_is_killed_leaves_nothing_half_done(database: Database, statement: int) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "note", {"title": "a"})
    before = changes(GROWN, database)
    assert killed(database, "GROWN", statement)
    assert changes(GROWN, database) == before
    deploy(GROWN, database, 2)
    assert held_rows(GROWN, database, "note")["1"]["size"] == 7


@ON_BOTH
@pytest.mark.parametrize("statement", range(1, 40, 4))
def test_values_that_were_on_their_way_are_where_they_were_after_a_kill(
    database: Database, statement: int
) -> None:
    deploy(WRITTEN, database)
    fill(WRITTEN, database, "person", {"name": "p"})
    fill(WRITTEN, database, "note", {"title": "a", "size": "007", "old": "o", "about": "1"})
    before, held = changes(REWRITTEN, database), held_rows(WRITTEN, database, "note")
    assert killed(database, "REWRITTEN", statement)
    assert changes(REWRITTEN, database) == before
    assert held_rows(WRITTEN, database, "note") == held
    deploy(REWRITTEN, database, 2)
    row = held_rows(REWRITTEN, database, "memo")["1"]
    assert (row["heading"], row["size"], row["about"]) == ("a", 7, "human/1")


@ON_BOTH
@pytest.mark.parametrize("statement", range(1, 40, 6))
def test_an_undo_that_is_killed_leaves_nothing_half_done(database: Database, statement: int) -> None:
    deploy(WRITTEN, database)
    fill(WRITTEN, database, "person", {"name": "p"})
    fill(WRITTEN, database, "note", {"title": "a", "size": "007", "old": "o", "about": "1"})
    deploy(REWRITTEN, database, 2)
    held = held_rows(REWRITTEN, database, "memo")
    assert killed(database, "undo", statement)
    assert changes(REWRITTEN, database) == ()
    assert held_rows(REWRITTEN, database, "memo") == held


TYPES: dict[str, Written] = {
    "a": "text",
    "b": {"type": "text", "required": True, "existing_rows": "filled"},
    "c": {"type": "number", "index": True},
    "d": {"type": "text", "unique": True},
    "e": {"type": "link", "to": "second"},
    "f": {"type": "link", "to": ["first", "second"]},
    "g": {"type": "multi_choice", "options": ["x", "y"], "existing_rows": ["y"]},
    "h": {"type": "decimal", "places": 3, "existing_rows": "1.5"},
    "order": {"type": "datetime", "existing_rows": "now"},
}

some_fields = st.sets(st.sampled_from(sorted(TYPES)))


def made(name: str, fields: set[str], states: bool) -> Entity:
    together = [("a", "c")] if {"a", "c"} <= fields else []
    written = {field: TYPES[field] for field in sorted(fields)}
    return entity(name, written, states={"new": "open"} if states else None, unique_together=together)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_fields, some_fields, some_fields, some_fields, st.booleans())
def test_a_database_grows_from_any_model_to_any_larger_one(
    tmp_path_factory: pytest.TempPathFactory,
    first: set[str],
    second: set[str],
    more_first: set[str],
    more_second: set[str],
    states: bool,
) -> None:
    database = Database.at(tmp_path_factory.mktemp("grow") / "crm.sqlite")
    small = model(made("first", first, states=False), made("second", second, states=False))
    large = model(
        made("first", first | more_first, states=states),
        made("second", second | more_second, states=False),
        made("third", first, states=True),
        fingerprint="2",
    )
    deploy(small, database)
    fill(small, database, "second", {}, {})
    values = {"a": "text", "c": 1, "d": "unique", "e": "1", "f": "second/2", "g": ("x",)}
    fill(small, database, "first", {name: value for name, value in values.items() if name in first})
    before = held_rows(small, database, "first")["1"]

    deploy(large, database, 2)
    assert changes(large, database) == ()
    after = held_rows(large, database, "first")["1"]
    assert {name: after[name] for name in before} == before
    assert len(held_rows(large, database, "second")) == 2
    filled = {"b": "filled", "g": ("y",), "order": NOW}
    assert {name: after[name] for name in (more_first - first) & filled.keys()} == {
        name: filled[name] for name in (more_first - first) & filled.keys()
    }
    database.close()


def test_a_table_that_has_grown_is_like_a_new_one(tmp_path: Path) -> None:
    grown, new = Database.at(tmp_path / "grown.sqlite"), Database.at(tmp_path / "new.sqlite")
    deploy(PLAIN, grown)
    deploy(GROWN, grown, 2)
    deploy(GROWN, new)
    assert planned(GROWN, grown).held_fingerprint == planned(GROWN, new).held_fingerprint
    grown.close()
    new.close()


@ON_BOTH
def test_of_those_who_apply_at_once_one_does_and_the_others_plan_again(database: Database) -> None:
    wanted = model(entity("note", {"title": "text"}))
    plan, both = planned(wanted, database), Barrier(2)

    def make(number: int) -> str:
        both.wait(PATIENCE)
        try:
            return apply(plan, wanted, database, Stamp(f"d{number}", NOW)).id
        except PlanRefused as error:
            return error.code

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(make, (1, 2)))
    assert said[0] in ("d1", "d2")
    assert said[1] == "stale_plan"
