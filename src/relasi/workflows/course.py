"""The course of a run: steps up to a pause in one transaction, then a row that waits, then the next steps.

What a run did, where it stands and what it writes commit together, so nothing is lost or done twice wherever
the process ends.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from relasi.errors import (
    LoopStopped,
    PlatformFull,
    PlatformReadOnly,
    PlatformUnavailable,
    RelasiError,
    WorkflowError,
)
from relasi.platform.query import Row
from relasi.records.events import Event
from relasi.records.work import Work
from relasi.schema.expressions import Tracer, tracer
from relasi.schema.model import Model, Repeat, Step, Workflow, walk
from relasi.store.runs import Run
from relasi.store.traces import Outcome, Trace
from relasi.workflows.actions.base import Running, Said, Waiting
from relasi.workflows.kept import BEGINS, row_of, running_of
from relasi.workflows.programs import BODY, Program, Programs
from relasi.workflows.starting import Start, occasion, told

log = logging.getLogger(__name__)

DEEPEST = 8
"""How many rules may stand in a row, each triggered by the one before: the budget against loops. Waiting does
not give it back."""

NOT_OURS = (PlatformUnavailable, PlatformReadOnly, PlatformFull)
"""Nothing is wrong with the run: the transaction cannot go on, and is tried again as a whole."""


class Course:
    """Begins runs, and brings them on."""

    def __init__(self, model: Model, programs: Programs) -> None:
        self._model = model
        self._programs = programs
        self._conditions: dict[tuple[str, str], Tracer] = {}

    def ask(self, work: Work, workflow: Workflow, event: Event, *, gone: Row | None = None) -> Start:
        """A workflow that may run because of an event, with what its condition answers of the record as it is
        now, which an earlier rule may have changed."""
        new_id, condition = work.ground.new_id(), workflow.condition
        if condition is None:
            asked = None
        else:
            held = work.follow(workflow.entity, event.record_id) if workflow.entity else None
            current = gone or held or event.new
            known = (workflow.name, workflow.version)
            traced = self._conditions.setdefault(known, tracer(condition))
            asked = traced(work.situation(current, event.old)).to_json()
        return Start(new_id, workflow, event.record_id, event.old, gone, event.change_id, asked)

    def consider(self, work: Work, start: Start, *, parent: str | None = None) -> Trace:
        """As `begin`, where the condition holds and the rule may run on the record once more."""
        if not start.holds:
            return start.trace(work, "condition_false")
        if start.workflow.repeat is Repeat.ONCE_PER_RECORD and (
            start.key in work.ran or work.store.traces.has_run(start.workflow.name, [start.record_id])
        ):
            return start.trace(work, "already_ran")
        return self.begin(work, start, parent=parent)

    def begin(self, work: Work, start: Start, *, parent: str | None = None) -> Trace:
        """Runs a workflow up to its end or its first pause, in a savepoint. Whatever is wrong with it ends
        here, as a failed run which somebody may try again. `parent` is the run that waits for it.

        Raises LoopStopped where the chain of rules is longer than DEEPEST; the rule that began it catches it.
        """
        workflow = start.workflow
        acting = work.as_rule(workflow.name, workflow.version)
        running = Running(
            start.id, acting, workflow, workflow.entity, start.record_id, self, old=start.old, gone=start.gone
        )
        try:
            if len(acting.chain) > DEEPEST:
                raise LoopStopped("loop_stopped", count=DEEPEST, chain=_in_order(acting.chain))
            with work.attempt():
                work.ran[start.key] = None  # already now: its own steps may trigger it
                outcome = self._begun(running, parent)
        except LoopStopped as error:
            if work.chain:
                raise
            if start.gone is None:
                self._fail(running, self._first(running, parent), error)
            return start.trace(work, "stopped", running.said, told(error))
        except NOT_OURS:
            raise
        except RelasiError as error:
            if start.gone is None:
                self._fail(running, self._first(running, parent), error)
            return start.trace(work, "failed", running.said, self._told(running, error))
        return start.trace(work, outcome, running.said)

    def resume(self, work: Work, run: Run) -> None:
        """Brings a due run on, in a savepoint. What is wrong with it fails the run, and only that."""
        running: Running | None = None
        try:
            with work.attempt():
                if run.entity and not work.transaction.get(run.entity, [run.record_id], hold=True):
                    self.cancel(work, run, "record_gone")
                    return
                running = self._running(work, run)
                self._resumed(running, run)
        except NOT_OURS:
            raise
        except RelasiError as error:
            self._failed(work, run, error, running)
        except Exception:
            log.exception("run %s of %s stopped by a fault", run.id, run.workflow)
            self._failed(work, run, WorkflowError("fault"), running)

    def look(self, work: Work, entity: str, record_ids: Sequence[str]) -> None:
        """After a write to these records: brings on the runs that waited for it. What is wrong with one of
        them is none of the writer's business: it fails that run."""
        for run in work.store.runs.watching(entity, record_ids):
            try:
                self._look(work, run)
            except NOT_OURS:
                raise
            except RelasiError as error:
                self._failed(work, run, error, None)
            except Exception:
                log.exception("run %s of %s stopped by a fault", run.id, run.workflow)
                self._failed(work, run, WorkflowError("fault"), None)

    def _look(self, work: Work, run: Run) -> None:
        running = self._running(work, run)
        step = self._programs.kept(work.store, run.workflow, run.version).steps.get(run.position)
        pause = step.look(running) if isinstance(step, Waiting) else None
        if pause is None:
            work.store.runs.wake(run.id, work.now, "met")
        else:
            changed = replace(run, due_at=pause.until, waiting_for=pause.waiting_for)
            work.store.runs.put(changed, pause.watches)

    def retry(self, work: Work, run: Run, comment: str = "") -> None:
        """Lets a failed run go on where it stands, as soon as a worker comes to it. One that never got past
        its beginning goes by the definition as it is now."""
        if run.waiting_for == "start" and run.outer_id is None and run.workflow in self._model.workflows:
            self._set_going(work, self._from_first(run), "retry", run, comment)
        else:
            self._set_going(work, run, "retry", run, comment)

    def begin_anew(self, work: Work, run: Run, comment: str = "") -> None:
        """Lets a failed run begin once more, by the definition as it is now. What it did before it last
        paused stands. Raises WorkflowError where there is no such workflow any more."""
        if run.workflow not in self._model.workflows:
            raise WorkflowError("definition_gone", workflow=run.workflow)
        for child in work.store.runs.children(run.id):
            self.cancel(work, child, "restarted")
        self._set_going(work, self._from_first(run), "begin anew", run, comment)

    def _from_first(self, run: Run) -> Run:
        """The run before its first step, by the definition as it is now."""
        workflow = self._model.workflows[run.workflow]
        first = self._programs.of(workflow).first[BODY]
        return replace(
            run, version=workflow.version, body=BODY, position=first, waiting_for="start", woken=None
        )

    def _set_going(self, work: Work, going: Run, word: str, was: Run, comment: str) -> None:
        tried = replace(going, status="waiting", due_at=work.now, error=None, failed_at=None)
        work.store.runs.put(replace(tried, attempts=was.attempts + 1))
        work.store.traces.extend(was.id, "waiting", [_by_hand(work, was, {"step": word}, comment)])

    def cancel(self, work: Work, run: Run, why: str, comment: str = "") -> None:
        """Ends a run before its time, with those for which it waits."""
        work.transaction.get(run.entity, [run.record_id], hold=True)  # nothing begins on it meanwhile
        said = _by_hand(work, run, {"step": "cancel", "why": why}, comment)
        work.store.traces.extend(run.id, "cancelled", [said])
        work.store.runs.remove(run.id)
        for child in work.store.runs.children(run.id):
            self.cancel(work, child, why)
        self._ended(work, run)

    def call(self, running: Running, name: str, record_id: str, *, awaited: bool) -> str:
        work, workflow = running.work, self._model.workflows.get(name)
        if workflow is None:
            raise WorkflowError("definition_gone", workflow=name)
        start = self.ask(work, workflow, occasion(work, workflow.entity, record_id))
        trace = self.consider(work, start, parent=running.id if awaited else None)
        if awaited and trace.outcome == "failed":
            raise WorkflowError("called_failed", workflow=workflow.label)
        work.store.traces.append([trace])
        return trace.outcome

    def each(self, running: Running, step: Step, entity: str, record_id: str) -> list[Said] | None:
        work, workflow = running.work, running.workflow
        part = Running(
            work.ground.new_id(),
            work,
            workflow,
            entity,
            record_id,
            self,
            outer_id=running.record_id if running.outer_id is None else running.outer_id,
        )
        body = f"{step.path}.{BODY}"
        program = self._programs.of(workflow)
        run = row_of(part, program, body, parent=running.id)
        if self._go(part, program, run, None) == "ran":
            return part.said
        trace = Start(part.id, workflow, record_id).trace(work, "waiting", part.said)
        work.store.traces.append([replace(trace, entity=entity, part_of=running.id)])
        return None

    def _begun(self, running: Running, parent: str | None) -> Outcome:
        work, workflow = running.work, running.workflow
        first = self._first(running, parent)
        if workflow.repeat is not Repeat.EVERY_TIME:
            earlier = work.store.runs.of(workflow.name, running.record_id)
            if workflow.repeat is Repeat.QUEUE and earlier:
                work.store.runs.put(replace(first, status="queued", waiting_for="turn"))
                self._keep(running)
                return "waiting"
            if workflow.repeat is Repeat.RESTART:
                for run in earlier:
                    self.cancel(work, run, "restarted")
            elif workflow.repeat is Repeat.ONCE_PER_RECORD:
                for run in earlier:
                    if run.status == "failed":  # and is tried again by this one
                        work.store.runs.remove(run.id)
        return self._go(running, self._programs.of(workflow), first, None)

    def _go(self, running: Running, program: Program, run: Run, woken: str | None) -> Outcome:
        """Takes the steps from where `run` stands; at a pause the run is kept as it is then."""
        paused = program.take(running, run.position, woken)
        if paused is None:
            return "ran"
        position, pause = paused
        kept = replace(
            run,
            position=position,
            status="waiting",
            waiting_for=pause.waiting_for,
            due_at=pause.until,
            since=running.work.now,
            woken=None,
            attempts=0,
            cursor=pause.cursor,
        )
        running.work.store.runs.put(kept, pause.watches)
        self._keep(running)
        return "waiting"

    def _resumed(self, running: Running, run: Run) -> None:
        work = running.work
        program = self._programs.kept(work.store, run.workflow, run.version)
        woken = None if run.waiting_for in BEGINS else run.woken or "time"
        outcome = self._go(running, program, run, woken)
        work.store.traces.extend(run.id, outcome, running.said)
        if outcome == "ran":
            work.store.runs.remove(run.id)
            self._ended(work, run)

    def _ended(self, work: Work, run: Run) -> None:
        """Wakes what waited for a run that is no more."""
        runs = work.store.runs
        if run.parent is not None and runs.get(run.parent, hold=True) and not runs.children(run.parent):
            runs.wake(run.parent, work.now, "done")
        line = runs.of(run.workflow, run.record_id)
        if line and all(each.status == "queued" for each in line):
            runs.wake(line[0].id, work.now, "turn")

    def _failed(self, work: Work, run: Run, error: RelasiError, running: Running | None) -> None:
        at = (running.at if running else "") or run.position
        words = self._told(running, error) if running else told(error)
        work.store.runs.put(replace(run, status="failed", due_at=None, error=words, failed_at=at))
        work.store.traces.extend(run.id, "failed", (), words)

    def _fail(self, running: Running, first: Run, error: RelasiError) -> None:
        """Keeps a run that failed before its first pause: it begins anew when it is tried again."""
        words = self._told(running, error)
        kept = replace(first, status="failed", error=words, failed_at=running.at or first.position)
        running.work.store.runs.put(kept)
        self._keep(running)

    def _told(self, running: Running, error: RelasiError) -> dict[str, str]:
        """What went wrong at the step at hand, in the words of the records that it writes."""
        steps = [step for step in walk(running.workflow.steps) if step.path == running.at]
        written = [writing.entity for step in steps for writing in step.writes()]
        names = dict.fromkeys([*written, running.entity])
        return told(error, (self._model.entities[each] for each in names if each in self._model.entities))

    def _first(self, running: Running, parent: str | None) -> Run:
        """A run that has taken no step."""
        return row_of(running, self._programs.of(running.workflow), BODY, parent=parent)

    def _keep(self, running: Running) -> None:
        workflow, work = running.workflow, running.work
        work.store.definitions.keep(workflow.name, workflow.version, workflow.document, work.now)

    def _running(self, work: Work, run: Run) -> Running:
        workflow = self._programs.kept(work.store, run.workflow, run.version).workflow
        return running_of(run, workflow, work, self)


def _by_hand(work: Work, run: Run, said: Said, comment: str) -> Said:
    """What somebody did to a run: the trace keeps who it was, why, and what had gone wrong until then."""
    more: Said = {"path": run.failed_at or run.position, "at": work.now.isoformat()}
    if work.actor.user_id is not None and not work.actor.rule:
        more["user"] = work.actor.user_id
    if comment.strip():
        more["comment"] = comment.strip()
    if run.error is not None:
        more["error"] = dict(run.error)
    return {**said, **more}


def _in_order(chain: Sequence[str]) -> str:
    """The rules in the order in which they triggered each other, up to the first that came round again."""
    names: list[str] = []
    for name in chain:
        names.append(name)
        if name in names[:-1]:
            break
    return " → ".join(names)
