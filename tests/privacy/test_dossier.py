"""Everything about a person as one file: what is in it, and what is not."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from relasi.errors import Forbidden
from relasi.store.audit import EXPORT
from relasi.store.columns import METADATA
from relasi.store.consents import Consent
from relasi.store.effects import Effect
from relasi.store.telling import Telling
from relasi.texts import known
from tests.privacy.people import clinic, person
from tests.records.world import NOW, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = clinic(tmp_path)
    yield world
    world.crm.close()


def taken(world: World, key: str, language: str = "en") -> tuple[dict[str, Any], str, ZipFile]:
    """The data, the page and the archive."""
    target = io.BytesIO()
    world.crm.privacy.export(world.engine, "person", key, language, target)
    archive = ZipFile(target)
    return json.loads(archive.read("data.json")), archive.read("index.html").decode(), archive


def test_it_has_the_person_and_what_belongs_to_the_person(world: World) -> None:
    budi = person(world, "Budi", phone="+62 812 3456 7890", born="1980-02-01")
    world.create("visit", person=budi, story="fell", fee="12.50")
    person(world, "Ani")
    data, page, _ = taken(world, budi)
    assert [each["entity"] for each in data["records"]] == ["person", "visit"]
    assert data["records"][0]["values"]["born"] == {
        "label": "Born",
        "value": "1980-02-01",
        "text": "1 Feb 1980",
    }
    assert data["records"][1]["values"]["story"]["value"] == "fell"
    assert "1 Feb 1980" in page
    assert "fell" in page
    assert "Ani" not in page
    assert "ani@" not in json.dumps(data)


def test_it_has_the_attached_files(world: World) -> None:
    budi = person(world, "Budi")
    with world.crm.files.arrival(world.engine, "visit", "papers") as upload:
        upload.write(b"the finding")
        file = upload.finish("finding.txt")
    world.create("visit", person=budi, papers=[file.id])
    data, page, archive = taken(world, budi)
    assert archive.read("files/001-finding.txt") == b"the finding"
    assert data["records"][1]["values"]["papers"]["files"] == ["files/001-finding.txt"]
    assert 'href="files/001-finding.txt"' in page


def test_it_has_messages_consents_and_the_history(world: World) -> None:
    budi = person(world, "Budi")
    with world.crm.store.session() as session:
        session.effects.add(Effect("1", "email", "budi@mail.example.id", {"text": "hello"}, NOW))
        session.consents.add(Consent("1", "budi@mail.example.id", "care", True, NOW, "page", "yes, please"))
    world.crm.records.update(world.engine, "person", budi, 1, {"tier": "gold"})
    data, page, _ = taken(world, budi)
    assert [each["payload"] for each in data["told"]["relasi_effect"]] == [{"text": "hello"}]
    assert [each["wording"] for each in data["told"]["relasi_consent"]] == ["yes, please"]
    assert data["history"][-1]["fields"] == {"tier": ["plain", "gold"]}
    assert "yes, please" in page


def test_other_people_are_left_out_and_that_is_said(world: World) -> None:
    budi, ani = person(world, "Budi"), person(world, "Anastasia")
    world.create("call", person=budi, friend=ani, said="about both")
    data, page, _ = taken(world, budi)
    assert data["left_out"]["left_shared"] == 1
    assert "about both" not in page
    assert "Anastasia" not in json.dumps(data)
    assert "1 record that is about other people, too." in page


def test_nothing_in_the_page_is_markup(world: World) -> None:
    _, page, _ = taken(world, person(world, "Budi", phone=None))
    evil = world.create("person", name="<script>alert(1)</script>", email="x@mail.example.id").id
    world.create("visit", person=evil, story="<img src=x onerror=alert(1)>")
    _, page, _ = taken(world, evil)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_it_is_written_in_the_language_asked_for(world: World) -> None:
    _, page, _ = taken(world, person(world, "Budi", born="1980-02-01"), "id")
    assert '<html lang="id">' in page
    assert "Seluruh data tentang Budi" in page
    assert "1 Feb 1980" in page


def test_that_it_was_taken_is_in_the_audit_log(world: World) -> None:
    budi = person(world, "Budi")
    taken(world, budi)
    (entry,) = [each for each in world.changes("person", budi) if each.kind == "exported"]
    assert entry.fields[EXPORT][1]["records"] == 1


def test_only_who_has_the_right_takes_it(world: World) -> None:
    budi, clerk = person(world, "Budi"), world.actor("clerk", "clerk")
    with pytest.raises(Forbidden):
        world.crm.privacy.export(clerk, "person", budi, "en", io.BytesIO())


def test_every_place_that_tells_of_people_has_a_name() -> None:
    telling = [each.name for each in METADATA.sorted_tables if isinstance(each.info.get("people"), Telling)]
    assert {f"place_{name}" for name in (*telling, "relasi_change", "relasi_file")} <= set(known("privacy"))
