"""The rules that Relasi ships do what their files promise, with the longest values that their fields take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.records import Actor, ListRequest, Source
from relasi.runtime import Crm, engine_actor, worker_of
from tests.importing.loading import empty_crm
from tests.records.world import Clock


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
    known = dict.fromkeys(("budget", "need"), "confirmed")
    given = {"name": "x", "customer": customer, "amount": amount, **known}
    deal = crm.records.create(sari, "opportunity", given)
    deal = crm.records.move(sari, "opportunity", deal.id, deal.version, move="propose")

    crm.records.move(sari, "opportunity", deal.id, deal.version, move="win")

    assert crm.records.get(sari, "customer", customer).values["tier"] == tier


@pytest.mark.parametrize(("settled", "tasks"), [(False, 1), (True, 0)])
def test_an_escalated_complaint_becomes_a_task_unless_somebody_settles_it(
    tmp_path: Path, settled: bool, tasks: int
) -> None:
    clock = Clock()
    with empty_crm(tmp_path, clock=clock) as crm:
        me = engine_actor(Source.CLI)
        customer = crm.records.create(me, "customer", {"name": "Maju"}).id
        found = crm.records.create(me, "complaint", {"subject": "x", "customer": customer})
        crm.workflows.press(me, "escalate_complaint", found.id, found.version)
        if settled:
            _settle(crm, me, found.id)

        clock.advance(days=7)
        worker_of(crm).drain()

        titles = [each.title for each in crm.records.list(me, ListRequest("task")).records]
        assert len([each for each in titles if each.startswith("Settle ")]) == tasks
        assert crm.records.get(me, "complaint", found.id).values["priority"] == "urgent"


def _settle(crm: Crm, me: Actor, key: str) -> None:
    solved = {"root_cause": "billing", "corrective_action": "paid back"}
    for move, values in (("start", {}), ("resolve", solved)):
        record = crm.records.get(me, "complaint", key)
        crm.records.move(me, "complaint", key, record.version, move=move, values=values)
