"""What forms say of their sections holds on every channel, and the form that fits says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relasi.errors import Invalid
from relasi.records import Actor, Source
from tests.records.world import World

ROLES = "roles: {clerk: {}, boss: {}}"
CONTACT = """
entity: contact
fields:
  name: text
  kind: {type: choice, options: [person, company], default: person}
  born: {type: date, visible_when: kind = person}
  tax: text
  seat: text
  done: boolean
  note: text
forms:
  boss:
    roles: [boss]
    sections:
      main: {fields: [[name, kind], born, tax, seat, note, done]}
  company:
    when: kind = company
    sections:
      main: {fields: [name, kind, done], columns: 2}
      firm: {fields: [tax, seat], required_when: not done, read_only_when: done}
  person:
    sections:
      main: {fields: [[name, kind], born, done]}
      notes: {fields: [note], visible_when: done}
tabs:
  more: {sections: [firm, notes]}
access:
  clerk: {read: all, create: true, update: all}
  boss: {read: all, create: true, update: all}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, CONTACT)


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor("cleo", "clerk")


def refused(world: World, actor: Actor, **values: Any) -> dict[str | None, str]:
    with pytest.raises(Invalid) as caught:
        world.crm.records.create(actor, "contact", values)
    return {issue.field: issue.code for issue in caught.value.issues}


def test_a_section_can_demand_all_its_fields(world: World, clerk: Actor) -> None:
    assert refused(world, clerk, kind="company") == {"tax": "required", "seat": "required"}


def test_it_demands_them_only_of_records_that_its_form_is_for(world: World, clerk: Actor) -> None:
    assert world.crm.records.create(clerk, "contact", {"kind": "person"}).id


def test_and_only_of_people_who_have_that_form(world: World) -> None:
    boss = world.actor("bob", "boss")

    assert world.crm.records.create(boss, "contact", {"kind": "company"}).id


def test_a_section_can_lock_all_its_fields(world: World, clerk: Actor) -> None:
    values = {"kind": "company", "done": True, "tax": "1", "seat": "Bogor"}
    made = world.crm.records.create(clerk, "contact", values)

    with pytest.raises(Invalid) as caught:
        world.crm.records.update(clerk, "contact", made.id, 1, {"tax": "2"})

    assert [(each.field, each.code) for each in caught.value.issues] == [("tax", "read_only")]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"kind": "company", "born": "2000-01-01", "done": True}, "born"), ({"note": "x"}, "note")],
)
def test_a_value_for_what_the_form_does_not_show_is_refused(
    world: World, clerk: Actor, values: dict[str, Any], field: str
) -> None:
    assert refused(world, clerk, **values) == {field: "does_not_apply"}


def test_an_import_brings_it_all_the_same(world: World) -> None:
    importer = replace(world.engine, source=Source.IMPORT)

    assert world.crm.records.create(importer, "contact", {"note": "from long ago"}).values["note"]


def test_a_field_that_is_on_no_section_of_the_form_can_be_filled(world: World, clerk: Actor) -> None:
    assert world.crm.records.create(clerk, "contact", {"tax": "1"}).values["tax"] == "1"


def test_what_was_filled_before_stays_when_it_no_longer_applies(world: World, clerk: Actor) -> None:
    made = world.crm.records.create(clerk, "contact", {"done": True, "note": "x"})

    changed = world.crm.records.update(clerk, "contact", made.id, 1, {"done": False})

    assert changed.values["note"] == "x"


def test_a_page_gets_the_form_that_fits_what_is_entered(world: World, clerk: Actor) -> None:
    boss = world.actor("bob", "boss")

    def sections(actor: Actor, kind: str) -> list[str]:
        state = world.crm.records.form_state(actor, "contact", {"kind": kind})
        return [section.name for section in state.sections]

    assert [sections(clerk, "company"), sections(clerk, "person"), sections(boss, "company")] == [
        ["main", "firm"],
        ["main", "notes"],
        ["main"],
    ]


def test_fields_named_alone_fill_the_columns_of_their_section(world: World) -> None:
    company = world.crm.model.entities["contact"].forms[1]

    assert company.sections[0].rows == (("name", "kind"), ("done",))


LETTER = """
entity: letter
fields:
  subject: text
  sent: boolean
  lines: {type: rows, of: line.letter, columns: [text]}
  number: {type: rollup, of: line.letter, count: true}
form:
  main: {fields: [[subject, sent], number], read_only_when: sent}
  content: {fields: [lines], visible_when: subject = "open"}
access: {clerk: {read: all, create: true, update: all}}
"""
LINE = """
entity: line
fields: {letter: {type: link, to: letter, required: true, on_delete: cascade}, text: text}
access: {clerk: {read: all, create: true, update: all}}
"""


@pytest.mark.parametrize(
    ("values", "is_open"),
    [({"sent": False}, True), ({"sent": True}, False), ({"sent": True, "subject": "open"}, True)],
)
def test_a_form_is_open_while_a_field_or_a_row_of_it_can_be_entered(
    build: Callable[..., World], values: dict[str, Any], is_open: bool
) -> None:
    world = build(ROLES, LETTER, LINE)
    clerk = world.actor("cleo", "clerk")
    made = world.crm.records.create(clerk, "letter", values)

    assert world.crm.records.form_state(clerk, "letter", {}, record=made).is_open is is_open
