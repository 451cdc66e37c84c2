"""What workers do for workflows: bring due runs on, and begin what goes by the clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from relasi.platform.again import begun_again
from relasi.platform.query import Page, Query
from relasi.records.actor import Actor, Source
from relasi.records.events import Event
from relasi.records.service import Records
from relasi.records.work import Work
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Date
from relasi.schema.model import Around, Model, On, Sort, Trigger, Workflow
from relasi.schema.scope import ModelScope
from relasi.store.schedules import Pair, Schedule
from relasi.workflows.course import Course
from relasi.workflows.engine import Engine

AT_ONCE = 20
"""Runs, and records of a schedule, in one transaction: others who want to write wait for it."""

NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE)

_LOOK = timedelta(minutes=1)
"""How often it is asked which records a time before or after a field has come for."""
_NEVER = timedelta(days=1)
"""How soon a schedule without any turn in sight is asked again."""


class RunSweep:
    """Brings runs on that are due, the longest due first; each in a savepoint, so that one that fails keeps
    no other from going on."""

    def __init__(self, records: Records, course: Course) -> None:
        self._records = records
        self._course = course

    @begun_again
    def __call__(self, now: datetime) -> bool:
        with self._records.work(NOBODY, write=False) as work:
            if not work.store.runs.any_due(now):
                return False
        with self._records.work(NOBODY) as work:
            claimed = work.store.runs.claim(now, AT_ONCE)
            for each in claimed:
                run = work.store.runs.get(each.id)  # an earlier one may have ended or put it off
                if run is not None and run.due_at is not None and run.due_at <= now:
                    self._course.resume(work, run)
        return bool(claimed)


class ScheduleSweep:
    """Begins rules at their times, for the records that they are about: a long round takes as many
    transactions as it needs, and goes on where the last one ended; short ones share a transaction."""

    def __init__(self, model: Model, records: Records, engine: Engine) -> None:
        self._model = model
        self._records = records
        self._engine = engine
        self._timed = {
            (workflow.name, trigger.key): (workflow, trigger)
            for workflow in model.workflows.values()
            for trigger in workflow.triggers
            if trigger.on in (On.EVERY, On.AROUND)
        }
        self._known = False

    @begun_again
    def __call__(self, now: datetime, idle: Collection[Pair] = ()) -> bool:
        """`idle` are those of which it is known that they have come for no record."""
        if not self._timed:
            return False
        if not self._known:
            self._begin(now)
        with self._records.work(NOBODY, write=False) as work:
            if not work.store.schedules.any_due(now):
                return False
        begun = 0
        with self._records.work(NOBODY) as work:
            if idle:
                work.store.schedules.pass_by(idle, now, now + _LOOK)
            while begun < AT_ONCE and (schedule := work.store.schedules.claim(now)) is not None:
                begun += self._round(work, schedule, now)
        return begun > 0

    @begun_again
    def _begin(self, now: datetime) -> None:
        """Notes new schedules, which begin to count now, and forgets those that are written no longer."""
        with self._records.work(NOBODY) as work:
            held = work.store.schedules.all()
            for pair in held.keys() - self._timed.keys():
                work.store.schedules.drop(*pair)
            for pair in self._timed.keys() - held.keys():
                _, trigger = self._timed[pair]
                work.store.schedules.add(Schedule(*pair, due_at=self._next(trigger, now), since=now))
        self._known = True

    def _round(self, work: Work, schedule: Schedule, now: datetime) -> int:
        """Runs the rule on some records of a round, and notes where the next transaction goes on. Tells on
        how many."""
        found = self._timed.get((schedule.workflow, schedule.key))
        if found is None:  # of a definition that was applied since this process began
            work.store.schedules.put(replace(schedule, due_at=now + _LOOK))
            return 0
        workflow, trigger = found
        until = schedule.until or now
        cursor = None
        if workflow.entity:
            page = self._page(work, workflow, trigger, schedule, until)
            rows = work.transaction.get(workflow.entity, [row["id"] for row in page.rows], hold=True)
            cursor = page.next
        else:
            rows = {"": {}}  # about no record, it runs once
        events = [Event(key, None, row, {}, "") for key, row in rows.items()]
        if events:
            self._engine.consider(work, workflow, events)
        done = cursor is None
        work.store.schedules.put(
            Schedule(
                schedule.workflow,
                schedule.key,
                due_at=self._next(trigger, max(until, now)) if done else schedule.due_at,
                since=until if done else schedule.since,
                until=None if done else until,
                cursor=cursor,
            )
        )
        return len(events)

    def _page(
        self, work: Work, workflow: Workflow, trigger: Trigger, schedule: Schedule, until: datetime
    ) -> Page:
        where = [] if trigger.where is None else [trigger.where]
        if trigger.around is not None:
            where.append(self._due(workflow.entity, trigger.around, schedule.since, until))
        query = Query(
            workflow.entity,
            work.asking,
            where=tuple(where),
            sort=(Sort("id", descending=False),),
            fields=(),
            limit=AT_ONCE,
            after=schedule.cursor,
        )
        return work.transaction.find(query)

    def _due(self, entity: str, around: Around, since: datetime, until: datetime) -> Expression:
        """The records whose moment lies after `since`, and not after `until`."""
        scope = ModelScope(self._model, entity, has_user=False)
        length = around.length if around.is_before else -around.length
        field, zone = around.field, self._model.settings.zone
        if not isinstance(self._model.entities[entity].fields[field].type.expression_type(), Date):
            question = Expression.parse(f"{field} > now() and {field} <= now()", scope)
            return question.at_times(since + length, until + length)
        question = Expression.parse(f"{field} > today() and {field} <= today()", scope)
        return question.at_times(
            *(_last_day(each.astimezone(zone), around.at) + length for each in (since, until))
        )

    def _next(self, trigger: Trigger, now: datetime) -> datetime:
        if trigger.recurrence is None:
            return now + _LOOK
        return trigger.recurrence.after(now, self._model.settings.calendar) or now + _NEVER


def _last_day(moment: datetime, at: time) -> date:
    """The last day on which it had been so late by then."""
    return moment.date() if moment.time() >= at else moment.date() - timedelta(days=1)
