"""What all kinds of steps have in common: how they are run, and what they may answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from relasi.errors import NotFound
from relasi.platform.query import Row
from relasi.schema.expressions import Situation, Template
from relasi.schema.expressions.types import Link
from relasi.schema.fields.base import Value
from relasi.schema.model import Assignment, Step, Workflow

if TYPE_CHECKING:
    from relasi.records.work import Work


Said = dict[str, Any]  # Any: JSON
"""What a step did, for the trace: "step" is its kind, "path" where it stands."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The run waits here: until a moment, or until something happens; `waiting_for` says in a word for what.

    Each write to one of the records in `watches` makes the step look again.
    """

    said: Said
    waiting_for: str
    until: datetime | None = None
    watches: Collection[tuple[str, str]] = ()
    cursor: Said | None = None
    """How far the step has come, which it finds again when the run goes on."""


@dataclass(frozen=True, slots=True)
class Jump:
    """The run goes on with the first step of the list at `path`, and behind this step after that."""

    said: Said
    path: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The run ends here."""

    said: Said


Answer = Said | Pause | Jump | Stop
"""What a step says when it was run: it is done, or what comes instead of the next one."""


class Conductor(Protocol):
    """What steps ask for that begin something which runs by itself."""

    def call(self, running: Running, name: str, record_id: str, *, awaited: bool) -> str:
        """Runs another workflow on a record; what has become of it by now. If it is awaited and not at its
        end, it wakes this run when it is. Raises WorkflowError where it is awaited and failed."""

    def each(self, running: Running, step: Step, entity: str, record_id: str) -> list[Said] | None:
        """Takes the steps inside `step` on a record; None where they have not ended yet."""


@dataclass(slots=True)
class Running:
    """A workflow that runs on a record, inside one transaction; `work` acts as the rule.

    `entity` and `record_id` are "" where it runs on none. `id` is that of the run and of its trace. `old` is
    the record before the change that triggered it, None where there is none. `outer_id` is the rule's own
    record where a step came to another one, `gone` the record itself where it has just been deleted.
    """

    id: str
    work: Work
    workflow: Workflow
    entity: str
    record_id: str
    conductor: Conductor
    old: Row | None = None
    outer_id: str | None = None
    gone: Row | None = None
    since: datetime | None = None
    """When it began to wait, while it does."""
    at: str = ""
    """The path of the step at hand."""
    cursor: Mapping[str, Any] | None = None  # Any: JSON
    """How far the step had come when it paused."""
    said: list[Said] = field(default_factory=list)

    def record(self) -> Row:
        """The record as it is now; an empty one where there is none. Raises NotFound."""
        if not self.entity:
            return {}
        return self.gone or self.current(self.entity, self.record_id)

    def current(self, entity: str, key: str) -> Row:
        row = self.work.transaction.get(entity, [key]).get(key)
        if row is None:
            raise NotFound("not_found")
        return row

    def situation(self) -> Situation:
        """What the expressions of a step are evaluated in."""
        return replace(self.work.situation(self.record(), self.old), outer=self.outer())

    def outer(self) -> Situation | None:
        """What `record.` reads, where a step came to another record."""
        if not self.outer_id:
            return None
        return self.work.situation(self.current(self.workflow.entity, self.outer_id))

    def key(self, step: Step) -> str:
        """The idempotency key of what the step does outside: the same whenever it is tried again."""
        return f"{self.id}:{step.path}"

    def values(self, entity: str, assignments: Sequence[Assignment]) -> dict[str, Value]:
        """What the fields of a record of `entity` get."""
        situation = self.situation()
        return {each.field: self._value(entity, each, situation) for each in assignments}

    def _value(self, entity: str, assignment: Assignment, situation: Situation) -> Value:
        source = assignment.value
        if isinstance(source, Template):
            from relasi.records.titles import kept

            return source.render(situation, kept(self.work))
        value = source.evaluate(situation)
        several = len(self.work.entity(entity).fields[assignment.field].links_to) > 1
        if several and value is not None and isinstance(source.type, Link) and len(source.type.targets) == 1:
            return f"{source.type.targets[0]}/{value}"
        return value

    def dumped(self, entity: str, values: Mapping[str, Value]) -> dict[str, Any]:  # Any: JSON
        """The values as JSON, once a write has taken them; of encrypted ones only that they were there."""
        types = {name: self.work.entity(entity).fields[name].type for name in values}
        kept = {name: types[name].accept(value) for name, value in values.items()}
        return {
            name: None if value is None or types[name].is_encrypted else types[name].dump(value)
            for name, value in kept.items()
        }


@dataclass(frozen=True, slots=True)
class Action(Step, ABC):
    """A step that can be run."""

    @abstractmethod
    def run(self, running: Running) -> Answer:
        """Does the step on the record as it is now. Raises RelasiError; then all that the run did since it
        last paused is undone."""

    def lists(self) -> Iterator[tuple[str, Sequence[Step]]]:
        """The lists of steps to which it may jump, each with its path."""
        yield from ()

    def bodies(self) -> Iterator[tuple[str, Sequence[Step]]]:
        """The lists of steps that are taken on other records, each with its path."""
        yield from ()

    def children(self) -> Iterator[Step]:
        for _, steps in (*self.lists(), *self.bodies()):
            yield from steps


@dataclass(frozen=True, slots=True)
class Waiting(Action):
    """A step that may pause."""

    @property
    def may_pause(self) -> bool:
        return True

    @abstractmethod
    def resume(self, running: Running, woken: str) -> Answer:
        """Goes on after a pause; `woken` is what ended it: "time", or what woke the run."""

    def look(self, running: Running) -> Pause | None:
        """Asked after a write to a record that the pause watches: the pause as it is now, None where it is
        over. Steps whose pauses watch nothing are never asked."""
        raise AssertionError(f"{self.path} watches nothing")
