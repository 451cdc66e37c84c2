from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relasi.apps.places import Here, Place
from relasi.apps.visitor import Visitor
from relasi.apps.words.history import timeline_data
from relasi.records import Record
from tests.records.world import World


def told(here: Here, record: Record) -> list[dict[str, Any]]:  # Any: JSON
    """The entries of the timeline of a record."""
    entries = here.visitor.crm.records.timeline(here.visitor.actor, record.entity, record.id)
    found: list[dict[str, Any]] = timeline_data(here, entries)["entries"]  # Any: JSON
    return found


def rule(entries: list[dict[str, Any]]) -> dict[str, Any]:  # Any: JSON
    return next(entry for entry in entries if entry["kind"] == "rule")


def test_a_rule_that_did_not_run_says_which_part_did_not_hold(world: World, here: Here) -> None:
    record = world.create("letter", subject="One", urgency="high", amount="7")

    entry = rule(told(here, record))

    assert entry["title"] == "Hurry"
    assert entry["badge"]["text"] == "Did not run"
    tree = entry["why"]["tree"]
    assert (tree["text"], tree["good"]) == ("All of these:", False)
    parts = [(part["text"], part["good"], part["answer"]) for part in tree["children"]]
    assert parts == [
        ("Urgency is High", True, "(it was High)"),
        ("Amount is more than 100", False, "(it was €7.00)"),
    ]


def test_a_rule_that_ran_says_what_it_did(world: World, here: Here) -> None:
    record = world.create("letter", subject="One", urgency="high", amount="700")

    entry = rule(told(here, record))

    assert entry["badge"] == {"text": "Ran", "color": "green"}
    assert [step["text"] for step in entry["why"]["steps"]] == ["Set Pages: 1"]


def test_the_reasons_are_told_in_the_language_of_the_visitor(
    world: World, visit: Callable[..., Visitor]
) -> None:
    record = world.create("letter", subject="One", urgency="low", amount="7")

    entry = rule(told(Here(visit("id"), Place("office", "letter"), {}), record))

    assert entry["title"] == "Segerakan"
    assert entry["badge"]["text"] == "Tidak berjalan"
    assert entry["why"]["tree"]["children"][0]["answer"] == "(isinya Rendah)"


def test_a_change_shows_both_values(world: World, here: Here) -> None:
    records = world.crm.records
    record = world.create("letter", subject="One", urgency="low")
    records.update(world.engine, "letter", record.id, record.version, {"urgency": "high"})

    entry = next(each for each in told(here, record) if each["kind"] == "change")

    assert entry["title"] == "Letter changed"
    assert entry["changes"] == [{"label": "Urgency", "old": "Low", "now": "High"}]


def test_a_hidden_field_leaves_no_sign_in_the_history(world: World, here: Here) -> None:
    record = world.create("letter", subject="One")
    world.crm.records.update(world.engine, "letter", record.id, record.version, {"secret": "xyzzy"})

    assert "xyzzy" not in str(told(here, record))
    assert "Secret" not in str(told(here, record))
