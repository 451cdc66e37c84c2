"""The register of processing activities: it follows from the Model, and speaks both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relasi.privacy.register import register_of, without_purpose
from relasi.privacy.register_text import rendered
from relasi.schema.model import Model
from tests.schema.compiler.examples import Example

TEXT = """
# config/crm.yaml
crm: 1
name: Hotel
languages: [en, id]
purposes:
  news: {label: {en: News, id: Kabar}, consent: required}
  survey: {label: {en: Survey, id: Survei}}
# config/platforms/local.yaml
platform: local
kind: nocodb
nocodb: {url: "https://grid.example.com", token: {env: TOKEN}}
# schema/guest.yaml
entity: guest
label: {en: Guest, id: Tamu}
person: true
purpose: service
keep: 3 years after left_on
fields:
  name: {type: text, label: {en: "Name | <b>", id: Nama}, personal: true}
  email: {type: email, label: {en: E-mail, id: Email}, personal: true, purpose: [service, news]}
  creed: {type: text, label: {en: Creed, id: Agama}, personal: special, keep: 90 days after left_on}
  left_on: {type: date, label: {en: Left, id: Pergi}}
access: {agent: {read: all}}
# config/messages/offer.yaml
message: offer
label: {en: Offer, id: Penawaran}
entity: guest
purpose: news
subject: Come again
body: Dear guest
# schema/visit.yaml
entity: visit
label: {en: Visit, id: Kunjungan}
belongs_to: guest
fields:
  guest: {type: link, to: guest, label: {en: Guest, id: Tamu}}
  note: {type: text, label: {en: Note, id: Catatan}, personal: true}
access: {manager: {read: all}}
# workflows/greet.yaml
workflow: greet
label: Greet
entity: guest
when: created
do:
  - email: {to: email, message: offer}
  - webhook: https://hooks.example.com/guest
    secret: {env: HOOK}
    body: {name: name}
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "example.yaml"
    path.write_text(TEXT.strip() + "\n", encoding="utf-8")
    found, diagnostics, _ = Example.read(path).compile(tmp_path / "project")
    assert found is not None, list(diagnostics)
    return found


def test_each_purpose_has_what_is_kept_for_it(model: Model) -> None:
    found = {
        each.purpose.name: [(kept.entity.name, field.name) for kept in each.kept for field in kept.fields[:3]]
        for each in register_of(model)
    }
    assert found == {
        "service": [("guest", "name"), ("guest", "email"), ("guest", "creed")],
        "news": [("guest", "email")],
    }


def test_who_gets_the_data_is_told_by_rules_and_platform(model: Model) -> None:
    found = {
        each.purpose.name: [(one.way, one.name["en"]) for one in each.recipients]
        for each in register_of(model)
    }
    assert found == {
        "service": [("webhook", "hooks.example.com"), ("nocodb", "grid.example.com")],
        "news": [("email", "Offer"), ("nocodb", "grid.example.com")],
    }


def test_fields_without_a_purpose_are_named(model: Model) -> None:
    assert [(entity.name, field.name) for entity, field in without_purpose(model)] == [("visit", "note")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["contract", "3 years after: Left", "Creed: 90 days after: Left", "Creed (special)"]),
        (
            "id",
            ["perjanjian", "3 tahun setelah: Pergi", "Agama (spesifik)", "sistem lain: hooks.example.com"],
        ),
    ],
)
def test_it_is_written_in_both_languages(model: Model, language: str, words: list[str]) -> None:
    text = rendered(model, language, "md")
    assert [word for word in words if word not in text] == []


def test_labels_cannot_break_the_page(model: Model) -> None:
    assert "<b>" not in rendered(model, "en", "html")


def test_programs_read_it_as_json(model: Model) -> None:
    told = json.loads(rendered(model, "en", "json"))
    assert [each["purpose"] for each in told["activities"]] == ["Service", "News"]
