from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from relasi.store import Session
from relasi.store.approvals import Approval, Decision
from relasi.store.runs import Run

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
RUN = Run(
    id="r1",
    workflow="big",
    version="v1",
    entity="deal",
    record_id="d1",
    body="do",
    position="do.0",
    status="waiting",
    waiting_for="approval",
    due_at=None,
    started=NOW,
    since=NOW,
    actor={"user": "u1", "chain": []},
)
APPROVAL = Approval("a1", "r1", "big", "deal", "d1", {"en": "Discount"}, "u1", NOW, 0, NOW, {"amount": "5"})


@pytest.fixture(autouse=True)
def _one_that_waits(session: Session) -> None:
    session.runs.put(RUN)
    session.approvals.put(APPROVAL, {"role.manager", "user.u2"})


def test_an_open_one_is_found_by_whom_it_asks_who_asked_and_where(session: Session) -> None:
    assert session.approvals.asking({"user.u2", "role.rep"}) == (APPROVAL,)
    assert session.approvals.asking({"role.rep"}) == ()
    assert session.approvals.requested_by("u1") == (APPROVAL,)
    assert session.approvals.open_on("deal", ["d1", "d2"]) == (APPROVAL,)
    assert session.approvals.of_run("r1") == APPROVAL


def test_the_next_level_asks_others(session: Session) -> None:
    raised = replace(APPROVAL, level=1)
    session.approvals.put(raised, {"role.director"})
    assert session.approvals.asking({"role.manager"}) == ()
    assert session.approvals.asking({"role.director"}) == (raised,)


@pytest.mark.parametrize("status", ["failed", "queued"])
def test_a_run_that_does_not_wait_asks_nobody(session: Session, status: str) -> None:
    session.runs.put(replace(RUN, status=status))  # type: ignore[arg-type]  # one of its words
    assert session.approvals.asking({"role.manager"}) == ()


def test_a_run_that_is_gone_asks_nobody_and_what_was_said_stays(session: Session) -> None:
    word = Decision("w1", "a1", 0, "approved", "u2", None, "fine", NOW)
    session.approvals.decide([word])
    session.runs.remove("r1")
    assert session.approvals.open_on("deal", ["d1"]) == ()
    assert session.approvals.on("deal", "d1") == (APPROVAL,)
    assert session.approvals.decisions(["a1"]) == (word,)


def test_approvals_follow_the_rename_of_an_entity(session: Session) -> None:
    session.approvals.rename("deal", "offer")
    assert session.approvals.on("offer", "d1") == (replace(APPROVAL, entity="offer"),)
