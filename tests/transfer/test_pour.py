from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from relasi.errors import Refused
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.columns import METADATA
from relasi.store.places import Place
from relasi.transfer.extract import extract
from relasi.transfer.pour import demand_empty, pour
from relasi.transfer.rows import Sum
from tests.builders import NOW
from tests.deploy.steps import deploy, planned
from tests.postgresql import DATABASES
from tests.transfer.conftest import Databases
from tests.transfer.source import MODEL, furnish, sums_of


@pytest.fixture(params=DATABASES)
def source(new_database: Databases, request: pytest.FixtureRequest) -> Database:
    database = new_database(request.param)
    furnish(database)
    return database


@pytest.fixture(params=DATABASES)
def target(new_database: Databases, request: pytest.FixtureRequest) -> Database:
    return new_database(request.param)


def carry(source: Database, target: Database, folder: Path, *, replace: bool = False) -> dict[str, Sum]:
    made = extract(source, folder / "extract.db")
    pour(made.file, made.sums, target, replace=replace)
    return dict(made.sums)


def test_every_value_arrives_as_it_was_in_the_structure_that_the_model_wants(
    source: Database, target: Database, tmp_path: Path
) -> None:
    carry(source, target, tmp_path)
    assert sums_of(target) == sums_of(source)
    assert planned(MODEL, target).is_empty


def test_sessions_stay_where_people_signed_in(
    source: Database, new_database: Databases, tmp_path: Path
) -> None:
    target = new_database("sqlite")
    carry(source, target, tmp_path)
    with Store(target).session(write=False) as session:
        assert session.sessions.find("secret", NOW) is None
        assert session.users.list()
    assert b"a browser" not in Path(target.place).read_bytes()


def test_what_a_platform_made_elsewhere_is_not_carried_to_another(source: Database, tmp_path: Path) -> None:
    with Store(source).session() as session:
        session.places.put(Place("base", "p123", "Acme"))
    same = extract(source, tmp_path / "same.db")
    other = extract(source, tmp_path / "other.db", afresh=True)
    assert (same.sums["relasi_place"].rows, other.sums["relasi_place"].rows) == (1, 0)


@pytest.mark.postgresql
def test_what_somebody_else_made_on_a_server_stays_there_and_is_told(
    new_database: Databases, tmp_path: Path
) -> None:
    source = new_database("postgresql")
    furnish(source)
    assert extract(source, tmp_path / "extract.db").foreign == ("person.mood", "theirs")


@pytest.mark.postgresql
def test_links_and_unique_values_are_guarded_in_the_copy(
    new_database: Databases, target: Database, tmp_path: Path
) -> None:
    source = new_database("postgresql")
    furnish(source)
    carry(source, target, tmp_path)
    with target.transaction(write=False) as connection:
        inspector = inspect(connection)
        referred = {each["referred_table"] for each in inspector.get_foreign_keys("order")}
        unique = [each["name"] for each in inspector.get_indexes("person") if each["unique"]]
    assert (referred, unique) == ({"person", "order"}, ["uq_person__email"])


def test_a_copy_can_be_changed_by_later_deployments(
    target: Database, new_database: Databases, tmp_path: Path
) -> None:
    source = new_database("sqlite")
    furnish(source)
    carry(source, target, tmp_path)
    person = MODEL.entities["person"]
    fewer = {name: each for name, each in person.fields.items() if name != "latest"}
    deploy(replace(MODEL, entities={"person": replace(person, fields=fewer)}), target, 3)
    with target.transaction(write=False) as connection:
        assert "order" not in inspect(connection).get_table_names()


def test_a_target_with_tables_is_refused(new_database: Databases, target: Database, tmp_path: Path) -> None:
    source = new_database("sqlite")
    furnish(source)
    carry(source, target, tmp_path)
    held = sums_of(target)
    with pytest.raises(Refused) as refused:
        carry(source, target, tmp_path)
    assert (refused.value.code, sums_of(target)) == ("not_empty", held)


@pytest.mark.postgresql
def test_replacing_leaves_the_tables_of_others(new_database: Databases, tmp_path: Path) -> None:
    source, target = new_database("sqlite"), new_database("postgresql")
    furnish(source)
    furnish(target, orders=9)
    carry(source, target, tmp_path, replace=True)
    assert sums_of(target) == sums_of(source)
    with target.transaction(write=False) as connection:
        assert inspect(connection).has_table("theirs")


@pytest.mark.postgresql
def test_what_arrives_otherwise_than_it_was_sent_is_refused(new_database: Databases, tmp_path: Path) -> None:
    source, target = new_database("sqlite"), new_database("postgresql")
    furnish(source)
    made = extract(source, tmp_path / "extract.db")
    with pytest.raises(Refused, match="person"):
        pour(made.file, {**made.sums, "person": Sum(2, "another")}, target, replace=False)
    demand_empty(target)


@pytest.mark.postgresql
def test_a_text_that_postgresql_cannot_hold_is_named(new_database: Databases, tmp_path: Path) -> None:
    source, target = new_database("sqlite"), new_database("postgresql")
    furnish(source)
    with source.transaction() as connection:
        connection.execute(text("UPDATE person SET name = :name WHERE id = '2'"), {"name": "a\0b"})
    with pytest.raises(Refused, match=r"person\.name of 2"):
        carry(source, target, tmp_path)
    demand_empty(target)


def test_a_database_that_no_apply_has_made_has_nothing_to_copy(
    new_database: Databases, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="no apply"):
        extract(new_database("sqlite"), tmp_path / "extract.db")


def test_every_table_of_the_engine_can_be_read_by_its_key() -> None:
    assert [name for name, each in METADATA.tables.items() if not each.primary_key and not each.info] == []
