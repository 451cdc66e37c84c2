"""Time in a test: it goes on from one moment at which something is due to the next, so that each thing
happens at its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from relasi.platform.query import Query
from relasi.records import Actor, Source, Work
from relasi.runtime import Crm, worker_of
from relasi.schema.model import Around, Model, On
from relasi.trial.stage import Clock

_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)
_MOST = 10_000
"""Records of one entity; no test has as many."""


class Hours:
    """The time of one test."""

    def __init__(self, crm: Crm, clock: Clock) -> None:
        self._crm = crm
        self._clock = clock
        worker = worker_of(crm)
        self._sweeps = [sweep for name, sweep in worker.sweeps.items() if name not in worker.aside]

    def settle(self) -> None:
        """Does all that is due at this moment. What waits to be sent stays in the outbox."""
        more = True
        while more:
            found = [sweep(self._clock.now) for sweep in self._sweeps]
            more = any(found)

    def advance(self, until: datetime) -> None:
        """Lets time pass, and does what becomes due on the way."""
        while (moment := _next(self._crm, until)) is not None:
            self._clock.now = moment
            self.settle()
        self._clock.now = until
        self.settle()


def _next(crm: Crm, until: datetime) -> datetime | None:
    """The first moment before `until` at which something is due."""
    now = crm.clock()
    with crm.records.work(_NOBODY, write=False) as work:
        moments = [*_runs(work), *_clocks(work), *_schedules(work)]
    return min((each for each in moments if now < each < until), default=None)


def _runs(work: Work) -> Iterator[datetime]:
    yield from (run.due_at for run in work.store.runs.list(limit=_MOST) if run.due_at is not None)


def _clocks(work: Work) -> Iterator[datetime]:
    """When time alone changes the state of an agreed time."""
    for entity in work.ground.model.entities.values():
        names = [sla.field("next") for sla in entity.slas]
        if names:
            yield from _values(work, entity.name, names)


def _schedules(work: Work) -> Iterator[datetime]:
    """The turns of rules that go by the clock, and the moments before or after what stands in a field."""
    kept, model = work.store.schedules.all(), work.ground.model
    for workflow in model.workflows.values():
        for trigger in workflow.triggers:
            schedule = kept.get((workflow.name, trigger.key))
            if schedule is None:
                continue
            if trigger.on is On.EVERY:
                yield schedule.due_at
            elif trigger.around is not None:
                values = _values(work, workflow.entity, [trigger.around.field])
                moments = (moment_of(trigger.around, value, model) for value in values)
                yield from (max(schedule.due_at, each) for each in moments if each > schedule.since)


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
