from __future__ import annotations

from pathlib import Path

from relasi.apps.importing.fields import left_out, may_create, samples, targets, template
from relasi.apps.places import Here
from relasi.apps.visitor import visitor_of
from relasi.importing.files import open_table
from relasi.importing.matching import suggested
from tests.apps.conftest import FOLDER, LETTER, SHELF
from tests.records.world import make_world


def test_what_a_person_may_not_enter_is_not_offered(here: Here) -> None:
    offered = targets(here.visitor, here.entity)
    assert not {"secret", "state", "number", "scans", "created_at"} & offered.keys()
    assert {"subject", "urgency", "amount", "folder", "owner"} <= offered.keys()


def test_an_administrator_brings_what_others_only_read(tmp_path: Path) -> None:
    world = make_world(tmp_path, LETTER, SHELF, FOLDER, "roles: {clerk: {}, boss: {everything: true}}")
    key = world.user("boss", "boss")
    with world.crm.store.session(write=False) as session:
        user = session.users.get(key)
    assert user is not None
    visitor = visitor_of(world.crm, user)
    assert {"state", "number"} <= targets(visitor, visitor.entity("letter")).keys()
    world.crm.close()


def test_columns_of_what_the_visitor_does_not_see_are_not_named(here: Here) -> None:
    columns = ("Subject", "STATE", "number", "secret", "Shoe")
    assert left_out(here.visitor, here.entity, columns) == ("STATE", "number")


def test_a_link_to_several_entities_is_offered_once_for_each(here: Here) -> None:
    offered = targets(here.visitor, here.entity)
    assert (offered["about/letter"], offered["about/shelf"]) == ("About (Letter)", "About (Shelf)")


def test_missing_records_are_made_only_by_who_may_make_them(here: Here) -> None:
    assert may_create(here.visitor, "letter", "subject")
    assert not may_create(here.visitor, "letter", "pages")  # a letter needs a subject
    assert not may_create(here.visitor, "shelf", "name")
    assert not may_create(here.visitor, "user", "name")


def test_every_column_of_the_template_is_known_again(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    path.write_bytes(template(here.visitor, here.entity))
    columns = open_table(path).columns
    fields = suggested(here.entity, columns)["fields"]
    assert "Subject *" in columns
    assert sorted(fields.values()) == sorted(columns)


def test_samples_are_the_first_values_that_differ(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("A,B\n,x\n1,x\n1,y\n2,z\n3,\n")
    assert samples(open_table(path)) == {"A": ("1", "2"), "B": ("x", "y")}
