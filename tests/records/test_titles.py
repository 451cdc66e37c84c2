"""One way to write what stands in a hole, for titles, messages, formulas and rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relasi.schema.expressions import Situation, Template
from relasi.schema.holes import showing_in, signature, written_for
from relasi.schema.scope import ModelScope
from tests.records.world import World

PLACE = """
entity: place
title: "{name} ({kind}, {owner})"
fields:
  name: text
  owner: user
  above: {type: link, to: place}
  about: {type: link, to: [place, visit]}
  kind: {type: choice, options: {big: {label: {en: Big, id: Besar}}, tiny: {label: {en: Tiny, id: Mungil}}}}
  tags: {type: multi_choice, options: {a: {label: {en: One, id: Satu}}, b: {label: {en: Two, id: Dua}}}}
  year: number
  weight: {type: decimal, places: 2}
  rent: money
  share: percent
  day: date
  at: datetime
  open: boolean
  phone: phone
  note: {type: formula, value: "{name}: {kind}, {rent}, {day}"}
process:
  field: state
  states: {new: {label: {en: New, id: Baru}}, gone: {kind: done}}
access: {}
"""
VISIT = """
entity: visit
title: "{place}"
fields:
  place: {type: link, to: place}
  made: {type: text, default_from: "{place} {place.kind}"}
access: {}
"""
ROLES = "roles: {admin: {everything: true}}\n"
VALUES: dict[str, Any] = {
    "name": "Hall",
    "owner": "u-ana",
    "above": "p1",
    "about": "visit/v1",
    "kind": "tiny",
    "tags": ("a", "b"),
    "year": 2026,
    "weight": Decimal("1234.5"),
    "rent": Decimal("1500.5"),
    "share": Decimal("12.5"),
    "day": date(2026, 11, 2),
    "at": datetime(2026, 11, 2, 7, 5, tzinfo=UTC),
    "open": True,
    "phone": "+6281234567890",
    "state": "new",
    "id": "p0",
}
Build = Callable[..., World]


@pytest.mark.parametrize(
    ("hole", "english", "indonesian"),
    [
        ("kind", "Tiny", "Mungil"),
        ("tags", "One, Two", "Satu, Dua"),
        ("state", "New", "Baru"),
        ("state.kind", "open", "terbuka"),
        ("year", "2026", "2026"),
        ("year + 0.25", "2026.25", "2026,25"),
        ("weight", "1234.50", "1234,50"),
        ("rent", "€1,500.50", "€1.500,50"),
        ("rent * 2", "€3,001.00", "€3.001,00"),
        ("share", "12.5%", "12,5%"),
        ("year * 1000000000000000000000000000", f"2026{'0' * 27}", f"2026{'0' * 27}"),
        ("day", "2 Nov 2026", "2 Nov 2026"),
        ("date(at)", "2 Nov 2026", "2 Nov 2026"),
        ("at", "2 Nov 2026, 14:05", "2 Nov 2026 14.05"),
        ("now() - at", "3 days", "3 hari"),
        ("open", "Yes", "Ya"),
        ("rent > 3", "Yes", "Ya"),
        ("phone", "+62 812-3456-7890", "+62 812-3456-7890"),
        ("owner", "user u-ana", "user u-ana"),
        ("above", "place p1", "place p1"),
        ("about", "visit v1", "visit v1"),
        ("if(open, above, null)", "place p1", "place p1"),
    ],
)
def test_a_value_is_written_as_its_reader_writes(
    build: Build, hole: str, english: str, indonesian: str
) -> None:
    model = build(PLACE, VISIT, ROLES).crm.model
    template = Template.parse(f"{{{hole}}}", ModelScope(model, "place"))
    at = VALUES["at"] + timedelta(days=3)
    situation = Situation(VALUES, at, model.settings.zone, "p0")
    written = {
        language: template.render(
            situation, written_for(model, showing_in(model.settings, language, lambda *each: " ".join(each)))
        ).replace("\xa0", " ")
        for language in ("en", "id")
    }
    assert written == {"en": english, "id": indonesian}


def test_a_kept_text_is_in_the_first_language_of_the_company(build: Build) -> None:
    world = build(PLACE, VISIT, ROLES)
    place = world.create(
        "place", name="Hall", kind="tiny", rent="5", day="2026-11-02", owner=world.user("ana")
    )
    visit = world.create("visit", place=place.id)

    assert place.values["note"] == "Hall: Tiny, €5.00, 2 Nov 2026"
    assert visit.values["made"] == "Hall (Tiny, Ana) Tiny"


def test_a_title_is_in_the_language_of_whoever_reads_it_and_names_linked_records(build: Build) -> None:
    world = build(PLACE, VISIT, ROLES)
    place = world.create("place", name="Hall", kind="tiny")
    visit = world.create("visit", place=place.id)
    reader = world.actor("ana", "admin")
    before = world.crm.records.get(reader, "visit", visit.id).title
    with world.crm.store.session() as session:
        session.users.set_language(world.user("ana"), "id")

    assert before == "Hall (Tiny, )"
    assert world.crm.records.get(reader, "visit", visit.id).title == "Hall (Mungil, )"


def test_a_kept_text_has_to_be_made_anew_where_a_label_is_another_one(build: Build) -> None:
    def words(text: str) -> str | None:
        model = build(text, VISIT, ROLES).crm.model
        return signature(model, model.entities["place"].fields["note"].derivation)

    assert words(PLACE) == words(PLACE.replace("Hall", "Barn"))
    assert words(PLACE) != words(PLACE.replace("en: Tiny", "en: Small"))
