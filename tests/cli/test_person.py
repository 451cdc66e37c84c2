"""`relasi person`: everything about one person, taken out or erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.conftest import Relasi
from tests.privacy.people import clinic, person
from tests.records.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = clinic(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield world
    world.crm.close()


def test_all_that_is_known_of_a_person_goes_into_a_new_file(
    relasi: Relasi, world: World, tmp_path: Path
) -> None:
    budi, file = person(world, "Budi"), tmp_path / "budi.zip"
    assert "1 record(s)" in relasi("person", "export", "person", budi, "-o", file).out
    assert set(ZipFile(file).namelist()) == {"data.json", "index.html"}
    assert "is there already" in relasi("person", "export", "person", budi, "-o", file).err


def test_a_preview_says_what_would_go_and_what_stays(relasi: Relasi, world: World) -> None:
    budi = person(world, "Budi")
    world.create("bill", visit=world.create("visit", person=budi).id, addressee="Budi")
    said = relasi("person", "erase", "person", budi, "--preview").out
    assert "anonymised: 1 × Person" in said
    assert "stays: 1 × Bill. Bills are kept for ten years." in said
    assert world.values("person", budi)["name"] == "Budi"


def test_an_erasure_is_confirmed_and_proven(relasi: Relasi, world: World) -> None:
    budi = person(world, "Budi")
    assert relasi("person", "erase", "person", budi).code == 2
    assert world.values("person", budi)["name"] == "Budi"
    done = relasi("person", "erase", "person", budi, "--reason", "asked", "--yes", "--json").data
    assert done["done"]
    assert done["finished_at"]
    assert world.values("person", budi)["name"] == "(erased)"
    (proof,) = relasi("person", "proofs", "--json").data
    assert (proof["proof"], proof["reason"], proof["how"]) == (done["proof"], "asked", "anonymise")
    assert "anonymise" in relasi("person", "proofs").out


def test_somebody_unknown_is_not_found(relasi: Relasi, world: World) -> None:
    answer = relasi("person", "erase", "person", "nobody", "--yes")
    assert (answer.code, answer.out) == (1, "")
