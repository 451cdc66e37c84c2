"""Encrypted fields in a CRM at work: whatever is done with them, nothing that is kept tells their values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.errors import Forbidden
from relasi.platform.keyring import add_key
from relasi.records import ListRequest
from relasi.schema.model import Sort
from tests.postgresql import WORLDS_ON_BOTH, platform  # noqa: F401  # a fixture
from tests.records.world import World, make_world

SECRET = "Diabetes mellitus"
PATIENT = """
entity: patient
title: "{name}"
fields:
  name: text
  finding: {type: long_text, encrypted: true}
  insurance: {type: text, encrypted: true, searchable: exact}
  step: text
search: [name, insurance]
access:
  doctor: {read: all, create: true, update: all, delete: all}
"""
ROLES = "roles:\n  doctor:\n"
LATER = """
workflow: later
entity: patient
when: [created, changed: finding]
do:
  - set: {step: "{name} is here"}
  - wait: 2 days
  - if: changed(step)
    then:
      - set: {step: gone on}
"""
COPY = """
workflow: copy
entity: patient
when: created
do:
  - create: note
    set: {about: "{name}", finding: as told}
"""
NOTE = """
entity: note
fields:
  about: text
  finding: {type: text, encrypted: true}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = make_world(tmp_path, PATIENT, NOTE, ROLES, LATER, COPY)
    keys = world.crm.root / "keys" / "data.keys"
    if not keys.exists():
        add_key(keys, "2026-11-22")
    yield world
    world.crm.close()


def held(world: World) -> str:
    """Every byte that the database has on the disk."""
    file = world.crm.database.file
    assert file
    world.crm.database.close()
    parts = file.parent.glob(f"{file.name}*")
    return "".join(each.read_bytes().decode("latin-1") for each in parts)


def test_no_byte_of_the_database_tells_what_was_entered_changed_waited_for_and_deleted(world: World) -> None:
    doctor = world.actor("sari", "doctor")
    records = world.crm.records
    patient = records.create(doctor, "patient", {"name": "Budi", "finding": SECRET, "insurance": "AB-12"})
    again = records.update(doctor, "patient", patient.id, 2, {"finding": f"{SECRET}, type 2"})
    assert again.values["finding"] == f"{SECRET}, type 2"
    records.delete(doctor, "patient", patient.id, again.version)
    kept = held(world)
    assert "Budi" in kept
    assert "Diabetes" not in kept
    assert "AB-12" not in kept


def test_the_history_tells_it_to_those_who_may_read_it(world: World) -> None:
    patient = world.create("patient", name="Budi", finding=SECRET)
    (created, *_) = world.changes("patient", patient.id)
    assert created.fields["finding"] == (None, SECRET)


def test_rules_wait_and_go_on_without_the_value(world: World) -> None:
    patient = world.create("patient", name="Budi", finding=SECRET)
    world.clock.advance(days=3)
    for sweep in world.crm.workflows.sweeps().values():
        sweep(world.clock())
    assert world.values("patient", patient.id)["finding"] == SECRET
    assert [each.error for each in world.traces("patient", patient.id)] == [None, None]


def test_what_a_rule_writes_into_an_encrypted_field_is_in_no_trace(world: World) -> None:
    patient = world.create("patient", name="Budi")
    (note,) = world.rows("note")
    assert note["finding"] == "as told"
    assert "as told" not in str(world.traces("patient", patient.id))
    assert "as told" not in held(world)


def test_it_is_found_by_its_whole_value_alone(world: World) -> None:
    doctor = world.actor("sari", "doctor")
    world.create("patient", name="Budi", insurance="AB-12")

    def found(search: str) -> int:
        return len(world.crm.records.list(doctor, ListRequest("patient", search=search)).records)

    assert (found("ab-12"), found("AB"), found("budi")) == (1, 0, 1)


@pytest.mark.parametrize(
    "request_",
    [
        ListRequest("patient", sort=(Sort("insurance"),)),
        ListRequest("patient", matching={"finding": [SECRET]}),
    ],
)
def test_nobody_sorts_by_it_or_looks_for_what_is_not_searchable(world: World, request_: ListRequest) -> None:
    with pytest.raises(Forbidden, match="is encrypted"):
        world.crm.records.list(world.actor("sari", "doctor"), request_)
