"""The moment part of workflows: which rules a write triggers, whether they run, and what comes of it.

A rule runs in a savepoint of the record's own transaction: the record and what the rule does commit
together. A rule
that fails takes back what it did, and only that; the failure is kept as a trace, where people see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relasi.errors import LoopStopped, PlatformUnavailable, RelasiError
from relasi.records.events import Event
from relasi.records.work import Work
from relasi.schema.expressions import Situation, trace
from relasi.schema.model import Model, On, Repeat, Trigger, Workflow
from relasi.store.traces import Outcome, Trace
from relasi.workflows.steps import run_step

DEEPEST = 8
"""How many rules may stand in a row, each triggered by the one before: the budget against loops."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A rule and the event that triggered it."""

    workflow: Workflow
    event: Event
    situation: Situation


class Engine:
    """Plugged into `records` as its Rules."""

    def __init__(self, model: Model) -> None:
        self._rules = {name: tuple(model.rules_for(name)) for name in model.entities}

    def after(self, work: Work, entity: str, events: Sequence[Event]) -> None:
        """Rules in the order of their files, each over all events before the next.

        Raises LoopStopped where the chain of rules is longer than DEEPEST; the rule that began it catches
        that.
        """
        for workflow in self._rules[entity]:
            triggered = [event for event in events if _triggers(workflow, event)]
            if triggered:
                self._look(work, workflow, triggered)

    def _look(self, work: Work, workflow: Workflow, events: Sequence[Event]) -> None:
        done = _already_ran(work, workflow, events)
        traces = []
        for event in events:
            current = work.follow(workflow.entity, event.record_id) or event.new
            case = _Case(workflow, event, work.situation(workflow.entity, current, event.old))
            if event.record_id in done:
                traces.append(_trace(work, case, "already_ran"))
            elif workflow.condition is not None and not workflow.condition.evaluate(case.situation):
                traces.append(_trace(work, case, "condition_false"))
            else:
                traces.append(_run(work, case))
        work.store.traces.append(traces)


def _triggers(workflow: Workflow, event: Event) -> bool:
    return any(_matches(trigger, event) for trigger in workflow.triggers)


def _matches(trigger: Trigger, event: Event) -> bool:
    match trigger.on:
        case On.CREATED:
            return event.old is None
        case On.UPDATED:
            return event.old is not None
        case On.CHANGED:
            return event.old is not None and not event.changed.keys().isdisjoint(trigger.fields)


def _already_ran(work: Work, workflow: Workflow, events: Sequence[Event]) -> set[str]:
    if workflow.repeat is Repeat.EVERY_TIME:
        return set()
    return work.store.traces.has_run(
        workflow.name, [event.record_id for event in events if event.old is not None]
    )


def _run(work: Work, case: _Case) -> Trace:
    """Runs the steps in a savepoint. Whatever is wrong with them ends here, as a failed trace."""
    acting = work.as_rule(case.workflow.name, case.workflow.version)
    steps: list[dict[str, Any]] = []  # Any: JSON
    try:
        if acting.depth > DEEPEST:
            raise LoopStopped("loop_stopped", count=DEEPEST, chain=case.workflow.name)
        with work.transaction.savepoint():
            for step in case.workflow.steps:
                steps.append(run_step(acting, case.workflow.entity, case.event, step))
    except LoopStopped as error:
        if work.depth:
            raise
        work.forget_all()
        return _trace(work, case, "stopped", steps=steps, error=str(error))
    except PlatformUnavailable:
        raise
    except RelasiError as error:
        work.forget_all()
        return _trace(work, case, "failed", steps=steps, error=str(error))
    return _trace(work, case, "ran", steps=steps)


def _trace(
    work: Work,
    case: _Case,
    outcome: Outcome,
    *,
    steps: Sequence[Any] = (),
    error: str | None = None,  # Any: JSON
) -> Trace:
    condition = case.workflow.condition
    return Trace(
        id=work.ground.new_id(),
        at=work.now,
        workflow=case.workflow.name,
        workflow_version=case.workflow.version,
        entity=case.workflow.entity,
        record_id=case.event.record_id,
        change_id=case.event.change_id,
        outcome=outcome,
        condition=None if condition is None else trace(condition, case.situation).to_json(),
        steps=list(steps),
        error=error,
    )
