"""A person is erased: what goes, what stays and why, and that nobody else loses anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.errors import Forbidden, NotFound
from relasi.exporting.export import Wanted
from relasi.exporting.files import Format
from relasi.records import ListRequest
from relasi.schema.model import Fate
from relasi.store.audit import BLANK, EXPORT
from relasi.store.consents import Consent
from relasi.store.effects import Effect
from relasi.store.erasures import digest_of
from tests.postgresql import WORLDS_ON_BOTH
from tests.privacy.people import bytes_of, clinic, person
from tests.records.world import NOW, World


@pytest.fixture
def world(tmp_path: Path, platform: tuple[str, ...]) -> Iterator[World]:
    world = clinic(tmp_path, *platform)
    yield world
    world.crm.close()


def erase(world: World, key: str, entity: str = "person") -> None:
    world.crm.privacy.erase(world.engine, entity, key, reason="asked in a letter")
    world.crm.privacy.finish(NOW)


def test_what_is_personal_goes_and_the_rest_stays(world: World) -> None:
    budi = person(world, "Budi", phone="+62 812 3456 7890", tier="gold")
    erase(world, budi)
    left = world.values("person", budi)
    assert [left[name] for name in ("name", "email", "phone", "tier")] == ["(erased)", None, None, "gold"]


@WORLDS_ON_BOTH
def test_what_belongs_to_the_person_goes_too_and_amounts_stay(world: World) -> None:
    budi = person(world, "Budi")
    visit = world.create("visit", person=budi, story="Budi fell", fee="12.50").id
    erase(world, budi)
    left = world.values("visit", visit)
    assert (left["story"], left["called"], left["person"], str(left["fee"])) == (None, None, budi, "12.50")


def test_the_model_says_what_is_deleted(world: World) -> None:
    budi = person(world, "Budi")
    world.create("call", person=budi, said="hello")
    erase(world, budi)
    assert world.rows("call") == []


def test_the_model_says_what_is_kept_and_the_proof_why(world: World) -> None:
    budi = person(world, "Budi")
    bill = world.create("bill", visit=world.create("visit", person=budi).id, addressee="Budi", amount="9").id
    erase(world, budi)
    assert world.values("bill", bill)["addressee"] == "Budi"
    (proof,) = world.crm.privacy.proofs_of(world.engine, "person", budi)
    assert ("bill", "Bills are kept for ten years.") in [
        (e["entity"], e["because"]["en"]) for e in proof.kept
    ]


def test_a_record_about_somebody_else_too_stays_and_is_told_of(world: World) -> None:
    budi, ani = person(world, "Budi"), person(world, "Ani")
    call = world.create("call", person=budi, friend=ani, said="hello").id
    erase(world, budi)
    assert world.values("call", call)["said"] == "hello"
    (proof,) = world.crm.privacy.proofs_of(world.engine, "person", budi)
    assert [(each["entity"], each["count"]) for each in proof.kept] == [("call", 1)]


def test_what_others_need_is_anonymised_instead_of_deleted(world: World) -> None:
    budi = person(world, "Budi")
    world.create("visit", person=budi)
    proof = world.crm.privacy.erase(world.engine, "person", budi, reason="", chosen=Fate.DELETE)
    assert proof.how == "anonymise"
    assert world.values("person", budi)["email"] is None


def test_nobody_needs_it_so_it_is_deleted(world: World) -> None:
    budi = person(world, "Budi")
    world.crm.privacy.erase(world.engine, "person", budi, reason="", chosen=Fate.DELETE)
    assert world.rows("person") == []


def test_values_that_others_have_made_of_it_follow(world: World) -> None:
    budi = person(world, "Budi")
    ward = world.create("ward", name="East", head=budi).id
    erase(world, budi)
    assert world.values("ward", ward)["head_name"] == "(erased)"
    told = [
        change.fields["head_name"] for change in world.changes("ward", ward) if "head_name" in change.fields
    ]
    assert "Budi" not in str(told)
    assert world.values("ward", ward)["name"] == "East"


@WORLDS_ON_BOTH
def test_the_audit_log_says_what_changed_and_nothing_of_it(world: World) -> None:
    budi = person(world, "Budi")
    world.crm.records.update(world.engine, "person", budi, 1, {"name": "Budiman", "tier": "gold"})
    erase(world, budi)
    *_, updated, erased = world.changes("person", budi)
    assert updated.fields == {"name": BLANK, "tier": ("plain", "gold")}
    assert (erased.kind, set(erased.fields.values())) == ("erased", {BLANK})


@WORLDS_ON_BOTH
def test_mails_and_consents_go_by_address_but_not_where_others_share_it(world: World) -> None:
    budi = person(world, "Budi")
    for key, to in (("1", "budi@mail.example.id"), ("2", "ani@mail.example.id")):
        with world.crm.store.session() as session:
            session.effects.add(Effect(key, "email", to, {"text": "hello"}, NOW))
            session.consents.add(Consent(key, to, "care", True, NOW, "page", "yes"))
    person(world, "Ani")
    erase(world, budi)
    with world.crm.store.session() as session:
        assert [each.id for each in session.effects.list()] == ["2"]
        assert [each.id for each in session.consents.list(9)] == ["2"]


def test_an_address_that_others_have_is_left_in_what_is_told(world: World) -> None:
    budi = person(world, "Budi", phone="+62 812 3456 7890")
    person(world, "Ani", phone="+62 812 3456 7890")
    with world.crm.store.session() as session:
        session.effects.add(Effect("1", "sms", "+6281234567890", {}, NOW))
    erase(world, budi)
    with world.crm.store.session() as session:
        assert [each.id for each in session.effects.list()] == ["1"]


@WORLDS_ON_BOTH
def test_a_preview_tells_the_same_and_changes_nothing(world: World) -> None:
    budi = person(world, "Budi")
    world.create("call", person=budi, said="hello")
    before = (world.rows("person"), world.rows("call"), world.changes("person", budi))
    shown = world.crm.privacy.preview(world.engine, "person", budi)
    assert (world.rows("person"), world.rows("call"), world.changes("person", budi)) == before
    assert world.crm.privacy.proofs(world.engine) == ()
    done = world.crm.privacy.erase(world.engine, "person", budi, reason="")
    assert (shown.counts, shown.kept) == (done.counts, done.kept)
    assert shown.counts["deleted"] == {"call": 1}
    assert shown.counts["anonymised"] == {"person": 1}


def test_only_who_has_the_right_erases(world: World) -> None:
    budi = person(world, "Budi")
    clerk, officer = world.actor("clerk", "clerk"), world.actor("officer", "officer")
    with pytest.raises(Forbidden):
        world.crm.privacy.preview(clerk, "person", budi)
    with pytest.raises(Forbidden):
        world.crm.privacy.erase(clerk, "person", budi, reason="")
    with pytest.raises(NotFound):
        world.crm.privacy.erase(officer, "visit", world.create("visit", person=budi).id, reason="")
    assert not world.crm.privacy.may_erase(clerk, "person", budi)
    assert world.crm.privacy.erase(officer, "person", budi, reason="").user_id == officer.user_id


def test_the_proof_says_what_when_by_whom_and_why_and_not_who(world: World) -> None:
    budi, officer = person(world, "Budi"), world.actor("officer", "officer")
    world.crm.privacy.erase(officer, "person", budi, reason="asked in a letter")
    (proof,) = world.crm.privacy.proofs(officer)
    assert (proof.entity, proof.at, proof.user_id, proof.reason) == (
        "person",
        NOW,
        "u-officer",
        "asked in a letter",
    )
    assert proof.digest == digest_of(budi)
    assert "budi" not in str(proof).lower()


def test_no_byte_on_the_disk_tells_of_the_person(world: World) -> None:
    budi = person(world, "Bartholomeus", phone="+62 812 3456 7890")
    ani = person(world, "Anastasia")
    for turn in range(30):
        visit = world.create("visit", person=budi if turn % 2 else ani, story="melancholia " * 40 * turn)
        world.crm.records.update(world.engine, "visit", visit.id, 1, {"story": f"vertigo {turn}"})
    erase(world, budi)
    left = bytes_of(world).lower()
    assert [word for word in (b"bartholomeus", b"3456789") if word in left] == []
    assert b"anastasia" in left


def test_erasing_twice_changes_nothing_more(world: World) -> None:
    budi = person(world, "Budi")
    erase(world, budi)
    left = world.values("person", budi)
    again = world.crm.privacy.erase(world.engine, "person", budi, reason="")
    assert world.values("person", budi) == left
    assert again.counts["told"] == {}


def test_what_was_asked_for_in_an_export_is_taken_out_where_it_tells_of_the_person(world: World) -> None:
    budi = person(world, "Bartholomeus")
    for search in ("Bartholomeus", "Anastasia"):
        wanted = Wanted(ListRequest("person", search=search), Format.CSV, "en")
        with world.crm.exporter.export(world.engine, wanted):
            pass
    erase(world, budi)
    with world.crm.store.session() as session:
        said = [each.fields[EXPORT][1] for each in session.audit.exports(limit=9)]
    assert [each and each["search"] for each in said] == ["Anastasia", None]


def test_an_account_with_the_address_is_told_of(world: World) -> None:
    budi = world.create("person", name="Budi", email="officer@example.com").id
    world.user("officer", "officer")
    shown = world.crm.privacy.preview(world.engine, "person", budi)
    assert any("account" in each["because"]["en"] for each in shown.kept)
