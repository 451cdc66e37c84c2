"""A rule as it is written now, held against what happened: each time that something might have begun it,
whether it would have run, and what its steps would have done up to today.

All of it takes place on a copy of the database, in one transaction that is never committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from relasi.platform.query import Row
from relasi.records import Actor, Event, Source, Work
from relasi.records.titles import kept
from relasi.runtime import Crm
from relasi.schema.model import On, Repeat, Workflow
from relasi.store.traces import Outcome, Trace
from relasi.trial.following import Following
from relasi.trial.occasions import Began, Occasion, Turn, Unwritten, due, turns_of
from relasi.trial.past import Past, Write, event_of, ways_in
from relasi.trial.stage import Clock
from relasi.workflows.engine import triggers

Kind = Literal["runs now", "runs no more", "does other things"]

_RUNS = ("ran", "waiting", "failed", "stopped", "cancelled")
_WRONG = ("failed", "stopped")
_MOST = 1_000_000
_EVER = datetime.min.replace(tzinfo=UTC)
_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)
BY_CHANCE = frozenset({"id", "effects", "at", "why", "items"})
"""What a step says that may be another each time it does the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something after which the rule would do something else than it did. `before` and `after` are what its
    steps did, and would do."""

    kind: Kind
    began: Began
    at: datetime
    record_id: str
    title: str
    outcome: Outcome | None
    before: Sequence[Any] = ()  # Any: JSON
    after: Sequence[Any] = ()  # Any: JSON


@dataclass(frozen=True, slots=True)
class Replay:
    """`occasions` is how often something of each kind might have begun it. The differences are in the order
    of time. `left_out` are triggers of which nobody knows any more whether they came about."""

    workflow: str
    occasions: Mapping[Began, int]
    left_out: Sequence[str]
    differences: Sequence[Difference]


class _Undone(Exception):
    """Takes back what was done for a look."""


def replay(crm: Crm, clock: Clock, workflow: Workflow, since: datetime) -> Replay:
    """`crm` is that of the working tree on a copy of the database; nothing in it changes."""
    until = clock.now
    found: list[tuple[Began, Difference | None]] = []
    with suppress(_Undone), crm.records.work(_NOBODY) as work:
        found += _Player(crm, clock, workflow, work, since, until).looks()
        raise _Undone
    clock.now = until
    return Replay(
        workflow=workflow.name,
        occasions=dict(Counter(began for began, _ in found)),
        left_out=list(_left_out(crm, workflow)),
        differences=[each for _, each in found if each is not None],
    )


@dataclass
class _Player:
    crm: Crm
    clock: Clock
    workflow: Workflow
    work: Work
    since: datetime
    until: datetime
    past: Past = field(init=False)
    others: Unwritten = field(init=False)
    ran: set[str] = field(init=False)
    """Records on which the rule has run by then, as it would go now."""
    held: dict[str, Trace] = field(init=False)
    """What it did, by the write that led to it."""

    def __post_init__(self) -> None:
        store = self.work.store
        traces = [each for each in store.traces.since(_EVER, self.workflow.name) if each.part_of is None]
        self.ran = {each.record_id for each in traces if each.at < self.since and each.outcome in _RUNS}
        self.held = {each.change_id: each for each in traces if each.change_id}
        self.others = Unwritten([each for each in traces if not each.change_id and each.at >= self.since])
        self.past = Past(self.work, self.since)
        for run in store.runs.list(workflow=self.workflow.name, limit=_MOST):
            store.runs.remove(run.id)

    def looks(self) -> Iterator[tuple[Began, Difference | None]]:
        """What each occasion would have led to, in the order of time, by which the records go, too."""
        turns = turns_of(self.work, self.past, self.workflow, self.since, self.until)
        ticks: list[tuple[datetime, int, Write | Turn | Trace]]
        ticks = [(each.change.at, index, each) for index, each in enumerate(self.past.writes)]
        last = len(ticks)
        ticks += [(each.at, last, each) for each in turns]
        ticks += [(each.at, last + 1, each) for each in self.others.traces]
        done = -1
        for at, index, tick in sorted(ticks, key=lambda each: each[:2]):
            self.clock.now = at
            if isinstance(tick, Write):
                done = index
            for each in self._occasions(tick):
                yield each.began, self._look(each, done)

    def _occasions(self, tick: Write | Turn | Trace) -> Iterator[Occasion]:
        match tick:
            case Write():
                return self._written(tick)
            case Turn():
                return self._turn(tick)
            case Trace():
                return self._by_hand(tick)

    def _written(self, write: Write) -> Iterator[Occasion]:
        change, (entity, key) = write.change, write.place
        if entity != self.workflow.entity:
            self.past.forward(write)
            return
        old = self.work.transaction.get(entity, [key]).get(key)
        self.past.forward(write)
        new = self.work.transaction.get(entity, [key]).get(key)
        user = change.user_id or change.on_behalf_of
        if change.rule == self.workflow.name:
            return
        if new is not None:
            event = event_of(self.work, write, old, new)
            yield Occasion("write", change.at, event, user_id=user, held=self.held.get(change.id))
        elif old is not None:
            held = self.others.take(key, change.at, change.at)
            yield Occasion("deletion", change.at, _unwritten(old), gone=old, user_id=user, held=held)

    def _turn(self, turn: Turn) -> Iterator[Occasion]:
        for row in due(self._at(turn.at, _NOBODY), self.workflow, turn):
            held = self.others.take(row.get("id", ""), turn.at, turn.until)
            yield Occasion("clock", held.at if held else turn.at, _unwritten(row), held=held)

    def _by_hand(self, trace: Trace) -> Iterator[Occasion]:
        """Nothing that is known led to this look: a person did, or another rule."""
        if not trace.entity:
            return
        row = self.work.transaction.get(trace.entity, [trace.record_id]).get(trace.record_id)
        if row is not None and self.others.take(trace.record_id, trace.at, trace.at):
            user = self.past.person(trace.workflow, trace.at)
            yield Occasion("button or call", trace.at, _unwritten(row), user_id=user, held=trace)

    def _look(self, each: Occasion, done: int) -> Difference | None:
        before = each.held if each.held is not None and each.held.outcome in _RUNS else None
        key, waits = each.event.record_id, self._waits_for(each)
        if not waits and before is None:
            return None
        if waits and before is not None and before.workflow_version == self.workflow.version:
            self.ran.add(key)
            return None
        trace, title = self._taken(each, done, waits=waits)
        if trace is not None:
            self.ran.add(key)
        if (trace is None) == (before is None):
            if trace is None or before is None or _same(before, trace):
                return None
            kind: Kind = "does other things"
        else:
            kind = "runs now" if before is None else "runs no more"
        steps = (before.steps if before else (), trace.steps if trace else ())
        return Difference(kind, each.began, each.at, key, title, trace.outcome if trace else None, *steps)

    def _waits_for(self, each: Occasion) -> bool:
        waited = {trigger.on for trigger in self.workflow.triggers}
        match each.began:
            case "write":
                return triggers(self.workflow, each.event)
            case "deletion":
                return On.DELETED in waited
            case "button or call":
                return bool(waited & {On.BUTTON, On.CALLED})
        return True

    def _taken(self, each: Occasion, done: int, *, waits: bool) -> tuple[Trace | None, str]:
        """What the rule does now, None where it does not run; and what the record is called."""
        work = self._at(each.at, replace(_NOBODY, everything=False, user_id=each.user_id))
        found, row = None, each.gone or each.event.new
        title = self._title(work, row)
        with suppress(_Undone), work.attempt():
            if waits and not (self._once and each.event.record_id in self.ran):
                course = self.crm.approvals.course
                start = course.ask(work, self.workflow, each.event, gone=each.gone)
                if start.holds:
                    found = course.begin(work, start)
                    work.store.traces.append([found])
                    if found.outcome == "waiting":
                        future = Following(course, self.clock, self.past, self.workflow, self.until)
                        found = future.end_of(work, found, done, each.held)
            raise _Undone
        return found, title

    def _title(self, work: Work, row: Row) -> str:
        if not self.workflow.entity:
            return self.workflow.name
        return work.entity(self.workflow.entity).title.render(work.situation(row), kept(work))

    @property
    def _once(self) -> bool:
        return self.workflow.repeat is Repeat.ONCE_PER_RECORD

    def _at(self, moment: datetime, actor: Actor) -> Work:
        self.clock.now = moment
        return replace(self.work, now=moment, actor=actor, ran={})


def _unwritten(row: Row) -> Event:
    return Event(row.get("id", ""), None, row, {}, "")


def _same(before: Trace, after: Trace) -> bool:
    """Whether the steps did the same; of a run that waits, those that it has taken by now."""
    if (before.outcome in _WRONG) != (after.outcome in _WRONG):
        return False
    steps = before.steps[: len(after.steps)] if after.outcome == "waiting" else before.steps
    return bool(_plain(steps, _chosen(steps)) == _plain(after.steps, _chosen(after.steps)))


def _chosen(steps: Sequence[Any]) -> set[str]:  # Any: JSON
    """The people whom the steps chose by who has least to do: nobody knows any more who that was."""
    return {each["user"] for each in steps if each.get("step") == "assign" and each.get("user")}


def _plain(said: Any, chosen: set[str]) -> Any:  # Any: JSON
    if isinstance(said, dict):
        return {key: _plain(each, chosen) for key, each in said.items() if key not in BY_CHANCE}
    if isinstance(said, list | tuple):
        return [_plain(each, chosen) for each in said]
    return "" if isinstance(said, str) and said in chosen else said


def _left_out(crm: Crm, workflow: Workflow) -> Iterator[str]:
    """Of two hooks, forms or mailboxes for one entity the log does not tell which one it was."""
    for source in ("hook", "form", "mail"):
        ways = ways_in(crm.model, workflow.entity, source)
        waited = {way for trigger in workflow.triggers for way in trigger.hooks & set(ways)}
        if waited and len(ways) > 1:
            yield f"incoming {', '.join(sorted(waited))}"
