"""Rules: what they wait for, and what is known of the steps that they take. What steps do is left to
`relasi.workflows.actions`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Self

from relasi.schema.expressions import Expression, Template
from relasi.schema.labels import Label


class On(Enum):
    """The events of a record that a rule can wait for."""

    CREATED = "created"
    UPDATED = "updated"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Trigger:
    """`fields` belongs to CHANGED: any one of them suffices."""

    on: On
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """One value that a step gives to a field: an expression, or a template where the field is text."""

    field: str
    value: Expression | Template


class Whose(Enum):
    """Which records a step writes: the one that it runs on, a new one, or others that it comes to."""

    ITS = "its"
    NEW = "new"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Writing:
    """What a step gives to the fields of records of one entity; None where only the run knows the value."""

    entity: str
    values: Mapping[str, Expression | Template | None]
    whose: Whose = Whose.ITS

    @classmethod
    def of(cls, entity: str, assignments: Iterable[Assignment], whose: Whose = Whose.ITS) -> Self:
        return cls(entity, {each.field: each.value for each in assignments}, whose)


@dataclass(frozen=True, slots=True)
class StepCondition:
    """A condition inside a step. `keys` is where it stands below the step, `purpose` what never comes about
    where it is never true."""

    keys: tuple[str | int, ...]
    expression: Expression
    purpose: str


@dataclass(frozen=True, slots=True)
class Step:
    """What lint, deploy and the timeline know of a step; what it does is the action's that inherits from it.

    `path` is where it stands in the definition ("do.2.then.0"), `entity` what it runs on the records of.
    """

    path: str
    entity: str

    def expressions(self) -> Iterator[Expression]:
        """All that it evaluates, those of its children left out."""
        yield from ()

    def conditions(self) -> Iterator[StepCondition]:
        """Those of the expressions that decide something."""
        yield from ()

    def reads(self) -> Iterator[tuple[str, str]]:
        """Fields, with their entity, that it reads without an expression: a link that it follows."""
        yield from ()

    def writes(self) -> Iterator[Writing]:
        yield from ()

    def children(self) -> Iterator[Step]:
        """The steps inside it."""
        yield from ()

    @property
    def place(self) -> tuple[str | int, ...]:
        """The path in the document."""
        return tuple(int(part) if part.isdigit() else part for part in self.path.split("."))


def walk(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps and all inside them, in the order of the text."""
    for step in steps:
        yield step
        yield from walk(step.children())


def expressions_of(values: Iterable[Expression | Template | None]) -> Iterator[Expression]:
    """The expressions that values are made of."""
    for value in values:
        if isinstance(value, Template):
            yield from value.expressions
        elif value is not None:
            yield value


class Repeat(Enum):
    EVERY_TIME = "every time"
    ONCE_PER_RECORD = "once per record"


@dataclass(frozen=True, slots=True)
class Workflow:
    """`version` is a fingerprint of the definition: traces and audit entries say which one ran."""

    name: str
    label: Label
    entity: str
    triggers: tuple[Trigger, ...]
    condition: Expression | None
    repeat: Repeat
    steps: tuple[Step, ...]
    version: str
