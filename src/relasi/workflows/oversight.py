"""Looking over what rules do: runs that wait, failed or are over, and why a rule does not run on a record."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from relasi.errors import Forbidden, NotFound
from relasi.platform.again import begun_again
from relasi.records import Actor, Record, Records, Work
from relasi.records.access.rights import holds
from relasi.records.timeline import may_know
from relasi.records.view import View
from relasi.schema.expressions import Situation
from relasi.schema.expressions import trace as asked
from relasi.schema.model import Model, Step, Workflow
from relasi.store.runs import Run, RunStatus
from relasi.store.traces import Trace
from relasi.workflows.course import Course
from relasi.workflows.programs import Programs

Stage = Literal["failed", "waiting", "ended"]
_STATUS: dict[Stage, tuple[RunStatus, ...]] = {"failed": ("failed",), "waiting": ("waiting", "queued")}
AT_ONCE = 500
"""Runs that are tried again with one word."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs: `since` is when they began."""

    stage: Stage
    workflow: str | None = None
    entity: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A run with what it did; `run` is None for one that is over. `step` is the one at which it stands, None
    where its definition means nothing any more."""

    trace: Trace
    run: Run | None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """How a rule stands to a record: its newest look at it, its run in flight, and what its condition would
    answer now; None where there is none, or where the actor may not know."""

    workflow: Workflow
    trace: Trace | None
    flight: Seen | None
    now: Any  # Any: JSON


class Oversight:
    """All errors are those of `relasi.errors`. Runs as a whole are for administrators."""

    def __init__(self, model: Model, records: Records, course: Course, programs: Programs) -> None:
        self._model = model
        self._records = records
        self._course = course
        self._programs = programs

    def tally(self, actor: Actor) -> dict[Stage, int]:
        """How many runs wait and failed."""
        with self._administering(actor, write=False) as work:
            found = work.store.runs.tally()
        return {stage: sum(found.get(each, 0) for each in status) for stage, status in _STATUS.items()}

    def failures(self, actor: Actor, at_most: int) -> int:
        """How many runs failed; of more than `at_most`, so many."""
        with self._administering(actor, write=False) as work:
            return work.store.runs.count_failed(at_most)

    def list(
        self, actor: Actor, question: Question, *, limit: int = 50, after: Seen | None = None
    ) -> tuple[Seen, ...]:
        """The last to begin first; `after` is the last one of the page before."""
        with self._administering(actor, write=False) as work:
            if question.stage != "ended":
                runs = self._runs(work, question, limit, after.run if after else None)
                return self._seen(work, runs)
            traces = work.store.traces.ended(
                workflow=question.workflow,
                entity=question.entity,
                since=question.since,
                limit=limit,
                after=after.trace if after else None,
            )
            return tuple(Seen(trace, None) for trace in traces)

    def get(self, actor: Actor, run_id: str) -> tuple[Seen, Any]:  # Any: plain YAML
        """A run, and its definition as it was written; None for a definition that nobody knows any more.
        Raises NotFound."""
        with self._administering(actor, write=False) as work:
            trace = work.store.traces.get(run_id)
            if trace is None:
                raise NotFound("not_found")
            run = work.store.runs.get(run_id)
            (seen,) = self._seen(work, [run]) if run else [Seen(trace, None)]
            return seen, self._document(work, trace)

    @begun_again
    def retry_all(self, actor: Actor, question: Question) -> int:
        """Tries failed runs again, AT_ONCE at most; how many."""
        with self._administering(actor, write=True) as work:
            runs = self._runs(work, replace(question, stage="failed"), AT_ONCE, None)
            for run in runs:
                self._course.retry(work, run)
            return len(runs)

    def on(self, actor: Actor, record: Record) -> tuple[Seen, ...]:
        """The runs in flight on a record; of one that touches what the actor may not see, only that it
        waits."""
        with self._records.work(actor, write=False) as work:
            return tuple(_shown(work, seen) for seen in self._seen(work, _of(work, record)))

    def rules(self, actor: Actor, record: Record) -> tuple[Considered, ...]:
        """All rules for such records, in the order of their files. Raises NotFound."""
        with self._records.work(actor, write=False) as work:
            row = work.follow(record.entity, record.id)
            if row is None or not holds(work.rights(record.entity).read, work.situation(row)):
                raise NotFound("not_found")
            newest: dict[str, Trace] = {}
            for trace in work.store.traces.of(record.entity, record.id, limit=1000):
                if trace.part_of is None:
                    newest.setdefault(trace.workflow, trace)
            runs = [run for run in _of(work, record) if run.outer_id is None]
            flights = {seen.trace.workflow: _shown(work, seen) for seen in self._seen(work, runs)}
            situation = work.situation(row)
            return tuple(
                Considered(
                    rule,
                    _told(work, newest.get(rule.name)),
                    flights.get(rule.name),
                    _answer(work, rule, situation),
                )
                for rule in self._model.rules_for(record.entity)
            )

    def _administering(self, actor: Actor, *, write: bool) -> AbstractContextManager[Work]:
        if not actor.unbound:
            raise Forbidden("may_not_manage_runs")
        return self._records.work(actor, write=write)

    def _runs(self, work: Work, question: Question, limit: int, after: Run | None) -> tuple[Run, ...]:
        return work.store.runs.list(
            status=_STATUS[question.stage],
            workflow=question.workflow,
            entity=question.entity,
            since=question.since,
            limit=limit,
            after=after,
        )

    def _seen(self, work: Work, runs: Iterable[Run]) -> tuple[Seen, ...]:
        found = list(runs)
        traces = work.store.traces.named([run.id for run in found])
        return tuple(
            Seen(traces[run.id], run, self._programs.step(work.store, run))
            for run in found
            if run.id in traces
        )

    def _document(self, work: Work, trace: Trace) -> Any:  # Any: plain YAML
        known = self._model.workflows.get(trace.workflow)
        if known is not None and known.version == trace.workflow_version:
            return known.document
        return work.store.definitions.get(trace.workflow, trace.workflow_version)


def _of(work: Work, record: Record) -> list[Run]:
    return [run for run in work.store.runs.on([record.id]) if run.entity == record.entity]


def _shown(view: View, seen: Seen) -> Seen:
    """Of a rule that touches what the actor may not see, only that it is on its way."""
    return seen if may_know(view, seen.trace) else Seen(_bare(seen.trace), seen.run)


def _told(view: View, trace: Trace | None) -> Trace | None:
    return trace if trace is None or may_know(view, trace) else _bare(trace)


def _bare(trace: Trace) -> Trace:
    return replace(trace, condition=None, steps=(), error=None)


def _answer(view: View, rule: Workflow, situation: Situation) -> Any:  # Any: JSON
    """None where the rule asks nothing, or what only the change tells, or what the actor may not know."""
    condition = rule.condition
    if condition is None or condition.uses_old or view.secret_in(condition) is not None:
        return None
    return asked(condition, situation).to_json()
