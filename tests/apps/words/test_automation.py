"""Runs and rules in words, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from relasi.apps.places import Here, Place
from relasi.apps.screens.considered import rules_data
from relasi.apps.visitor import Visitor, visitor_of
from relasi.apps.words.automation import waits_for
from relasi.records import Record
from relasi.runtime import worker_of
from relasi.workflows.oversight import Seen
from tests.records.world import World, make_world

BOOK = """
entity: book
label: {en: Book, id: Buku}
fields:
  name: {type: text, label: {en: Name, id: Nama}}
  shelf: {type: choice, options: {top: {label: {en: Top, id: Atas}}, low: {label: {en: Low, id: Bawah}}}}
  back_on: {type: date, label: {en: Back on, id: Kembali}}
  price: {type: number, label: {en: Price, id: Harga}}
access:
  clerk: {read: all, create: true, update: all, hide: [price]}
  owner: {read: all, create: true, update: all}
"""
ROLES = "roles: {clerk: {}, owner: {}}\n"


def rule(name: str, when: str, do: str, more: str = "") -> str:
    label = f"label: {{en: {name.capitalize()}, id: Aturan {name}}}"
    return f"workflow: {name}\n{label}\nentity: book\nwhen: {when}\n{more}\ndo: {do}\n"


@dataclass
class Library:
    world: World

    def visitor(self, role: str = "owner", language: str = "en") -> Visitor:
        key = self.world.user(f"{role}-{language}", role)
        with self.world.crm.store.session() as session:
            session.users.set_language(key, language)
            user = session.users.get(key)
        assert user is not None
        return visitor_of(self.world.crm, user)

    def waits(self, record: Record, role: str = "owner", language: str = "en") -> str:
        visitor = self.visitor(role, language)
        (seen,) = self.world.crm.oversight.on(visitor.actor, record)
        return waits_for(visitor, seen)

    def rules(self, record: Record, role: str = "owner", language: str = "en") -> list[dict[str, object]]:
        here = Here(self.visitor(role, language), Place("none", "book"), {})
        entries: list[dict[str, object]] = rules_data(here, record)["entries"]
        return entries


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    made: list[World] = []

    def make(*rules: str) -> Library:
        made.append(make_world(tmp_path / str(len(made)), BOOK, ROLES, *rules))
        return Library(made[-1])

    yield make
    for world in made:
        world.crm.close()


Make = Callable[..., Library]


def test_a_run_that_waits_for_a_time_names_the_day(library: Make) -> None:
    desk = library(rule("remind", "created", "[{wait: 2 days}, {set: {shelf: low}}]"))
    book = desk.world.create("book", name="A")

    assert desk.waits(book) == "Waits until Monday 21:05"
    assert desk.waits(book, language="id") == "Menunggu sampai Senin 21.05"


def test_a_run_that_waits_for_long_names_the_date(library: Make) -> None:
    desk = library(rule("remind", "created", "[{wait: 30 days}, {set: {shelf: low}}]"))

    assert "21 Dec 2026" in desk.waits(desk.world.create("book", name="A"))


def test_a_run_that_waits_for_a_condition_tells_it_and_the_latest_moment(library: Make) -> None:
    do = "[{wait: {until: shelf = top, at_most: 1 day}}, {set: {price: 1}}]"
    desk = library(rule("remind", "created", do))
    book = desk.world.create("book", name="A")

    words = desk.waits(book)
    assert words.startswith("Waits until this holds: Shelf is Top, at most until Sunday")


def test_a_condition_that_the_visitor_may_not_know_is_not_told(library: Make) -> None:
    desk = library(rule("remind", "created", "[{wait: {until: price = 1}}, {set: {shelf: low}}]"))
    book = desk.world.create("book", name="A")

    assert "Price" in desk.waits(book)
    assert desk.waits(book, role="clerk") == "Waits for something to happen"


def test_a_run_that_no_worker_comes_to_says_so(library: Make) -> None:
    desk = library(rule("remind", "created", "[{wait: 1 day}, {set: {shelf: low}}]"))
    book = desk.world.create("book", name="A")

    desk.world.clock.advance(days=1)
    assert desk.waits(book) == "Goes on in a moment"
    desk.world.clock.advance(hours=1)
    assert "Is one running?" in desk.waits(book)


def test_the_definition_of_a_run_may_be_gone(library: Make) -> None:
    desk = library(rule("remind", "created", "[{wait: {until: shelf = top}}, {set: {price: 1}}]"))
    book = desk.world.create("book", name="A")
    visitor = desk.visitor()
    (seen,) = desk.world.crm.oversight.on(visitor.actor, book)

    assert waits_for(visitor, Seen(seen.trace, seen.run)) == "Waits for something to happen"


@pytest.mark.parametrize(
    ("when", "en", "indonesian"),
    [
        ("created", "Begins when the book is created", "Dimulai ketika buku dibuat"),
        ("{changed: shelf}", "Begins when “Shelf” changes", "Dimulai ketika “Shelf” berubah"),
        (
            "{changed: shelf, from: low, to: top}",
            "Begins when “Shelf” goes from Low to Top",
            "Dimulai ketika “Shelf” berubah dari Bawah ke Atas",
        ),
        (
            "[created, {changed: name}]",
            "Begins when the book is created or “Name” changes",
            "Dimulai ketika buku dibuat atau “Nama” berubah",
        ),
        (
            "{button: {label: {en: Go, id: Jalan}}}",
            "Begins when somebody presses “Go”",
            "Dimulai ketika seseorang menekan “Jalan”",
        ),
        ("called", "Begins when another rule calls it", "Dimulai ketika dipanggil aturan lain"),
        (
            "2 days before back_on",
            "Begins when it is 2 days before “Back on”",
            "Dimulai ketika 2 hari sebelum “Kembali”",
        ),
        (
            "every day at 08:00",
            "Begins when its time has come: every day at 08:00",
            "Dimulai ketika waktunya tiba: every day at 08:00",
        ),
    ],
)
def test_when_a_rule_begins_is_told(library: Make, when: str, en: str, indonesian: str) -> None:
    desk = library(rule("r", when, "[{set: {price: 1}}]"))
    book = desk.world.create("book", name="A")

    assert [each["text"] for each in desk.rules(book)] == [en]
    assert [each["text"] for each in desk.rules(book, language="id")] == [indonesian]


def test_a_field_that_the_visitor_may_not_see_is_not_named(library: Make) -> None:
    desk = library(rule("r", "{changed: price}", "[{set: {shelf: top}}]"))
    (entry,) = desk.rules(desk.world.create("book", name="A"), role="clerk")

    assert entry["text"] == "Begins when something changes that you cannot see"


def test_a_rule_that_was_never_set_off_says_what_its_condition_would_answer(library: Make) -> None:
    desk = library(rule("r", "{changed: name}", "[{set: {price: 1}}]", more="if: shelf = top"))
    (entry,) = desk.rules(desk.world.create("book", name="A", shelf="low"))

    assert entry["badge"] == {"text": "Not yet", "color": "gray"}
    why = entry["why"]
    assert isinstance(why, dict)
    assert "Its condition would not hold now" in why["says"]
    assert (why["tree"]["text"], why["tree"]["answer"]) == ("Shelf is Top", "(it was Low)")


def test_a_rule_that_went_on_after_its_wait_says_that_it_ran(library: Make) -> None:
    desk = library(rule("r", "created", "[{wait: 1 day}, {set: {price: 1}}]"))
    book = desk.world.create("book", name="A")
    desk.world.clock.advance(days=1)
    worker_of(desk.world.crm).drain()

    assert [each["badge"] for each in desk.rules(book)] == [{"text": "Ran", "color": "green"}]


def test_a_run_that_was_dropped_says_by_whom_and_why(library: Make) -> None:
    desk = library(rule("r", "created", "[{wait: 1 day}, {set: {price: 1}}]"))
    book = desk.world.create("book", name="A")
    visitor = desk.visitor()
    (seen,) = desk.world.crm.oversight.on(visitor.actor, book)
    assert seen.run is not None
    admin = replace(desk.world.engine, user_id=visitor.user.id)
    desk.world.crm.workflows.cancel(seen.run.id, admin, "not needed")

    (entry,) = desk.rules(book)
    why = entry["why"]
    assert isinstance(why, dict)
    assert why["steps"][-1]["text"] == "Was dropped (Owner-en): “not needed”"


def test_a_rule_on_its_way_says_what_it_waits_for_among_the_rules_of_the_record(library: Make) -> None:
    desk = library(rule("r", "created", "[{wait: {until: price = 1}}, {set: {shelf: low}}]"))
    book = desk.world.create("book", name="A")

    begins = "Begins when the book is created"
    (entry,) = desk.rules(book)
    assert entry["text"] == f"{begins}\nWaits until this holds: Price is 1"
    (entry,) = desk.rules(book, role="clerk")
    assert entry["text"] == f"{begins}\nWaits for something to happen"
