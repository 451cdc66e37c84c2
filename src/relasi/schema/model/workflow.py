"""Rules: what they wait for, and the steps that they take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

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


class AssignBy(Enum):
    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One value that a step gives to a field: an expression, or a template where the field is text."""

    field: str
    value: Expression | Template


@dataclass(frozen=True, slots=True)
class SetFields:
    """Changes the record that the rule runs on."""

    path: str
    values: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Assign:
    """Gives the record to a person of a role."""

    path: str
    role: str
    by: AssignBy
    field: str
    busy: Expression | None
    """Which records of the same entity count as a person's work; None: all that the person has."""


@dataclass(frozen=True, slots=True)
class CreateRecord:
    path: str
    entity: str
    values: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """Changes the record that the field `link` of the rule's record points to."""

    path: str
    link: str
    entity: str
    values: tuple[Assignment, ...]


Step = SetFields | Assign | CreateRecord | UpdateRecord


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
