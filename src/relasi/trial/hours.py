"""Time in a test: it goes on from one moment at which something is due to the next, so that each thing
happens at its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from relasi.platform.query import Query
from relasi.records import Actor, Source, Work
from relasi.runtime import Crm, worker_of
from relasi.schema.model import Around, Model, On
from relasi.store.schedules import Pair
from relasi.trial.stage import Clock
from relasi.workflows.sweeps import ScheduleSweep
from relasi.workflows.worker import Sweep

_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)
_MOST = 10_000
"""Records of one entity; no test has as many."""
_UNSEEN = frozenset({"chain", "pruning", "quality"})
"""Sweeps of which no test can see anything."""


class Hours:
    """The time of one test."""

    def __init__(self, crm: Crm, clock: Clock) -> None:
        self._crm = crm
        self._clock = clock
        worker = worker_of(crm)
        schedules = worker.sweeps["schedules"]
        assert isinstance(schedules, ScheduleSweep)
        sweeps = {**worker.sweeps, "schedules": lambda now: schedules(now, _idle(crm))}
        self._sweeps = [sweep for name, sweep in sweeps.items() if name not in (*worker.aside, *_UNSEEN)]

    def settle(self) -> None:
        """Does all that is due at this moment. What waits to be sent stays in the outbox."""
        while any(self._swept(sweep) for sweep in self._sweeps):
            pass

    def advance(self, until: datetime) -> None:
        """Lets time pass, and does what becomes due on the way."""
        while (moment := _next(self._crm, until)) is not None:
            self._clock.now = moment
            self.settle()
        self._clock.now = until
        self.settle()

    def _swept(self, sweep: Sweep) -> bool:
        """Whether there was anything to do."""
        more = began = sweep(self._clock.now)
        while more:
            more = sweep(self._clock.now)
        return began


def _next(crm: Crm, until: datetime) -> datetime | None:
    """The first moment before `until` at which something is due."""
    now = crm.clock()
    with crm.records.work(_NOBODY, write=False) as work:
        turns = (moment for _, moment in _turns(work))
        moments = [*_runs(work), *_clocks(work), *turns]
    return min((each for each in moments if now < each < until), default=None)


def _idle(crm: Crm) -> set[Pair]:
    """The schedules that are due and have come for no record, of which most moments have many."""
    now, workflows = crm.clock(), crm.model.workflows.values()
    around = {
        (flow.name, each.key) for flow in workflows for each in flow.triggers if each.around is not None
    }
    with crm.records.work(_NOBODY, write=False) as work:
        asked = around & {pair for pair, each in work.store.schedules.all().items() if each.due_at <= now}
        return asked and asked - {pair for pair, moment in _turns(work) if moment <= now}


def _runs(work: Work) -> Iterator[datetime]:
    yield from (run.due_at for run in work.store.runs.list(limit=_MOST) if run.due_at is not None)


def _clocks(work: Work) -> Iterator[datetime]:
    """When time alone changes the state of an agreed time."""
    for entity in work.ground.model.entities.values():
        names = [sla.field("next") for sla in entity.slas]
        if names:
            yield from _values(work, entity.name, names)


def _turns(work: Work) -> Iterator[tuple[Pair, datetime]]:
    """The turns of rules that go by the clock, and the moments before or after what stands in a field."""
    kept, model = work.store.schedules.all(), work.ground.model
    for workflow in model.workflows.values():
        for trigger in workflow.triggers:
            pair = (workflow.name, trigger.key)
            schedule = kept.get(pair)
            if schedule is None:
                continue
            if trigger.on is On.EVERY:
                yield pair, schedule.due_at
            elif trigger.around is not None:
                values = _values(work, workflow.entity, [trigger.around.field])
                moments = (moment_of(trigger.around, value, model) for value in values)
                yield from ((pair, max(schedule.due_at, each)) for each in moments if each > schedule.since)


def moment_of(around: Around, value: datetime | date, model: Model) -> datetime:
    """The one before or after a value."""
    length = -around.length if around.is_before else around.length
    if isinstance(value, datetime):
        return value + length
    return datetime.combine(value + length, around.at, model.settings.zone).astimezone(UTC)


def _values(work: Work, entity: str, names: list[str]) -> Iterator[datetime]:
    query = Query(entity, work.asking, fields=tuple(names), limit=_MOST)
    for row in work.transaction.find(query).rows:
        yield from (row[name] for name in names if row[name] is not None)
