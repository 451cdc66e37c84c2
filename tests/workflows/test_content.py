"""The rules that Relasi ships do what their files promise, with the longest values that their fields take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.records import Actor, Source
from relasi.runtime import Crm
from tests.importing.loading import empty_crm


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    with empty_crm(tmp_path) as crm:
        yield crm


@pytest.fixture
def sari(crm: Crm) -> Actor:
    roles = ["service_manager", "sales_manager"]
    user = crm.accounts.add(
        "sari", full_name="Sari", email="", roles=roles, language="en", password="rahasia sekali"
    )
    return crm.actor(user, Source.PAGE)


def test_an_urgent_complaint_gets_somebody_and_a_task_however_long_its_subject(crm: Crm, sari: Actor) -> None:
    customer = crm.records.create(sari, "customer", {"name": "Maju"}).id
    longest = crm.model.entities["complaint"].fields["subject"].type.model_dump()["max_length"]

    complaint = crm.records.create(
        sari, "complaint", {"subject": "x" * longest, "customer": customer, "priority": "urgent"}
    )

    outcomes = {
        entry.trace.workflow: entry.trace.outcome
        for entry in crm.records.timeline(sari, "complaint", complaint.id)
        if entry.trace
    }
    assert outcomes["follow_up_complaint"] == "ran"
    assert complaint.values["owner"] == sari.user_id


def test_closing_is_noted_and_taken_back(crm: Crm, sari: Actor) -> None:
    customer = crm.records.create(sari, "customer", {"name": "Maju"}).id
    record = crm.records.create(sari, "complaint", {"subject": "x", "customer": customer})
    record = crm.records.move(sari, "complaint", record.id, record.version, move="start")
    solved = {"root_cause": "billing", "corrective_action": "paid back"}

    resolved = crm.records.move(sari, "complaint", record.id, record.version, move="resolve", values=solved)
    reopened = crm.records.move(sari, "complaint", record.id, resolved.version, move="reopen")

    assert resolved.values["closed_at"] is not None
    assert reopened.values["closed_at"] is None


@pytest.mark.parametrize(("amount", "tier"), [(1_000_000_000, "gold"), (999_999_999, "standard")])
def test_a_large_win_makes_a_gold_customer(crm: Crm, sari: Actor, amount: int, tier: str) -> None:
    customer = crm.records.create(sari, "customer", {"name": "Maju"}).id
    deal = crm.records.create(sari, "opportunity", {"name": "x", "customer": customer, "amount": amount})
    deal = crm.records.move(sari, "opportunity", deal.id, deal.version, move="propose")

    crm.records.move(sari, "opportunity", deal.id, deal.version, move="win")

    assert crm.records.get(sari, "customer", customer).values["tier"] == tier
