"""`relasi explain` says why a rule ran on a record or did not, and what a value is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.records import Source
from relasi.runtime import engine_actor, open_crm
from tests.cli.conftest import Once, Relasi


@pytest.fixture
def complaints(relasi: Relasi, ready: Path, once: Once) -> Path:
    """CMP-…-00001 is urgent, 00002 is not."""
    once("complaints", lambda: _complain(relasi, ready))
    return ready


def _complain(relasi: Relasi, ready: Path) -> None:
    relasi("user", "add", "sari", "--role", "service_agent", stdin="rahasia sekali\n")
    (ready / "a.csv").write_text("subject,customer,priority\nBroken,Budi,urgent\nDirty,Budi,low\n")
    (ready / "c.csv").write_text("name\nBudi\n")
    assert relasi("import", "customer", "c.csv").code == 0
    assert relasi("import", "complaint", "a.csv", "--report", "report.csv").code == 0


def record(n: int) -> str:
    return Path("report.csv").read_text().splitlines()[n].split(",")[2]


def test_a_rule_that_ran_tells_what_it_did(relasi: Relasi, complaints: Path) -> None:
    answer = relasi("explain", "rule", "follow_up_complaint", record(1))
    assert answer.code == 0
    assert "UTC: it ran." in answer.out
    assert "priority in [high, urgent]  →  true" in answer.out
    assert "step: create" in answer.out


def test_a_rule_that_did_not_run_shows_the_condition_that_was_false(relasi: Relasi, complaints: Path) -> None:
    answer = relasi("explain", "rule", "follow_up_complaint", record(2))
    assert "it did not run: its condition was false." in answer.out
    assert "priority in [high, urgent]  →  false" in answer.out
    assert "priority  →  low" in answer.out


def test_a_record_can_be_named_by_its_number(relasi: Relasi, complaints: Path) -> None:
    by_id = relasi("explain", "rule", "follow_up_complaint", record(1), "--json").data
    number = next(
        step["values"]["subject"].split()[2] for step in by_id["trace"]["steps"] if step["step"] == "create"
    )
    assert number.startswith("CMP-")
    assert (
        relasi("explain", "rule", "follow_up_complaint", number, "--json").data["record"] == by_id["record"]
    )


def test_a_rule_that_never_looked_says_what_it_waits_for(relasi: Relasi, complaints: Path) -> None:
    (complaints / "workflows" / "later.yaml").write_text(
        "workflow: later\nentity: complaint\nwhen: [{changed: subject}]\nif: priority = urgent\n"
        "do:\n  - set: {priority: high}\n"
    )
    answer = relasi("explain", "rule", "later", record(2))
    assert "It has never looked at this record." in answer.out
    assert (
        "It waits for a change of subject: subject never changed since the record was created." in answer.out
    )
    assert "priority = urgent  →  false" in answer.out


LATER = """
workflow: later
entity: complaint
when: {changed: subject}
do:
  - wait: 1 day
  - set: {priority: high}
