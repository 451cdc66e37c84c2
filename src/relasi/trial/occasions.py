"""What may have begun a rule in the past: writes, people and other rules, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from relasi.platform.lookup import all_rows
from relasi.platform.query import Query, Row
from relasi.records import Event, Work
from relasi.schema.expressions import Expression
from relasi.schema.model import Trigger, Workflow
from relasi.store.traces import Trace
from relasi.trial.hours import moment_of
from relasi.trial.past import Past

Began = Literal["write", "deletion", "button or call", "clock"]

_LATE = timedelta(hours=1)
"""Within which a worker came to what had become due, where no next turn says more."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The rule may begin on a record here. `gone` is the record where it has just been deleted, `user_id` who
    brought it about, `held` what the rule made of it then."""

    began: Began
    at: datetime
    event: Event
    gone: Row | None = None
    user_id: str | None = None
    held: Trace | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The clock begins the rule: on the record, or on all for which it asks. What a worker did until `until`
    belongs to it."""

    at: datetime
    until: datetime
    trigger: Trigger
    record_id: str | None = None


class Unwritten:
    """The looks of a rule at records that no write led to, in the order of time; each belongs to one thing
    that did."""

    def __init__(self, traces: Sequence[Trace]) -> None:
        self.traces = tuple(traces)
        self._of: dict[str, list[Trace]] = {}
        for each in traces:
            self._of.setdefault(each.record_id, []).append(each)

    def take(self, record_id: str, first: datetime, last: datetime) -> Trace | None:
        """The first one on a record that was between two moments and is still nobody's."""
        left = self._of.get(record_id, [])
        found = next((each for each in left if first <= each.at <= last), None)
        if found is not None:
            left.remove(found)
        return found


def turns_of(work: Work, past: Past, workflow: Workflow, since: datetime, until: datetime) -> Iterator[Turn]:
    """By what the rule asks the clock for, as it is written now."""
    model = work.ground.model
    for trigger in workflow.triggers:
        if trigger.recurrence is not None:
            moment = trigger.recurrence.after(since, model.settings.calendar)
            while moment is not None and moment <= until:
                following = trigger.recurrence.after(moment, model.settings.calendar)
                yield Turn(moment, following or moment + _LATE, trigger)
                moment = following
        elif trigger.around is not None:
            field = trigger.around.field
            query = Query(workflow.entity, work.asking, fields=(field,))
            values = {(row["id"], row[field]) for row in all_rows(work.transaction, query)}
            for key, value in values | past.held(workflow.entity, field):
                moment = None if value is None else moment_of(trigger.around, value, model)
                if moment is not None and since < moment <= until:
                    yield Turn(moment, moment + _LATE, trigger, key)


def due(work: Work, workflow: Workflow, turn: Turn) -> Iterator[Row]:
    """The records on which the clock begins the rule at this turn; an empty one for a rule about none."""
    if not workflow.entity:
        yield {}
        return
    if turn.record_id is None:
        query = Query(workflow.entity, work.asking, where=tuple(_where(turn.trigger)), fields=())
        keys = [row["id"] for row in all_rows(work.transaction, query)]
        yield from (row for key in keys for row in work.transaction.get(workflow.entity, [key]).values())
        return
    around = turn.trigger.around
    assert around is not None
    for row in work.transaction.get(workflow.entity, [turn.record_id]).values():
        value, situation = row[around.field], work.situation(row)
        comes = value is not None and moment_of(around, value, work.ground.model) == turn.at
        if comes and all(each.evaluate(situation) for each in _where(turn.trigger)):
            yield row


def _where(trigger: Trigger) -> list[Expression]:
    return [] if trigger.where is None else [trigger.where]
