"""What becomes of a run that waits, with what happened later: time passes, people write and decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from relasi.records import Work
from relasi.schema.model import Repeat, Workflow
from relasi.store.approvals import Decision
from relasi.store.runs import Run
from relasi.store.traces import Trace
from relasi.trial.past import Past, event_of
from relasi.trial.stage import Clock
from relasi.workflows.approving import DECIDED
from relasi.workflows.course import Course
from relasi.workflows.engine import triggers

_LATE = timedelta(hours=1)
"""How late a worker may have come to what was due and still have come for that."""


@dataclass(frozen=True, slots=True)
class Following:
    course: Course
    clock: Clock
    past: Past
    workflow: Workflow
    until: datetime

    def end_of(self, work: Work, trace: Trace, index: int, held: Trace | None) -> Trace:
        """What the run has done by the end of the time. `index` is the last write that there was when it
        began, `held` what the rule did then: people said the same about it, workers came at the same moments.
        """
        words = _words(work, held) if held else []
        place = (trace.entity, trace.record_id)
        while runs := list(_family(work, trace.id)):
            watched = {place, *(each for run in runs for each in work.store.runs.watched(run.id))}
            following = self.past.next_of(watched, index, self.workflow.name)
            moments = {
                "time": min((_came(run.due_at, held) for run in runs if run.due_at), default=None),
                "write": None if following is None else self.past.writes[following].change.at,
                "word": words[0].at if words else None,
            }
            coming = [(max(at, work.now), why) for why, at in moments.items() if at is not None]
            moment, why = min(coming, default=(self.until, ""))
            if moment >= self.until:
                break
            self.clock.now = moment
            work = replace(work, now=moment)
            if why == "time":
                self._resume(work, runs)
            elif why == "word":
                self._say(work, runs, words.pop(0))
            elif following is not None:
                index = following
                self._write(work, index)
        return work.store.traces.get(trace.id) or trace

    def _resume(self, work: Work, runs: Sequence[Run]) -> None:
        """The one that is due first."""
        first = min((run for run in runs if run.due_at), key=lambda run: (run.due_at, run.id))
        self.course.resume(work, first)

    def _say(self, work: Work, runs: Sequence[Run], word: Decision) -> None:
        """As it was said then, about what is asked now."""
        for run in runs:
            approval = work.store.approvals.of_run(run.id)
            if approval is not None:
                said = replace(word, id=work.ground.new_id(), approval_id=approval.id, level=approval.level)
                work.store.approvals.decide([said])
                work.store.runs.wake(run.id, work.now, DECIDED)

    def _write(self, work: Work, index: int) -> None:
        write = self.past.writes[index]
        entity, key = write.place
        old = work.transaction.get(entity, [key]).get(key)
        self.past.forward(write)
        new = work.transaction.get(entity, [key]).get(key)
        if new is None:
            for run in work.store.runs.on([key]):
                work.store.runs.wake(run.id, work.now, "gone")
            return
        self.course.look(work, entity, [key])
        if entity == self.workflow.entity and self.workflow.repeat is Repeat.RESTART:
            event = event_of(work, write, old, new)
            if triggers(self.workflow, event):
                self.course.consider(work, self.course.ask(work, self.workflow, event))


def _family(work: Work, run_id: str) -> Iterator[Run]:
    """The run, as far as it is on its way, and those for which it waits."""
    run = work.store.runs.get(run_id)
    if run is not None and run.status != "failed":
        yield run
        for child in work.store.runs.children(run_id):
            yield from _family(work, child.id)


def _words(work: Work, held: Trace) -> list[Decision]:
    asked = work.store.approvals.on(held.entity, held.record_id)
    return list(work.store.approvals.decisions([each.id for each in asked if each.run_id == held.id]))


def _came(due: datetime, held: Trace | None) -> datetime:
    """When a worker came to what was due: to the same thing then, if there was one."""
    told = (datetime.fromisoformat(each["at"]) for each in (held.steps if held else ()) if "at" in each)
    return min((at for at in told if due <= at <= due + _LATE), default=due)
