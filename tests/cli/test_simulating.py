"""`relasi simulate` lists what a changed rule would have done, and touches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.records import Source
from relasi.runtime import engine_actor, open_crm
from tests.cli.conftest import Once, Relasi

RULE = """\
workflow: greet_customer
label: {en: Greet, id: Sapa}
entity: customer
when: [created, {changed: name}]
if: tier = gold
do:
  - create: task
    set: {subject: "Greet {name}", about: record}
"""
FILE = Path("workflows", "greet_customer.yaml")


@pytest.fixture
def lived(ready: Path, once: Once) -> Path:
    """A project in which the rule ran for Maju, twice, and not for Jaya."""
    once("lived", lambda: _live(ready))
    return ready


def _live(ready: Path) -> None:
    (ready / FILE).write_text(RULE)
    crm = open_crm(ready)
    nobody = engine_actor(Source.CLI)
    crm.records.create(nobody, "customer", {"name": "Jaya", "tier": "silver"})
    maju = crm.records.create(nobody, "customer", {"name": "Maju", "tier": "gold"})
    crm.records.update(nobody, "customer", maju.id, maju.version, {"name": "Maju Jaya"})
    crm.close()


def kinds(answer_data: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    return [(each["kind"], each["title"]) for each in answer_data["differences"]]


def test_a_rule_that_is_not_changed_would_have_done_the_same(relasi: Relasi, lived: Path) -> None:
    answer = relasi("simulate", "greet_customer")
    assert (answer.code, answer.out.splitlines()[0].split(" since")[0]) == (0, "greet_customer: 3 writes")
    assert "It would have done the same." in answer.out


def test_records_on_which_it_would_run_now_and_those_on_which_it_would_no_more(
    relasi: Relasi, lived: Path
) -> None:
    (lived / FILE).write_text(RULE.replace("tier = gold", "tier = silver"))
    assert kinds(relasi("simulate", "greet_customer", "--json").data) == [
        ("runs now", "Jaya"),
        ("runs no more", "Maju"),
        ("runs no more", "Maju Jaya"),
    ]


def test_a_trigger_that_is_taken_away_counts_from_the_writes_that_it_was_about(
    relasi: Relasi, lived: Path
) -> None:
    (lived / FILE).write_text(RULE.replace("[created, {changed: name}]", "created"))
    assert kinds(relasi("simulate", "greet_customer", "--json").data) == [("runs no more", "Maju Jaya")]


def test_steps_that_would_do_something_else_are_shown_with_what_they_did(relasi: Relasi, lived: Path) -> None:
    (lived / FILE).write_text(RULE.replace("Greet {name}", "Call {name}"))
    first, second = relasi("simulate", "greet_customer", "--json").data["differences"]
    assert (first["kind"], second["kind"]) == ("does other things", "does other things")
    assert first["before"][0]["values"]["subject"] == "Greet Maju"
    assert first["after"][0]["values"]["subject"] == "Call Maju"
    assert second["after"][0]["values"]["subject"] == "Call Maju Jaya"


def test_a_rule_that_runs_once_would_run_once(relasi: Relasi, lived: Path) -> None:
    (lived / FILE).write_text(RULE + "runs: once per record\n")
    assert kinds(relasi("simulate", "greet_customer", "--json").data) == [("runs no more", "Maju Jaya")]


def test_nothing_is_written_and_nothing_is_put_into_the_outbox(relasi: Relasi, lived: Path) -> None:
    mail = "  - email: {to: '\"office@example.com\"', message: hello}\n"
    (lived / "config" / "messages").mkdir(exist_ok=True)
    (lived / "config" / "messages" / "hello.yaml").write_text(
        "message: hello\nentity: customer\nsubject: Hello\nbody: Hello {name}\n"
    )
    clock = RULE.replace("[created, ", "[every 15 minutes, created, ")
    (lived / FILE).write_text((clock + mail).replace("tier = gold", "tier = silver"))
    database = lived / "data" / "crm.db"
    before = database.read_bytes()

    answer = relasi("simulate", "greet_customer", "--json")

    assert "email" in {step["step"] for step in answer.data["differences"][0]["after"]}
    journal = database.with_name("crm.db-wal")  # readers make an empty one
    assert database.read_bytes() == before
    assert not journal.exists() or not journal.read_bytes()


def test_what_would_differ_is_told_record_by_record(relasi: Relasi, lived: Path) -> None:
    (lived / FILE).write_text(RULE.replace("tier = gold", "tier = silver"))
    told = relasi("simulate", "greet_customer").out.splitlines()
    assert (
        told[1]
        == "On 2 records it would have done something else: it runs now 1 times, it runs no more 2 times."
    )
    assert [line.partition(" (")[0] for line in told if line.endswith(")")] == ["Jaya", "Maju Jaya"]
    assert "Users, teams and absences are read as they are today." in told


def test_words_that_are_no_length_of_time_are_refused(relasi: Relasi, lived: Path) -> None:
    answer = relasi("simulate", "greet_customer", "--since", "long")
    assert (answer.code, answer.err) == (2, "relasi: long is no length of time. Write 90d, 4w or 12h.\n")


def test_without_a_database_there_is_nothing_to_replay(relasi: Relasi, project: Path) -> None:
    answer = relasi("simulate", "follow_up_complaint")
    assert answer.code == 1
    assert "relasi apply" in answer.err
