"""People's data: whose they are, that restricted ones are left alone, and special ones need consent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.errors import Forbidden, Invalid
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format
from relasi.platform.keyring import add_key
from relasi.records import Actor, ListRequest, Record
from relasi.records.people import is_restricted_address, people_of
from relasi.schema.model.privacy import BECAUSE, RESTRICTED
from relasi.store.consents import Consent
from tests.records.world import World, make_world

CLINIC = (
    """
entity: patient
person: kind = human
purpose: service
fields:
  name: {type: text, personal: true}
  kind: {type: choice, options: [human, firm], default: human}
  email: {type: email, personal: true}
  illness: {type: text, personal: special, purpose: care}
  rank: {type: number}
access:
  chief: {read: all, export: true}
""",
    "roles: {chief: {}}",
    """
entity: visit
belongs_to: patient
purpose: service
fields:
  patient: {type: link, to: patient}
  note: {type: text, personal: true}
""",
    """
entity: call
belongs_to: about
purpose: service
fields:
  about: {type: link, to: [patient, visit]}
  note: {type: text, personal: true}
""",
    """
entity: campaign
fields:
  name: text
""",
    """
workflow: rank_all
entity: campaign
when: created
do:
  - for each: patient
    do:
      - set: {rank: 5}
""",
    """
workflow: greet
entity: visit
when: created
do:
  - update: patient
    set: {rank: 1}
  - update: patient
    set: {name: Greeted}
""",
)
_TAKEN = ("name", "illness")
PURPOSES = """
crm: 1
name: Clinic
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
purposes: {care: {consent: required}}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, PURPOSES, *CLINIC)
    add_key(made.crm.root / "keys" / "data.keys", "2026-11-22")
    yield made
    made.crm.close()


def patient(world: World, **values: str) -> Record:
    return world.create("patient", **{"name": "Budi", "email": "budi@example.com", **values})


def restrict(world: World, record: Record) -> None:
    with world.crm.records.work(world.engine) as work:
        work.as_definition().update(
            "patient", record.id, record.version, {RESTRICTED: True, BECAUSE: "asked"}
        )


def agree(world: World, address: str, *, given: bool = True) -> None:
    with world.crm.store.session() as session:
        said = Consent(world.crm.new_id(), address, "care", given, world.clock(), "test", "yes")
        session.consents.add(said)


def people(world: World, entity: str, record: Record) -> list[str]:
    with world.crm.records.work(world.engine, write=False) as work:
        row = work.follow(entity, record.id)
        assert row is not None
        return [each.id for each in people_of(work, entity, row)]


def test_a_record_belongs_to_people_by_way_of_others(world: World) -> None:
    budi = patient(world)
    visit = world.create("visit", patient=budi.id)
    call = world.create("call", about=f"visit/{visit.id}")
    assert people(world, "call", call) == [budi.id]


def test_a_record_that_is_no_person_has_nobodys_data(world: World) -> None:
    assert people(world, "patient", patient(world, kind="firm")) == []


def test_a_rule_changes_nothing_of_a_person_whose_data_are_restricted(world: World) -> None:
    budi = patient(world)
    restrict(world, budi)
    world.create("visit", patient=budi.id)
    assert world.values("patient", budi.id)["name"] == "Budi"


def test_people_may_correct_restricted_data(world: World) -> None:
    budi = patient(world)
    restrict(world, budi)
    world.crm.records.update(world.engine, "patient", budi.id, budi.version + 1, {"name": "Budi S."})
    assert world.values("patient", budi.id)["name"] == "Budi S."


def test_segments_leave_restricted_people_out(world: World) -> None:
    restrict(world, patient(world))
    patient(world, name="Eva", email="eva@example.com")
    campaign = world.create("campaign", name="Spring")
    assert {row["name"]: row["rank"] for row in world.rows("patient")} == {"Budi": None, "Eva": 5}
    (step,) = world.traces("campaign", campaign.id)[0].steps
    assert (step["count"], step["restricted"]) == (1, 1)


def test_the_addresses_of_restricted_people_are_known_whatever_their_case(world: World) -> None:
    restrict(world, patient(world))
    with world.crm.records.work(world.engine, write=False) as work:
        assert [is_restricted_address(work, each) for each in ("BUDI@example.com", "eva@example.com")] == [
            True,
            False,
        ]


def test_a_special_value_needs_the_consent_that_its_purpose_asks_for(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        patient(world, illness="asthma")
    assert [(each.field, each.code) for each in refused.value.issues] == [("illness", "without_consent")]


def test_with_consent_a_special_value_is_kept(world: World) -> None:
    agree(world, "budi@example.com")
    assert world.values("patient", patient(world, illness="asthma").id)["illness"] == "asthma"


def test_after_consent_was_withdrawn_no_special_value_is_added(world: World) -> None:
    agree(world, "budi@example.com")
    budi = patient(world)
    world.clock.advance(seconds=1)
    agree(world, "budi@example.com", given=False)
    with pytest.raises(Invalid):
        world.crm.records.update(world.engine, "patient", budi.id, budi.version, {"illness": "asthma"})


def test_consent_of_somebody_without_an_address_is_kept_by_the_record(world: World) -> None:
    budi = world.create("patient", name="Budi")
    agree(world, f"patient/{budi.id}")
    world.crm.records.update(world.engine, "patient", budi.id, budi.version, {"illness": "asthma"})


def taken_out(
    world: World, purpose: str | None = None, *, actor: Actor | None = None, fields: tuple[str, ...] = _TAKEN
) -> list[str]:
    wanted = Wanted(ListRequest("patient", fields=fields), Format.CSV, "en", purpose)
    with world.crm.exporter.export(actor or world.engine, wanted) as made:
        lines = made.content.read().decode("utf-8-sig").splitlines()[1:]
        return [line.partition(",")[2] for line in lines]


def test_people_whose_data_are_restricted_are_in_no_file(world: World) -> None:
    restrict(world, patient(world))
    patient(world, name="Eva", email="eva@example.com")
    assert taken_out(world) == ["Eva,"]


def test_somebody_takes_people_s_data_for_a_purpose_only(world: World) -> None:
    patient(world)
    chief = world.actor("ida", "chief")
    with pytest.raises(Forbidden):
        taken_out(world, actor=chief)
    taken_out(world, "service", actor=chief)
    taken_out(world, actor=chief, fields=("kind", "rank"))


def test_a_file_for_a_purpose_has_those_who_agree_and_what_is_kept_for_it(world: World) -> None:
    patient(world)
    agree(world, "eva@example.com")
    patient(world, name="Eva", email="eva@example.com", illness="asthma")
    assert taken_out(world, "care") == ["asthma"]


def test_a_special_value_leaves_with_nobody_once_consent_is_withdrawn(world: World) -> None:
    agree(world, "budi@example.com")
    patient(world, illness="asthma")
    world.clock.advance(seconds=1)
    agree(world, "budi@example.com", given=False)
    assert taken_out(world) == ["Budi,"]
