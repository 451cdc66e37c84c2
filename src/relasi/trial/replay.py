"""A rule as it is written now, held against what happened: for every write that the audit log knows,
whether it would have run, and what its steps would have done up to the first wait.

It works on a copy of the database, in transactions that are never committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from relasi.platform.query import Row
from relasi.records import Actor, Event, Source, Work
from relasi.records.titles import kept
from relasi.runtime import Crm
from relasi.schema.fields.base import ValueProblem
from relasi.schema.model import On, Repeat, Workflow
from relasi.store.audit import Change
from relasi.store.traces import Outcome, Trace
from relasi.trial.stage import Clock
from relasi.workflows.engine import triggers

Kind = Literal["runs now", "runs no more", "does other things"]

_RUNS = ("ran", "waiting", "failed", "stopped", "cancelled")
_WRONG = ("failed", "stopped")
_WRITES = ("created", "updated", "moved", "derived")
_EVER = datetime.min.replace(tzinfo=UTC)
_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)
_AT_ONCE = 500
_REPLAYED = {On.CREATED, On.UPDATED, On.CHANGED, On.ENTERS, On.LEAVES, On.MOVED}
BY_CHANCE = frozenset({"id", "effects", "at", "why", "items"})
"""What a step says that may be another each time it does the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One write after which the rule would do something else than it did. `before` and `after` are what its
    steps did, and would do."""

    kind: Kind
    at: datetime
    record_id: str
    title: str
    outcome: Outcome | None
    before: Sequence[Any] = ()  # Any: JSON
    after: Sequence[Any] = ()  # Any: JSON


@dataclass(frozen=True, slots=True)
class Replay:
    """`writes` is how many were looked at, `gone` how many were to records that are deleted since; `left_out`
    are triggers that the audit log does not tell of."""

    workflow: str
    writes: int
    gone: int
    left_out: Sequence[str]
    differences: Sequence[Difference]


class _Undone(Exception):
    """Takes back what a replayed write did."""


@dataclass
class _Player:
    crm: Crm
    clock: Clock
    workflow: Workflow
    ran: set[str]
    """Records on which the rule has run by then, as it would go now."""

    def look(self, change: Change, event: Event, held: Trace | None) -> Difference | None:
        """What would be another one after this write; the trace is that of what was."""
        before = held if held is not None and held.outcome in _RUNS else None
        if before is None and not triggers(self.workflow, event):
            return None
        self.clock.now = change.at
        trace, title = self._taken(change, event)
        if trace is not None:
            self.ran.add(change.record_id)
        if (trace is None) == (before is None):
            if trace is None or before is None or _same(before, trace):
                return None
            kind: Kind = "does other things"
        else:
            kind = "runs now" if before is None else "runs no more"
        outcome = trace.outcome if trace else None
        steps = (before.steps if before else (), trace.steps if trace else ())
        return Difference(kind, change.at, change.record_id, title, outcome, *steps)

    def _taken(self, change: Change, event: Event) -> tuple[Trace | None, str]:
        """What the rule does now, None where it does not run; and what the record is called."""
        found: Trace | None = None
        title = change.record_id
        actor = Actor(change.user_id or change.on_behalf_of, frozenset(), Source.RULE, everything=True)
        try:
            with self.crm.records.work(actor) as work:
                work.transaction.put(
                    self.workflow.entity, {change.record_id: _own(work, self.workflow.entity, event.new)}
                )
                title = work.entity(self.workflow.entity).title.render(work.situation(event.new), kept(work))
                found = self._begun(work, event)
                raise _Undone
        except _Undone:
            return found, title

    def _begun(self, work: Work, event: Event) -> Trace | None:
        workflow = self.workflow
        once = workflow.repeat is Repeat.ONCE_PER_RECORD
        if not triggers(workflow, event) or (once and event.record_id in self.ran):
            return None
        course = self.crm.approvals.course
        start = course.ask(work, workflow, event)
        return course.begin(work, start) if start.holds else None


def replay(crm: Crm, clock: Clock, workflow: Workflow, since: datetime) -> Replay:
    """`crm` is that of the working tree on a copy of the database; nothing in it changes."""
    with crm.records.work(_NOBODY, write=False) as work:
        changes = work.store.audit.since(workflow.entity, since)
        traces = [each for each in work.store.traces.since(_EVER, workflow.name) if each.part_of is None]
        keys = {each.record_id for each in changes}
        rows = {
            key: row
            for each in _parts(sorted(keys))
            for key, row in work.transaction.get(workflow.entity, each).items()
        }
        events = list(_events(work, workflow.entity, changes, rows))
    ran = {each.record_id for each in traces if each.at < since and each.outcome in _RUNS}
    held = {each.change_id: each for each in traces if each.change_id}
    player = _Player(crm, clock, workflow, ran)
    looks = [
        player.look(change, event, held.get(change.id))
        for change, event in events
        if change.rule != workflow.name
    ]
    return Replay(
        workflow=workflow.name,
        writes=len(looks),
        gone=len(keys - rows.keys()),
        left_out=[each.key or each.on.value for each in workflow.triggers if each.on not in _REPLAYED],
        differences=[each for each in looks if each is not None],
    )


def _events(
    work: Work, entity: str, changes: Sequence[Change], rows: Mapping[str, Row]
) -> Iterator[tuple[Change, Event]]:
    """The writes in their order, each with the record before and after: reckoned back from how it is now."""
    current = dict(rows)
    found = []
    for change in reversed(changes):
        row = current.get(change.record_id)
        if row is None or change.kind not in _WRITES:
            continue
        old_values = _values(work, entity, {name: pair[0] for name, pair in change.fields.items()})
        new = {**row, "version": change.version}
        old = {**row, **old_values, "version": change.version - 1}
        current[change.record_id] = old
        found.append((change, _event(work, change, None if change.kind == "created" else old, new)))
    yield from reversed(found)


def _event(work: Work, change: Change, old: Row | None, new: Row) -> Event:
    changed = {name: (None if old is None else old[name], new[name]) for name in change.fields if name in new}
    derived = change.kind == "derived"
    move = _move(work, change, old, new) if change.kind == "moved" and old is not None else None
    return Event(change.record_id, old, new, changed, change.id, is_derived=derived, move=move)


def _move(work: Work, change: Change, old: Row, new: Row) -> str | None:
    """The move that leads from the one state to the other: the log tells the states."""
    process = work.entity(change.entity).process
    if process is None:
        return None
    before, after = old[process.field], new[process.field]
    return next(
        (each.name for each in process.moves if before in each.sources and each.target == after), None
    )


def _values(work: Work, entity: str, dumped: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON, field values
    """As fields hold them; what a field of today cannot hold is left as it is now."""
    fields = work.entity(entity).fields
    found = {}
    for name, value in dumped.items():
        with suppress(ValueProblem, KeyError):
            found[name] = fields[name].type.accept(tuple(value) if isinstance(value, list) else value)
    return found


def _own(work: Work, entity: str, row: Row) -> Row:
    """What a record keeps of its own."""
    return {field.name: row[field.name] for field in work.entity(entity).own_fields if field.name in row}


def _same(before: Trace, after: Trace) -> bool:
    """Whether the steps did the same, of a run that waits those before it."""
    if before.workflow_version == after.workflow_version:
        return True
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


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(keys), _AT_ONCE):
        yield keys[first : first + _AT_ONCE]
