"""The moment part of workflows: which rules a write triggers, whether they run, and what comes of it.

A rule runs in a savepoint of the record's own transaction: the record and what the rule does commit
together. A rule that fails takes back what it did, and only that; the failure is kept as a trace, where
people see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relasi.errors import LoopStopped, PlatformFull, PlatformReadOnly, PlatformUnavailable, RelasiError
from relasi.records.events import Event
from relasi.records.work import Work
from relasi.schema.expressions import Tracer, tracer
from relasi.schema.model import Model, On, Repeat, Trigger, Workflow
from relasi.store.traces import Outcome, Trace
from relasi.texts import LANGUAGES
from relasi.workflows.actions.base import Action, Running

DEEPEST = 8
"""How many rules may stand in a row, each triggered by the one before: the budget against loops."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A rule and an event that triggered it. `asked` is what each part of the condition answered before the
    steps changed anything; None where there is no condition. `id` is that of the trace."""

    id: str
    workflow: Workflow
    event: Event
    asked: dict[str, Any] | None  # Any: JSON

    @property
    def holds(self) -> bool:
        return self.asked is None or bool(self.asked["value"])

    @property
    def key(self) -> tuple[str, str]:
        return self.workflow.name, self.event.record_id


class Engine:
    """Plugged into `records` as its Rules."""

    def __init__(self, model: Model) -> None:
        self._rules = {name: tuple(model.rules_for(name)) for name in model.entities}
        self._conditions = {
            name: tracer(workflow.condition)
            for name, workflow in model.workflows.items()
            if workflow.condition is not None
        }

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
        once = workflow.repeat is Repeat.ONCE_PER_RECORD
        condition = self._conditions.get(workflow.name)
        earlier = _ran_earlier(work, workflow, events) if once else set()
        traces = []
        for event in events:
            case = _case(work, workflow, event, condition)
            if not case.holds:
                traces.append(_trace(work, case, "condition_false"))
            elif once and (event.record_id in earlier or case.key in work.ran):
                traces.append(_trace(work, case, "already_ran"))
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
            return event.old is not None and not event.is_derived
        case On.CHANGED:
            return event.old is not None and not event.changed.keys().isdisjoint(trigger.fields)


def _ran_earlier(work: Work, workflow: Workflow, events: Sequence[Event]) -> set[str]:
    """The records on which the rule ran before this transaction; `work.ran` knows of those within it."""
    known = [event.record_id for event in events if event.old is not None]
    return work.store.traces.has_run(workflow.name, known)


def _case(work: Work, workflow: Workflow, event: Event, condition: Tracer | None) -> _Case:
    """Asks the condition of the record as it is now, which an earlier rule may have changed."""
    if condition is None:
        return _Case(work.ground.new_id(), workflow, event, None)
    current = work.follow(workflow.entity, event.record_id) or event.new
    situation = work.situation(current, event.old)
    return _Case(work.ground.new_id(), workflow, event, condition(situation).to_json())


def _run(work: Work, case: _Case) -> Trace:
    """Runs the steps in a savepoint. Whatever is wrong with them ends here, as a failed trace."""
    workflow, event = case.workflow, case.event
    acting = work.as_rule(workflow.name, workflow.version)
    running = Running(case.id, acting, workflow, workflow.entity, event.record_id, event.old)
    steps: list[dict[str, Any]] = []  # Any: JSON
    try:
        if len(acting.chain) > DEEPEST:
            raise LoopStopped("loop_stopped", count=DEEPEST, chain=_told(acting.chain))
        with work.attempt():
            work.ran[case.key] = None  # already now: its own steps may trigger it
            for step in workflow.steps:
                assert isinstance(step, Action)
                steps.append(step.run(running))
    except LoopStopped as error:
        if work.chain:
            raise
        return _trace(work, case, "stopped", steps=steps, error=error)
    except (PlatformUnavailable, PlatformReadOnly, PlatformFull):
        raise
    except RelasiError as error:
        return _trace(work, case, "failed", steps=steps, error=error)
    return _trace(work, case, "ran", steps=steps)


def _told(chain: Sequence[str]) -> str:
    """The rules in the order in which they triggered each other, up to the first that came round again."""
    names: list[str] = []
    for name in chain:
        names.append(name)
        if name in names[:-1]:
            break
    return " → ".join(names)


def _trace(
    work: Work,
    case: _Case,
    outcome: Outcome,
    *,
    steps: Sequence[Any] = (),
    error: RelasiError | None = None,  # Any: JSON
) -> Trace:
    return Trace(
        id=case.id,
        at=work.now,
        workflow=case.workflow.name,
        workflow_version=case.workflow.version,
        entity=case.workflow.entity,
        record_id=case.event.record_id,
        change_id=case.event.change_id,
        outcome=outcome,
        condition=case.asked,
        steps=list(steps),
        error=None if error is None else {language: error.text(language) for language in LANGUAGES},
    )
