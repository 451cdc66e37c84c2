"""Encrypted fields: nothing of their values is in the database, and everything of them comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from relasi.deploy import Stamp, apply, make_undo
from relasi.deploy.changes import Rewrite
from relasi.errors import PlanRefused, PlatformError
from relasi.platform.keyring import KEYLESS, Keyring, new_entry
from relasi.platform.query import Query, Search
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.expressions import ExpressionError
from relasi.schema.model import Model
from tests.builders import ASKING, NOW, condition, entity, model, row
from tests.deploy.steps import changes, deploy, fill, held_rows
from tests.postgresql import ON_BOTH, empty_database

KEY = new_entry("2026-11-22")
KEYS = Keyring(lambda: KEY)
SECRET = "Diabetes mellitus"


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = empty_database(request, tmp_path, KEYS)
    yield database
    database.close()


def people(note: Mapping[str, Any] | None = None, **more: Any) -> Model:
    held = {"type": "text"} if note is None else {"type": "text", **note}
    return model(entity("person", {"name": "text", "note": held, **more}))


ENCRYPTED = people({"encrypted": True})
SEARCHABLE = people({"encrypted": True, "searchable": "exact"})
PLAIN = people()


def contents(database: Database) -> str:
    """All that the tables hold, as a database prints it; of a file, its bytes."""
    if database.file is not None:
        database.close()
        files = database.file.parent.glob(f"{database.file.name}*")
        return "".join(each.read_bytes().decode("latin-1") for each in files)
    with database.transaction(write=False) as connection:
        names = inspect(connection).get_table_names()
        rows = (connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names)
        return str(list(rows))


@ON_BOTH
@pytest.mark.parametrize("mark", [{"encrypted": True}, {"personal": "special", "purpose": "care"}])
def test_the_database_does_not_hold_the_value_and_reading_gives_it(
    database: Database, mark: dict[str, Any]
) -> None:
    known = people(mark)
    deploy(known, database)
    fill(known, database, "person", {"name": "Budi", "note": SECRET})
    assert held_rows(known, database, "person")["1"]["note"] == SECRET
    held = contents(database)
    assert "Budi" in held
    assert "Diabetes" not in held


@ON_BOTH
def test_values_of_every_kind_come_back(database: Database) -> None:
    values = {
        "text": ("text", "ä\n"),
        "amount": ("money", Decimal("12.50")),
        "count": ("number", -7),
        "agreed": ("boolean", True),
        "born": ("date", date(1990, 2, 28)),
        "seen": ("datetime", datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
        "kinds": ({"type": "multi_choice", "options": ["a", "b"]}, ("a", "b")),
        "none": ("text", None),
    }
    fields = {
        name: {**(written if isinstance(written, dict) else {"type": written}), "encrypted": True}
        for name, (written, _) in values.items()
    }
    known = model(entity("person", fields))
    deploy(known, database)
    fill(known, database, "person", {name: value for name, (_, value) in values.items()})
    (held,) = held_rows(known, database, "person").values()
    assert {name: held[name] for name in values} == {name: value for name, (_, value) in values.items()}


@ON_BOTH
def test_updates_and_pages_carry_encrypted_values(database: Database) -> None:
    deploy(ENCRYPTED, database)
    fill(ENCRYPTED, database, "person", {"name": "Budi"})
    with SqlPlatform(database, ENCRYPTED).transaction() as transaction:
        assert transaction.update("person", "1", 1, {"note": SECRET})
        (found,) = transaction.find(Query("person", ASKING, fields=("note",))).rows
    assert found["note"] == SECRET
    assert "Diabetes" not in contents(database)


@ON_BOTH
def test_a_value_that_was_taken_to_another_record_cannot_be_read(database: Database) -> None:
    deploy(ENCRYPTED, database)
    fill(ENCRYPTED, database, "person", {"note": SECRET}, {"note": "other"})
    with database.transaction() as connection:
        connection.execute(
            text("UPDATE person SET note = (SELECT note FROM person WHERE id = '1') WHERE id = '2'")
        )
    with pytest.raises(PlatformError, match="cannot be read"):
        held_rows(ENCRYPTED, database, "person")


def test_without_the_keys_nothing_is_read(database: Database) -> None:
    deploy(ENCRYPTED, database)
    fill(ENCRYPTED, database, "person", {"note": SECRET})
    assert database.file
    other = Database.at(database.file, keyring=Keyring(lambda: new_entry("2026-12-01")))
    with pytest.raises(PlatformError, match="key 2026-11-22 is missing"):
        held_rows(ENCRYPTED, other, "person")
    other.close()


def found(database: Database, where: str) -> list[str]:
    query = Query("person", ASKING, where=(condition(SEARCHABLE, "person", where),))
    with SqlPlatform(database, SEARCHABLE).transaction(write=False) as transaction:
        return sorted(each["id"] for each in transaction.find(query).rows)


@ON_BOTH
@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ('note = "Diabetes mellitus"', ["1"]),
        ('note = "  DIABETES  mellitus "', ["1"]),
        ('note = "Diabetes"', []),
        ('note in ["gout", "Diabetes mellitus"]', ["1", "2"]),
        ('note != "gout"', ["1", "3"]),
        ("note is empty", ["3"]),
        ('not (note = "gout")', ["1", "3"]),
    ],
)
def test_a_searchable_field_is_found_by_its_whole_value(
    database: Database, where: str, ids: list[str]
) -> None:
    deploy(SEARCHABLE, database)
    fill(SEARCHABLE, database, "person", {"note": SECRET}, {"note": "Gout"}, {})
    assert found(database, where) == ids


@pytest.mark.parametrize("where", ['note contains "Dia"', 'note < "m"', "length(note) > 3", "note = name"])
def test_nothing_else_can_be_asked_of_it(database: Database, where: str) -> None:
    deploy(SEARCHABLE, database)
    with pytest.raises(ExpressionError, match="note is encrypted"):
        found(database, where)


def test_a_field_that_is_not_searchable_is_found_by_nothing(database: Database) -> None:
    deploy(ENCRYPTED, database)
    with SqlPlatform(database, ENCRYPTED).transaction(write=False) as transaction:
        with pytest.raises(PlatformError, match="note is encrypted"):
            transaction.find(Query("person", ASKING, matching={"note": [SECRET]}))
        where = condition(ENCRYPTED, "person", f'note = "{SECRET}"')
        with pytest.raises(ExpressionError, match="note is encrypted"):
            transaction.find(Query("person", ASKING, where=(where,)))


@ON_BOTH
def test_the_search_box_finds_the_whole_value(database: Database) -> None:
    deploy(SEARCHABLE, database)
    fill(SEARCHABLE, database, "person", {"name": "Budi", "note": SECRET}, {"name": "Sari"})

    def searched(words: str) -> list[str]:
        with SqlPlatform(database, SEARCHABLE).transaction(write=False) as transaction:
            page = transaction.find(Query("person", ASKING, search=Search(words, ("name", "note"))))
            return [each["id"] for each in page.rows]

    assert [searched(each) for each in ("diabetes mellitus", "sari", "mellitus")] == [["1"], ["2"], []]


@ON_BOTH
def test_the_search_by_value_uses_an_index(database: Database) -> None:
    deploy(SEARCHABLE, database)
    with database.transaction() as connection:
        if database.is_sqlite:
            asked = "EXPLAIN QUERY PLAN SELECT id FROM person WHERE substr(note, 1, 22) IN ('a')"
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            asked = "EXPLAIN SELECT id FROM person WHERE substr(note, 1, 22) IN ('a')"
        assert "mx_" in str(connection.execute(text(asked)).all())


@given(values=st.lists(st.sampled_from(["Gout", "gout", "GOUT ", "flu", "Flu", "x"]), max_size=6))
def test_equal_values_are_those_that_are_found(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    database = Database.at(tmp_path_factory.mktemp("db") / "crm.sqlite", keyring=KEYS)
    deploy(SEARCHABLE, database)
    fill(SEARCHABLE, database, "person", *({"note": each} for each in values))
    alike = [str(n) for n, each in enumerate(values, 1) if each.strip().casefold() == "gout"]
    assert found(database, 'note = "gout"') == alike
    database.close()


@ON_BOTH
def test_values_that_are_there_are_encrypted_by_the_apply_that_asks_for_it(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "person", {"note": SECRET}, {})
    (change,) = changes(ENCRYPTED, database)
    assert isinstance(change, Rewrite)
    assert (change.column, change.encrypts, change.rows) == ("note", True, 1)
    deploy(ENCRYPTED, database, 2)
    assert [each["note"] for each in held_rows(ENCRYPTED, database, "person").values()] == [SECRET, None]
    assert "Diabetes" not in contents(database)
    assert changes(ENCRYPTED, database) == ()


@ON_BOTH
def test_values_are_plain_again_when_the_mark_is_gone(database: Database) -> None:
    deploy(SEARCHABLE, database)
    fill(SEARCHABLE, database, "person", {"note": SECRET})
    deploy(PLAIN, database, 2)
    assert held_rows(PLAIN, database, "person")["1"]["note"] == SECRET
    assert "Diabetes" in contents(database)


@ON_BOTH
def test_undo_brings_back_how_values_were_kept(database: Database) -> None:
    deploy(PLAIN, database)
    fill(PLAIN, database, "person", {"note": SECRET})
    deploy(ENCRYPTED, database, 2)
    apply(make_undo(PLAIN, database, now=NOW), PLAIN, database, Stamp("d3", NOW))
    assert held_rows(PLAIN, database, "person")["1"]["note"] == SECRET


@ON_BOTH
def test_a_field_that_becomes_searchable_is_found_at_once(database: Database) -> None:
    deploy(ENCRYPTED, database)
    fill(ENCRYPTED, database, "person", {"note": SECRET})
    deploy(SEARCHABLE, database, 2)
    assert found(database, f'note = "{SECRET}"') == ["1"]


@ON_BOTH
def test_renames_take_encrypted_values_along(database: Database) -> None:
    deploy(SEARCHABLE, database)
    fill(SEARCHABLE, database, "person", {"note": SECRET})
    note = {"type": "text", "encrypted": True, "searchable": "exact", "was": "note"}
    renamed = model(entity("patient", {"name": "text", "finding": note}, was=("person",)))
    deploy(renamed, database, 2)
    assert held_rows(renamed, database, "patient")["1"]["finding"] == SECRET
    where = (condition(renamed, "patient", f'finding = "{SECRET}"'),)
    with SqlPlatform(database, renamed).transaction(write=False) as transaction:
        assert len(transaction.find(Query("patient", ASKING, where=where)).rows) == 1


@ON_BOTH
def test_what_is_removed_lies_encrypted_in_the_trash_and_comes_back(database: Database) -> None:
    deploy(SEARCHABLE, database)
    fill(SEARCHABLE, database, "person", {"note": SECRET})
    without = model(entity("person", {"name": "text"}))
    deploy(without, database, 2)
    assert "Diabetes" not in contents(database)
    deploy(SEARCHABLE, database, 3)
    assert held_rows(SEARCHABLE, database, "person")["1"]["note"] == SECRET


@ON_BOTH
def test_so_does_a_whole_entity(database: Database) -> None:
    both = model(*ENCRYPTED.entities.values(), entity("task", {"title": "text"}))
    deploy(both, database)
    fill(both, database, "person", {"name": "Budi", "note": SECRET})
    deploy(model(both.entities["task"]), database, 2)
    assert "Diabetes" not in contents(database)
    deploy(both, database, 3)
    assert held_rows(both, database, "person")["1"]["note"] == SECRET


def test_a_plan_does_not_tell_encrypted_values(database: Database) -> None:
    deploy(ENCRYPTED, database)
    fill(ENCRYPTED, database, "person", {"note": SECRET})
    shorter = people({"encrypted": True, "max_length": 5})
    told = str(changes(shorter, database))
    assert "encrypted" in told
    assert "Diabetes" not in told
    number = model(entity("person", {"name": "text", "note": {"type": "number", "encrypted": True}}))
    with pytest.raises(PlanRefused):
        deploy(number, database, 2)
    assert "Diabetes" not in str(changes(number, database))


def test_a_table_without_encrypted_fields_needs_no_keys(tmp_path: Path) -> None:
    database = Database.at(tmp_path / "crm.sqlite", keyring=KEYLESS)
    deploy(PLAIN, database)
    with SqlPlatform(database, PLAIN).transaction() as transaction:
        transaction.insert("person", [row(PLAIN, "person", "1", note="x")])
    database.close()
