"""Workflows as people and pages see them: buttons, and runs that wait or failed."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.errors import Forbidden, Invalid, Issue, NotFound
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records.access.rights import holds
from relasi.records.actor import Actor, Source
from relasi.records.record import Record
from relasi.records.service import Records
from relasi.records.view import Values
from relasi.records.work import Work
from relasi.schema.model import Button, Model, Workflow
from relasi.store.runs import Run
from relasi.store.traces import Trace
from relasi.workflows.course import Course
from relasi.workflows.engine import Engine
from relasi.workflows.starting import occasion
from relasi.workflows.sweeps import RunSweep, ScheduleSweep
from relasi.workflows.worker import Sweep

_READER = Actor(user_id=None, roles=frozenset(), source=Source.RULE)


class Workflows:
    """All errors are those of `relasi.errors`; what raises has changed nothing."""

    def __init__(self, model: Model, records: Records, course: Course, engine: Engine) -> None:
        self._model = model
        self._records = records
        self._course = course
        self._engine = engine

    def sweeps(self) -> Mapping[str, Sweep]:
        """What workers do for workflows."""
        return {
            "runs": RunSweep(self._records, self._course),
            "schedules": ScheduleSweep(self._model, self._records, self._engine),
        }

    def buttons(self, actor: Actor, record: Record) -> tuple[Workflow, ...]:
        """The rules that the actor may begin on a record by a button, in the order of their files."""
        rules = [each for each in self._model.rules_for(record.entity) if each.button]
        if not rules:
            return ()
        with self._records.work(actor, write=False) as work:
            row = work.follow(record.entity, record.id)
            if row is None or not holds(work.rights(record.entity).update, work.situation(row)):
                return ()
            return tuple(
                each for each in rules if each.button and self._is_open(work, each, each.button, row)
            )

    @begun_again
    def press(
        self, actor: Actor, name: str, record_id: str, version: int, values: Values | None = None
    ) -> Trace:
        """Begins the rule of a button, after the record got the values that it needs: the trace of that run,
        which tells what it did, or that it failed.

        Raises Forbidden, NotFound, Stale, and Invalid for what is needed and empty.
        """
        workflow = self._model.workflows.get(name)
        if workflow is None or workflow.button is None:
            raise NotFound("not_found")
        with self._records.work(actor) as work:
            row = occasion(work, workflow.entity, record_id).new
            if not holds(work.rights(workflow.entity).read, work.situation(row)):
                raise NotFound("not_found")
            if not holds(work.rights(workflow.entity).update, work.situation(row)):
                raise Forbidden("may_not_update")
            if not self._is_open(work, workflow, workflow.button, row):
                raise Forbidden("may_not_press")
            if values:
                work.update(workflow.entity, record_id, version, values)
            event = occasion(work, workflow.entity, record_id)
            if empty := [each for each in workflow.button.needs if event.new[each] is None]:
                raise Invalid([Issue(each, "move_needs") for each in empty])
            trace = self._course.consider(work, self._course.ask(work, workflow, event))
            work.store.traces.append([trace])
        return trace

    @begun_again
    def retry(self, run_id: str, actor: Actor, comment: str = "") -> None:
        """Lets a failed run go on, at the step at which it failed. Raises NotFound for one that has ended."""
        with self._records.work(actor) as work:
            run = self._held(work, run_id)
            if run.status == "failed":
                self._course.retry(work, run, comment)

    @begun_again
    def begin_anew(self, run_id: str, actor: Actor, comment: str = "") -> None:
        """Lets a failed run begin once more, by the rule as it is now. Raises NotFound for one that ended,
        WorkflowError for one whose rule is gone."""
        with self._records.work(actor) as work:
            run = self._held(work, run_id)
            if run.status == "failed" and run.outer_id is None:
                self._course.begin_anew(work, run, comment)

    @begun_again
    def cancel(self, run_id: str, actor: Actor, comment: str = "") -> None:
        """Ends a run before its time. Raises NotFound for one that has ended."""
        with self._records.work(actor) as work:
            self._course.cancel(work, self._held(work, run_id), "by_person", comment)

    def run(self, run_id: str) -> tuple[Run | None, Trace | None]:
        """A run as far as it is in flight, and what it did so far."""
        with self._records.work(_READER, write=False) as work:
            return work.store.runs.get(run_id), work.store.traces.get(run_id)

    def failed(self, *, limit: int = 50, after: Run | None = None) -> tuple[Run, ...]:
        """Runs that wait for somebody to try them again or to cancel them, newest first."""
        with self._records.work(_READER, write=False) as work:
            return work.store.runs.failed(limit=limit, after=after)

    def _held(self, work: Work, run_id: str) -> Run:
        if not work.actor.unbound:
            raise Forbidden("may_not_manage_runs")
        run = work.store.runs.get(run_id, hold=True)
        if run is None:
            raise NotFound("not_found")
        return run

    def _is_open(self, work: Work, workflow: Workflow, button: Button, row: Row) -> bool:
        """Whether the actor has one of the roles, and the condition of the rule holds."""
        actor = work.actor
        if button.who and not actor.unbound and not button.who & actor.roles:
            return False
        return workflow.condition is None or bool(workflow.condition.evaluate(work.situation(row)))
