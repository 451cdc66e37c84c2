"""Rules: what they wait for, and what is known of the steps that they take. What steps do is left to
`relasi.workflows.actions`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import Enum
from typing import Any, Literal, Self

from relasi.schema.expressions import Expression, Template
from relasi.schema.labels import Label
from relasi.schema.recurrence import Recurrence


class On(Enum):
    """What a rule can wait for. The last five are no events of a record: they begin with a person, another
    rule, or the clock."""

    CREATED = "created"
    UPDATED = "updated"
    CHANGED = "changed"
    ENTERS = "enters"
    LEAVES = "leaves"
    MOVED = "moved"
    INCOMING = "incoming"
    DELETED = "deleted"
    BUTTON = "button"
    CALLED = "called"
    EVERY = "every"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Button:
    """Who is empty: everybody who may update the record. `needs` are fields that must be filled."""

    label: Label
    who: frozenset[str]
    needs: tuple[str, ...]
    confirm: Label | None


@dataclass(frozen=True, slots=True)
class Around:
    """A length of time before or after what stands in a field; for a date, at that time of the day."""

    field: str
    length: timedelta
    is_before: bool
    at: time


@dataclass(frozen=True, slots=True)
class Trigger:
    """`fields` belongs to CHANGED, ENTERS and LEAVES: any one of them suffices; `before` and `after` are the
    values that it must have had and have got, None for any. `moves` belongs to MOVED, `hooks` to INCOMING.

    `key` tells it from the others that go by the clock, whose records meet `where`.
    """

    on: On
    fields: tuple[str, ...] = ()
    before: frozenset[Hashable] | None = None
    after: frozenset[Hashable] | None = None
    moves: frozenset[str] = frozenset()
    hooks: frozenset[str] = frozenset()
    button: Button | None = None
    recurrence: Recurrence | None = None
    around: Around | None = None
    where: Expression | None = None
    key: str = ""


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
    moves: frozenset[str] = frozenset()
    """The moves of its process that it makes."""

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
class Outgoing:
    """What leaves the house by a step: a `message` by mail or on paper, or a call to the `host` of another
    system."""

    way: Literal["email", "letter", "webhook"]
    message: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What lint, deploy and the timeline know of a step; what it does is the action's that inherits from it.

    `path` is where it stands in the definition ("do.2.then.0"), `entity` what it runs on the records of,
    `name` what its author calls it.
    """

    path: str
    entity: str
    name: str | None = field(default=None, kw_only=True)

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

    def outgoing(self) -> Iterator[Outgoing]:
        yield from ()

    def accounts(self) -> Iterator[str]:
        """User fields of its record that it fills with people from outside."""
        yield from ()

    def guards(self) -> Iterator[str]:
        """Fields of its record that nobody may change while it waits."""
        yield from ()

    def children(self) -> Iterator[Step]:
        """The steps inside it."""
        yield from ()

    @property
    def may_pause(self) -> bool:
        """Whether a run may stand at it."""
        return False

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
    """What happens where a rule is triggered while it has run on the record, or is still on its way there."""

    EVERY_TIME = "every time"
    ONCE_PER_RECORD = "once per record"
    RESTART = "restart"
    QUEUE = "queue"


class InFlight(Enum):
    """What becomes of runs of an older definition."""

    FINISH = "finish"
    RESTART = "restart"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Workflow:
    """`entity` is "" where the rule is about no record. `version` is a fingerprint of the definition: traces
    and audit entries say which one ran. `document` is the definition as its author wrote it."""

    name: str
    label: Label
    entity: str
    triggers: tuple[Trigger, ...]
    condition: Expression | None
    repeat: Repeat
    steps: tuple[Step, ...]
    version: str
    document: Any = field(repr=False, compare=False, default=None)  # Any: plain YAML
    in_flight: InFlight = InFlight.FINISH
    moved_steps: Mapping[str, str] = field(default_factory=dict)
    """Steps of an older definition, by path or name -> paths of steps of this one, where `in_flight` is
    MAP."""

    @property
    def button(self) -> Button | None:
        return next((each.button for each in self.triggers if each.button), None)
