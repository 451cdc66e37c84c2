"""The Model: what a project's documents compile to. Immutable, complete, and all that the rest of Relasi
reads.

Every name in it has been looked up and every expression checked, so nothing below ever meets a broken
definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from relasi.schema.derivations import Derivation, is_binding
from relasi.schema.expressions import Expression, Template
from relasi.schema.fields.base import FieldType, Option
from relasi.schema.labels import Label
from relasi.schema.samples import Sample


@dataclass(frozen=True, slots=True)
class Settings:
    """crm.yaml: the company as a whole."""

    name: str
    languages: tuple[str, ...]
    """The first one is the default."""
    currency: str
    """ISO 4217."""
    zone: ZoneInfo
    platform: str
    keep_removed: timedelta = timedelta(days=30)
    """How long what a change takes away can be brought back."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity. `type` carries the options that are the type's own."""

    name: str
    label: Label
    type: FieldType
    help: Label | None = None
    required_when: Expression | None = None
    visible_when: Expression | None = None
    read_only_when: Expression | None = None
    system: bool = False
    """Kept by the engine: ids, versions, times, and by whom."""
    derivation: Derivation | None = None
    """How the value is made of others; None where it is not."""

    @property
    def computed(self) -> bool:
        """Whether people never enter the value."""
        return self.type.computed or is_binding(self.derivation)

    @property
    def links_to(self) -> tuple[str, ...]:
        return self.type.targets()


class OnDelete(Enum):
    """What becomes of a record whose link loses its target."""

    RESTRICT = "restrict"
    CLEAR = "clear"
    CASCADE = "cascade"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A link seen from its target: records of `entity` point here through `field`."""

    entity: str
    field: str
    on_delete: OnDelete


class StateKind(Enum):
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class State:
    name: str
    label: Label
    kind: StateKind
    color: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """A legal step between states. Who is empty: everybody who may update the record."""

    name: str
    label: Label
    sources: tuple[str, ...]
    target: str
    who: frozenset[str]
    condition: Expression | None
    needs: tuple[str, ...]
    """Fields that must be filled when the move is made."""


@dataclass(frozen=True, slots=True)
class Process:
    """The states of an entity and the moves between them; the first state is where records start."""

    field: str
    states: Mapping[str, State]
    moves: Mapping[str, Move]

    @property
    def initial(self) -> str:
        return next(iter(self.states))

    def moves_from(self, state: str | None) -> Iterator[Move]:
        return (move for move in self.moves.values() if state in move.sources)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form; each row holds the names of the fields that stand side by side."""

    name: str
    label: Label
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sort:
    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list that an admin has prepared: which records, in which order, with which columns."""

    name: str
    label: Label
    where: Expression | None
    sort: tuple[Sort, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one entity.

    `read`, `update` and `delete` are True, False, or the condition that a record must meet.
    """

    create: bool
    read: Expression | bool
    update: Expression | bool
    delete: Expression | bool
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Records of this entity stand on the timelines of the records that the fields `on` link to, at the time
    `at`."""

    on: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    label: Label
    plural: Label
    icon: str
    title: Template
    fields: Mapping[str, Field]
    """In the order of the file, system fields last."""
    process: Process | None
    form: tuple[Section, ...]
    lists: Mapping[str, SavedList]
    search: tuple[str, ...]
    timeline: Timeline | None
    access: Mapping[str, Grant]
    unique_together: tuple[tuple[str, ...], ...] = ()
    inbound: tuple[Inbound, ...] = ()
    was: tuple[str, ...] = ()
    """Names that it had before."""
    retired: Mapping[str, FieldType] = field(default_factory=dict)
    """Fields that only the database still has, until the day that `retire` names."""

    @property
    def own_fields(self) -> Iterator[Field]:
        """The fields that the author wrote."""
        return (each for each in self.fields.values() if not each.system)


@dataclass(frozen=True, slots=True)
class Role:
    """`includes` holds the roles whose grants this one has too, directly or through others, itself
    included."""

    name: str
    label: Label
    includes: frozenset[str]
    everything: bool
    """May do all with all records; for administrators."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    entity: str
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    label: Label
    icon: str
    roles: frozenset[str]
    menu: tuple[MenuItem, ...]


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


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """Where the records live. `options` are the keys of that kind of platform; secrets are resolved at run
    time."""

    name: str
    kind: str
    options: Mapping[str, Any]  # Any: each kind has its own


@dataclass(frozen=True, slots=True)
class Model:
    """A whole project, compiled. `fingerprint` changes whenever any document does."""

    settings: Settings
    platform: PlatformSettings
    entities: Mapping[str, Entity]
    roles: Mapping[str, Role]
    departments: Mapping[str, Department]
    workflows: Mapping[str, Workflow]
    value_lists: Mapping[str, Mapping[str, Option]]
    sample: Sample
    fingerprint: str
    derived: tuple[tuple[str, str], ...] = ()
    """Entity and field of all that is derived, each behind what it is made of."""

    def rules_for(self, entity: str) -> Iterator[Workflow]:
        return (each for each in self.workflows.values() if each.entity == entity)
