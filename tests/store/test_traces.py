from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from relasi.store import Session
from relasi.store.traces import Outcome, Trace
from tests.builders import NOW

TRACE = Trace(
    id="t1",
    at=NOW,
    workflow="escalate",
    workflow_version="abc",
    entity="note",
    record_id="n1",
    change_id="c1",
    outcome="ran",
    condition={"text": "priority = high", "value": True, "children": []},
    steps=[{"path": "do[0]", "did": "set"}],
    error=None,
)


def test_a_trace_comes_back_as_it_was_written(session: Session) -> None:
    session.traces.append([TRACE])
    assert session.traces.of("note", "n1") == (TRACE,)


def test_traces_come_newest_first(session: Session) -> None:
    session.traces.append([replace(TRACE, id=f"t{n}", at=NOW + timedelta(seconds=n)) for n in (1, 3, 2)])
    assert [trace.id for trace in session.traces.of("note", "n1")] == ["t3", "t2", "t1"]


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_only_the_newest_trace_is_kept_of_a_rule_that_did_not_run(session: Session, outcome: Outcome) -> None:
    session.traces.append([replace(TRACE, outcome=outcome)])
    session.traces.append([replace(TRACE, id="t2", outcome=outcome)])
    kept = [trace.id for trace in session.traces.of("note", "n1")]
    assert kept == (["t2"] if outcome in ("condition_false", "already_ran") else ["t2", "t1"])


def test_a_rule_that_did_not_run_replaces_nothing_else(session: Session) -> None:
    idle = replace(TRACE, outcome="condition_false")
    others = [
        replace(idle, id="t2", workflow="other"),
        replace(idle, id="t3", record_id="n2"),
        replace(TRACE, id="t4"),
    ]
    session.traces.append(others)
    session.traces.append([idle])
    assert {trace.id for trace in session.traces.of("note", "n1")} == {"t1", "t2", "t4"}
    assert {trace.id for trace in session.traces.of("note", "n2")} == {"t3"}


def test_has_run_tells_on_which_records_whatever_the_version(session: Session) -> None:
    session.traces.append(
        [
            replace(TRACE, id="t1", record_id="n1", workflow_version="old"),
            replace(TRACE, id="t2", record_id="n2", outcome="failed"),
            replace(TRACE, id="t3", record_id="n3", workflow="other"),
            replace(TRACE, id="t4", record_id="n4"),
        ]
    )
    assert session.traces.has_run("escalate", ["n1", "n2", "n3"]) == {"n1"}
    assert session.traces.has_run("escalate", []) == set()
