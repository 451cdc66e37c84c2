"""What all kinds of steps have in common: how they are run, and what they may answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relasi.errors import NotFound
from relasi.platform.query import Row
from relasi.records.work import Work
from relasi.schema.expressions import Situation, Template
from relasi.schema.expressions.types import Link
from relasi.schema.fields.base import Value
from relasi.schema.model import Assignment, Step, Workflow

Said = dict[str, Any]  # Any: JSON
"""What a step did, for the trace: "step" is its kind, "path" where it stands."""


@dataclass(slots=True)
class Running:
    """A workflow that runs on a record, inside one transaction; `work` acts as the rule.

    `id` is that of the run and of its trace. `old` is the record before the change that triggered it, None
    where there is none.
    """

    id: str
    work: Work
    workflow: Workflow
    entity: str
    record_id: str
    old: Row | None = None

    def record(self) -> Row:
        """The record as it is now. Raises NotFound."""
        return self.current(self.entity, self.record_id)

    def current(self, entity: str, key: str) -> Row:
        row = self.work.transaction.get(entity, [key]).get(key)
        if row is None:
            raise NotFound("not_found")
        return row

    def situation(self) -> Situation:
        """What the expressions of a step are evaluated in."""
        return self.work.situation(self.record(), self.old)

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
            return source.render(situation, lambda value, _: str(value))
        value = source.evaluate(situation)
        several = len(self.work.entity(entity).fields[assignment.field].links_to) > 1
        if several and value is not None and isinstance(source.type, Link) and len(source.type.targets) == 1:
            return f"{source.type.targets[0]}/{value}"
        return value

    def dumped(self, entity: str, values: dict[str, Value]) -> dict[str, Any]:  # Any: JSON
        """The values as JSON, once a write has taken them."""
        types = {name: self.work.entity(entity).fields[name].type for name in values}
        kept = {name: types[name].accept(value) for name, value in values.items()}
        return {name: None if value is None else types[name].dump(value) for name, value in kept.items()}


@dataclass(frozen=True, slots=True)
class Action(Step, ABC):
    """A step that can be run."""

    @abstractmethod
    def run(self, running: Running) -> Said:
        """Does the step on the record as it is now. Raises RelasiError; then all that the run did since it
        last paused is undone."""
