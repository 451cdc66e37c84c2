"""People's data in the Model."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from relasi.schema.model import Entity, Model, Personal
from relasi.schema.model.mail import Basis
from relasi.schema.model.privacy import Then
from tests.schema.compiler.examples import Example

TEXT = """
# schema/guest.yaml
entity: guest
person: true
purpose: service
keep: 3 years after left_on
fields:
  name: {type: text, personal: true}
  home: {type: address, personal: true}
  email:
    type: email
    personal: true
    purpose: [service, news]
    keep: {for: 90 days, after: left_on, then: erase}
  creed: {type: text, personal: special, purpose: news}
  greeting: {type: formula, value: "{name} ({email})"}
  left_on: date
access: {agent: {read: all}}
# config/crm.yaml
crm: 1
name: Hotel
purposes: {news: {consent: required}}
"""


def hotel(tmp_path: Path) -> Model:
    path = tmp_path / "example.yaml"
    path.write_text(TEXT.strip() + "\n", encoding="utf-8")
    model, diagnostics, _ = Example.read(path).compile(tmp_path / "project")
    assert model is not None, list(diagnostics)
    return model


def guest(tmp_path: Path) -> Entity:
    return hotel(tmp_path).entities["guest"]


def test_what_a_field_does_not_say_about_its_purposes_its_entity_says(tmp_path: Path) -> None:
    fields = guest(tmp_path).fields
    assert (fields["home_city"].purposes, fields["email"].purposes) == (("service",), ("service", "news"))


def test_the_parts_of_a_personal_field_are_personal(tmp_path: Path) -> None:
    found = guest(tmp_path)
    parts = [field for field in found.own_fields if field.name.startswith("home_")]
    assert {field.personal for field in parts} == {Personal.ORDINARY}


def test_what_is_made_of_personal_values_is_personal_for_the_same_purposes(tmp_path: Path) -> None:
    made = guest(tmp_path).fields["greeting"]
    assert (made.personal, set(made.purposes)) == (Personal.ORDINARY, {"service", "news"})


def test_a_field_that_says_nothing_is_not_personal(tmp_path: Path) -> None:
    assert guest(tmp_path).fields["left_on"].personal is None


def test_the_time_runs_out_by_the_day_in_the_companys_time_zone(tmp_path: Path) -> None:
    keep = guest(tmp_path).keep
    assert keep is not None
    due = keep.due(datetime(2026, 11, 22, 20, 0, tzinfo=UTC), ZoneInfo("Asia/Jakarta"))
    assert "2023-11-23" in due.text


def test_the_long_form_says_what_happens_then(tmp_path: Path) -> None:
    keep = guest(tmp_path).fields["email"].keep
    assert keep is not None
    assert keep.then is Then.ERASE


def test_a_purpose_that_needs_consent_rests_on_it(tmp_path: Path) -> None:
    purposes = hotel(tmp_path).settings.outside.purposes
    assert {name: each.basis for name, each in purposes.items()} == {
        "service": Basis.CONTRACT,
        "news": Basis.CONSENT,
    }
