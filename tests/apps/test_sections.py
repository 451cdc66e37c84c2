"""A record's page: groups as one, marked-up text as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from relasi.apps.places import Here, Place
from relasi.apps.sections import facts_data
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.records import Source
from tests.records.world import World, make_world

SITE = """
entity: site
title: "{who_full}"
fields:
  who: {type: person_name, label: {en: Person, id: Orang}}
  home: {type: address, label: {en: Home, id: Rumah}, parts: [street, city, postcode, country]}
  story: {type: rich_text, label: {en: Story, id: Cerita}}
  like: {type: expression, of: site, label: {en: Sites like it, id: Lokasi serupa}}
form: {main: {fields: [who, home, story, like]}}
access: {clerk: {read: all}, guest: {read: all, hide: [home_street]}}
"""
ROLES = "roles: {clerk: , guest: }\n"
DESK = "department: desk\nroles: [clerk, guest]\nmenu: {site: }\n"

Facts = Callable[..., dict[str, Any]]


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[Facts]:
    """What the page of a record with these values shows somebody of a role, by label."""
    world = make_world(tmp_path, ROLES, SITE, DESK)
    yield lambda role, **values: shown(world, role, values)
    world.crm.close()


def shown(world: World, role: str, values: dict[str, Any]) -> dict[str, Any]:
    made = world.create("site", **values)
    actor = world.actor("ana", role)
    (user,) = world.crm.records.users(actor)
    visitor = Visitor(world.crm.records, user, world.crm.actor(user, Source.PAGE), "en", world.crm)
    place = Place("desk", "site")
    here = Here(visitor, place, {place: None})  # type: ignore[dict-item]  # pages exist only while Streamlit runs a script
    record = world.crm.records.get(actor, "site", made.id)
    state = world.crm.records.form_state(actor, "site", {}, record=record)
    data = facts_data(visitor, record, Display.of(here, [record], ()), state)
    return {
        fact["label"]: fact["value"]
        for section in data["sections"]
        for line in section["lines"]
        for fact in line
    }


def test_a_group_is_one_block(facts: Facts) -> None:
    values = {
        "home_street": "Jl. Mawar 1",
        "home_city": "Bandung",
        "home_postcode": "40111",
        "home_country": "id",
    }
    found = facts("clerk", who_given="Siti", who_family="Aminah", **values)
    assert {label: value["text"] for label, value in found.items() if label != "Story"} == {
        "Person": "Siti Aminah",
        "Home": "Jl. Mawar 1\nBandung 40111\nIndonesia",
    }


def test_a_block_is_silent_about_what_is_hidden(facts: Facts) -> None:
    found = facts("guest", who_given="Siti", home_street="Jl. Mawar 1", home_city="Bandung")
    assert found["Home"]["text"] == "Bandung"


def test_marked_up_text_comes_as_plain_data(facts: Facts) -> None:
    found = facts("clerk", who_given="Siti", story="**Now**")
    assert found["Story"]["blocks"] == [{"kind": "paragraph", "lines": [[{"text": "Now", "look": "strong"}]]}]


def test_a_condition_says_in_words_whom_it_means_and_how_many_they_are_now(facts: Facts) -> None:
    told = facts("clerk", like='who_given = "Ana"', who_given="Ana")
    assert told["Sites like it"]["text"].splitlines()[1:] == ["Site: 1"]


def test_of_a_condition_that_the_reader_may_not_ask_nothing_is_counted(facts: Facts) -> None:
    told = facts("guest", like='home_street = "Here"', home_street="Here", who_given="Ana")
    assert "Site: " not in told["Sites like it"]["text"]
