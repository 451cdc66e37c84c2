"""The moment part of workflows: which rules a write triggers, whether they run, and what comes of it.

A rule runs in a savepoint of the record's own transaction: the record and what the rule does commit
together. A rule that fails takes back what it did, and only that; the failure is kept as a trace and as a
failed run, where people see it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from relasi.platform.query import Row
from relasi.records.events import Event
from relasi.records.work import Work
from relasi.schema.model import Model, On, Repeat, Trigger, Workflow
from relasi.workflows.course import Course


class Engine:
    """Plugged into `records` as its Rules."""

    def __init__(self, model: Model, course: Course) -> None:
        self._course = course
        self._rules = {name: _waiting(model, name, _WRITTEN) for name in model.entities}
        self._last = {name: _waiting(model, name, {On.DELETED}) for name in model.entities}

    def after(self, work: Work, entity: str, events: Sequence[Event]) -> None:
        """Rules in the order of their files, each over all events before the next; then the runs that waited
        for one of the records.

        Raises LoopStopped where the chain of rules is longer than its budget; the rule that began it catches
        that.
        """
        for workflow in self._rules[entity]:
            triggered = [event for event in events if triggers(workflow, event)]
            if triggered:
                self.consider(work, workflow, triggered)
        self._course.look(work, entity, [event.record_id for event in events])

    def deleted(self, work: Work, rows: Mapping[tuple[str, str], Row]) -> None:
        """Rules that wait for the end of a record; runs on it have nothing left to do."""
        for (entity, key), row in rows.items():
            for workflow in self._last[entity]:
                start = self._course.ask(work, workflow, Event(key, row, row, {}, ""), gone=row)
                trace = (
                    self._course.begin(work, start) if start.holds else start.trace(work, "condition_false")
                )
                work.store.traces.append([trace])
        for run in work.store.runs.on([key for _, key in rows]):
            work.store.runs.wake(run.id, work.now, "gone")

    def erased(self, work: Work, record_ids: Collection[str]) -> None:
        """Runs on them end: what they would do next is about somebody who is not known any more."""
        for run in work.store.runs.on(record_ids):
            if work.store.runs.get(run.id) is not None:  # it may have ended with another one
                self._course.cancel(work, run, "erased")

    def consider(self, work: Work, workflow: Workflow, events: Sequence[Event]) -> None:
        """Asks the condition of a rule that was triggered on these records, and runs it where it holds."""
        once = workflow.repeat is Repeat.ONCE_PER_RECORD
        earlier = _ran_earlier(work, workflow, events) if once else set()
        traces = []
        for event in events:
            start = self._course.ask(work, workflow, event)
            if not start.holds:
                traces.append(start.trace(work, "condition_false"))
            elif once and (event.record_id in earlier or start.key in work.ran):
                traces.append(start.trace(work, "already_ran"))
            else:
                traces.append(self._course.begin(work, start))
        work.store.traces.append(traces)


_WRITTEN = {On.CREATED, On.UPDATED, On.CHANGED, On.ENTERS, On.LEAVES, On.MOVED, On.INCOMING}


def _waiting(model: Model, entity: str, on: set[On]) -> list[Workflow]:
    """The rules of an entity that wait for any of these."""
    rules = model.rules_for(entity)
    return [each for each in rules if any(trigger.on in on for trigger in each.triggers)]


def triggers(workflow: Workflow, event: Event) -> bool:
    """Whether the rule waits for such a write."""
    return any(_matches(trigger, event) for trigger in workflow.triggers)


def _matches(trigger: Trigger, event: Event) -> bool:
    match trigger.on:
        case On.CREATED:
            return event.old is None
        case On.UPDATED:
            return event.old is not None and not event.is_derived
        case On.CHANGED | On.LEAVES:
            return event.old is not None and _passed(trigger, event)
        case On.ENTERS:
            return _passed(trigger, event)
        case On.MOVED:
            return event.move in trigger.moves
        case On.INCOMING:
            return event.hook in trigger.hooks
    return False


def _passed(trigger: Trigger, event: Event) -> bool:
    """Whether any of the fields changed from one of the values to one of the others."""
    return any(
        (trigger.before is None or old in trigger.before) and (trigger.after is None or new in trigger.after)
        for name, (old, new) in event.changed.items()
        if name in trigger.fields
    )


def _ran_earlier(work: Work, workflow: Workflow, events: Sequence[Event]) -> set[str]:
    """The records on which the rule ran before this transaction; `work.ran` knows of those within it. On new
    ones it cannot have."""
    known = [event.record_id for event in events if event.old is not None or not event.change_id]
    return work.store.traces.has_run(workflow.name, known)
