"""What is erased stays erased: after a crash in the middle, and after a backup of before has come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.cli.backup import restore
from relasi.runtime import open_model
from relasi.transfer.backup import back_up
from relasi.transfer.copy import Place
from tests.privacy.people import bytes_of, clinic, person
from tests.records.world import NOW, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = clinic(tmp_path)
    yield world
    world.crm.close()


def backed_up(world: World) -> Path:
    file = world.crm.root / "before.relasi.zip"
    back_up(Place(world.crm.database, world.crm.files.contents), file, "local", NOW)
    return file


def reopened(world: World) -> World:
    world.crm.close()
    world.crm = open_model(world.crm.root, world.crm.model, clock=world.clock, new_id=world.ids)
    return world


def attached(world: World, key: str) -> None:
    """A paper on a visit of the person, as an import would bring it."""
    with world.crm.files.arrival(world.engine, "visit", "papers") as upload:
        upload.write(b"the finding of Bartholomeus")
        file = upload.finish("bartholomeus.txt")
    world.create("visit", person=key, papers=[file.id])


def test_a_worker_finishes_what_was_erased_before_a_crash(world: World) -> None:
    budi = person(world, "Bartholomeus")
    attached(world, budi)
    world.crm.privacy.erase(world.engine, "person", budi, reason="")
    assert b"the finding of Bartholomeus" in bytes_of(world)
    reopened(world).crm.privacy.sweep(NOW)
    assert b"bartholomeus" not in bytes_of(world).lower()
    assert world.crm.privacy.proofs(world.engine)[0].finished_at == NOW


def test_a_content_that_somebody_else_has_too_stays(world: World) -> None:
    budi, ani = person(world, "Budi"), person(world, "Ani")
    attached(world, budi)
    attached(world, ani)
    world.crm.privacy.erase(world.engine, "person", budi, reason="")
    world.crm.privacy.finish(NOW)
    (kept,) = [row["papers"] for row in world.rows("visit") if row["papers"]]
    file = world.crm.records.files(world.engine, kept)[kept[0]]
    assert world.crm.files.contents.path(file.sha256).is_file()


def test_a_backup_of_before_does_not_bring_the_person_back(world: World) -> None:
    budi, ani = person(world, "Bartholomeus"), person(world, "Anastasia")
    attached(world, budi)
    file = backed_up(world)
    proof = world.crm.privacy.erase(world.engine, "person", budi, reason="asked")
    world.crm.close()
    restore(world.crm.root, file, yes=True, as_json=True)
    reopened(world)
    assert world.values("person", budi)["name"] == "(erased)"
    assert world.values("person", ani)["name"] == "Anastasia"
    (again,) = world.crm.privacy.proofs(world.engine)
    assert (again.id, again.at, again.reason) == (proof.id, proof.at, "asked")
    for each in (file, *world.crm.root.glob("backups/*")):
        each.unlink()
    assert b"bartholomeus" not in bytes_of(world).lower()


def test_the_list_outlives_the_database(world: World) -> None:
    budi = person(world, "Budi")
    before = (world.crm.root / "data" / "crm.db").with_suffix(".before")
    world.crm.database.close()
    before.write_bytes((world.crm.root / "data" / "crm.db").read_bytes())
    world.crm.privacy.erase(world.engine, "person", budi, reason="")
    world.crm.privacy.finish(NOW)
    world.crm.database.close()
    before.replace(world.crm.root / "data" / "crm.db")
    reopened(world)
    assert len(world.crm.privacy.missing()) == 1
    world.crm.privacy.sweep(NOW)
    assert world.values("person", budi)["name"] == "(erased)"
    assert world.crm.privacy.missing() == []


def test_nothing_is_listed_twice(world: World) -> None:
    world.crm.privacy.erase(world.engine, "person", person(world, "Budi"), reason="")
    for _ in range(2):
        world.crm.privacy.keep_list()
    world.crm.privacy.finish(NOW)
    (file,) = (world.crm.root / "data").rglob("erasures.jsonl")
    assert len(file.read_text().splitlines()) == 1


def test_a_worker_that_has_just_looked_lets_the_database_be(world: World) -> None:
    world.crm.privacy.sweep(NOW)
    world.crm.privacy.erase(world.engine, "person", person(world, "Budi"), reason="")
    assert not world.crm.privacy.sweep(NOW)
    assert world.crm.privacy.proofs(world.engine)[0].finished_at is None