"""


def test_a_rule_that_waits_says_where_and_until_when(relasi: Relasi, complaints: Path) -> None:
    (complaints / "workflows" / "later.yaml").write_text(LATER)
    crm = open_crm(complaints)
    engine = engine_actor(Source.CLI)
    found = crm.records.get(engine, "complaint", record(2))
    crm.records.update(engine, "complaint", found.id, found.version, {"subject": "Very dirty"})
    crm.close()

    answer = relasi("explain", "rule", "later", record(2))
    assert "it ran up to a step that waits, and will go on." in answer.out
    assert ": it stands at do.0 since" in answer.out
    (run,) = relasi("explain", "rule", "later", record(2), "--json").data["runs"]

    answer = relasi("explain", "run", run["id"])
    assert answer.code == 0
    assert "later on complaint" in answer.out
    assert "It stands at do.0 since" in answer.out


def test_an_unknown_rule_or_record_is_named(relasi: Relasi, complaints: Path) -> None:
    assert "Is follow_up_complaint meant?" in relasi("explain", "rule", "folow_up_complaint", "x").err
    assert "with the id or number CMP-1" in relasi("explain", "rule", "follow_up_complaint", "CMP-1").err


@pytest.fixture
def deals(relasi: Relasi, ready: Path, once: Once) -> Path:
    """Budi has two open opportunities, of 1000 and of 500, each with a probability of 40 %."""
    once("deals", lambda: _sell(relasi, ready))
    return ready


def _sell(relasi: Relasi, ready: Path) -> None:
    (ready / "c.csv").write_text("name\nBudi\n")
    (ready / "o.csv").write_text("name,customer,amount,probability\nShop,Budi,1000,40\nRoof,Budi,500,40\n")
    assert relasi("import", "customer", "c.csv").code == 0
    assert relasi("import", "opportunity", "o.csv").code == 0


def test_a_value_is_explained_down_to_what_was_entered(relasi: Relasi, deals: Path) -> None:
    answer = relasi("explain", "value", "customer", "CUS-00001", "expected_sales")
    assert answer.code == 0
    assert "expected_sales  →  600.00  =  sum of weighted over opportunity.customer" in answer.out
    assert "    Shop  →  400.00  =  amount * probability / 100" in answer.out
    assert "        amount  →  1000.00" in answer.out


def test_a_value_that_was_entered_says_when(relasi: Relasi, deals: Path) -> None:
    answer = relasi("explain", "value", "customer", "CUS-00001", "name")
    assert "name  →  Budi" in answer.out
    assert "last changed 20" in answer.out


def test_an_explanation_can_be_had_as_data(relasi: Relasi, deals: Path) -> None:
    told = relasi("explain", "value", "customer", "CUS-00001", "expected_sales", "--json").data
    assert (told["value"], told["count"]) == ("600.00", 2)
    assert [part["value"] for part in told["parts"]] == ["400.00", "200.00"]


def test_a_field_that_is_not_there_gets_a_suggestion(relasi: Relasi, deals: Path) -> None:
    answer = relasi("explain", "value", "customer", "CUS-00001", "expected_sale")
    assert answer.code == 2
    assert "There is no field expected_sale in customer. Is expected_sales meant?" in answer.err


def test_moves_are_told_with_who_may_make_them_and_why_others_may_not(
    relasi: Relasi, complaints: Path
) -> None:
    relasi("user", "add", "dewi", "--role", "sales_rep", stdin="rahasia sekali\n")
    answer = relasi("explain", "move", "complaint", record(1))
    assert answer.code == 0
    told = relasi("explain", "move", "complaint", record(1), "--json").data["moves"]
    named = [
        {*each["open"], *(name for people in each["closed"].values() for name in people)} for each in told
    ]
    assert told
    assert all({"sari", "dewi"} <= names for names in named)
    assert any("dewi" in people for each in told for people in each["closed"].values())
    assert "open to" in answer.out


def test_what_has_no_moves_is_said(relasi: Relasi, complaints: Path) -> None:
    assert "Is complaint meant?" in relasi("explain", "move", "complant", "x").err
    assert "customer has no process" in relasi("explain", "move", "customer", "x").err


def test_a_clock_tells_what_was_agreed_and_when_it_ran(relasi: Relasi, complaints: Path) -> None:
    answer = relasi("explain", "value", "complaint", record(1), "response_state")
    agreed = "1 hour of working time from received_at until status != new, calendar office"
    assert answer.out.splitlines()[0].endswith(agreed)
    assert "priority  →  urgent" in answer.out
    assert "response_periods  →  [" in answer.out


def test_a_rule_about_no_record_is_asked_without_one(relasi: Relasi, complaints: Path) -> None:
    answer = relasi("explain", "rule", "review_complaints")
    assert (answer.code, "It has never begun." in answer.out) == (0, True)
    assert "every monday at 08:00" in answer.out


def test_a_rule_about_records_is_asked_with_one(relasi: Relasi, complaints: Path) -> None:
    assert "Say which complaint" in relasi("explain", "rule", "follow_up_complaint").err
