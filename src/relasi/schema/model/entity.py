"""An entity with all that belongs to it: fields, form, lists, access."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from relasi.schema.clocks import INNER, Sla
from relasi.schema.derivations import Clock, Derivation, is_binding
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.tree import Compare, Given, Read, walk
from relasi.schema.expressions.types import Boolean, Choice
from relasi.schema.fields.base import FieldType, Value
from relasi.schema.labels import Label
from relasi.schema.likeness import TwinRule
from relasi.schema.model.access import Grant
from relasi.schema.model.dashboard import Tile
from relasi.schema.model.layout import Board, Calendar, Work
from relasi.schema.model.merging import Merging
from relasi.schema.model.privacy import OnErase, Personal, Retention
from relasi.schema.model.process import Process
from relasi.schema.model.quality import Quality
from relasi.schema.owners import OWNER

_FEW = (Boolean, Choice)


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
    was_derived: bool = False
    """Whether it holds nothing but what was derived, by a definition of which only notes are left."""

    default_from: Expression | Template | None = None
    """What fills the field of a new record that is given no value."""
    option_conditions: Mapping[str, Expression] = field(default_factory=dict)
    """Options that can be chosen only under a condition on the record."""
    where: Expression | None = None
    """What records must meet to be linked to; `record.` in it reads the record that links."""

    personal: Personal | None = None
    """What its values say about a person; None for nothing."""
    purposes: tuple[str, ...] = ()
    """What personal values are kept for."""
    keep: Retention | None = None
    """When its values are emptied, before the record goes."""
    on_erase: OnErase | None = None

    @property
    def narrowed_by(self) -> frozenset[str]:
        """The other fields on which it depends what can be chosen."""
        read = {path for each in self.option_conditions.values() for path in each.fields}
        read |= self.where.given if self.where else set()
        return frozenset(path.partition(".")[0] for path in read)

    @property
    def shared(self) -> Mapping[str, str]:
        """The other fields that have to hold the same as one of the record linked to, with its name."""
        found = {}
        for node in walk(self.where.root) if self.where else ():
            match node:
                case (
                    Compare(operator="=", left=Read(path=(theirs,)), right=Given(field=Read(path=(own,))))
                    | Compare(operator="=", left=Given(field=Read(path=(own,))), right=Read(path=(theirs,)))
                ):
                    found[own] = theirs
        return found

    @property
    def computed(self) -> bool:
        """Whether people never enter the value."""
        return self.type.computed or self.was_derived or is_binding(self.derivation)

    @property
    def is_inner(self) -> bool:
        """Whether only the engine reads it."""
        return isinstance(self.derivation, Clock) and self.derivation.part in INNER

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


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form; each row holds the names of the fields that stand side by side. Its conditions hold
    for all of them."""

    name: str
    label: Label
    rows: tuple[tuple[str, ...], ...]
    tables: tuple[str, ...] = ()
    """They stand below the fields."""
    visible_when: Expression | None = None
    required_when: Expression | None = None
    read_only_when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What is filled in of records that meet `when`, by people with one of the roles; no roles mean all."""

    name: str
    """Empty where there is only one."""
    when: Expression | None
    roles: frozenset[str]
    sections: tuple[Section, ...]
    places: Mapping[str, Section]
    """Where each field stands that is on the form."""


@dataclass(frozen=True, slots=True)
class Tab:
    """Sections that are shown together, instead of those of other tabs."""

    name: str
    label: Label
    sections: tuple[str, ...]


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
    work: Work | None = None
    """How it is worked through, where it can be."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Records of this entity stand on the timelines of the records that the fields `on` link to, at the time
    `at`."""

    on: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that people see as one thing on a record's page; `lines` writes it, from values and shown texts
    by field."""

    name: str
    label: Label
    fields: tuple[str, ...]
    lines: Callable[[Mapping[str, Value], Mapping[str, str]], list[str]]


@dataclass(frozen=True, slots=True)
class RowTable:
    """Records of another entity that are entered on this one's form, as rows, and saved with it.

    `entity` is whose records the rows are, `link` its field that leads here. Nothing is stored on this side.
    """

    name: str
    label: Label
    entity: str
    link: str
    columns: tuple[str, ...]
    totals: tuple[str, ...] = ()
    order_by: str | None = None
    other: str | None = None
    """Where a row is a pair: its field that leads to the other side. It is the first of the columns."""
    help: Label | None = None
    visible_when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Records that meet `when` are not saved; `message` says so, beside `field` if there is one."""

    name: str
    when: Expression
    message: Label
    field: str | None


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
    forms: tuple[Form, ...]
    """The first that fits is taken; the last is for all others."""
    lists: Mapping[str, SavedList]
    search: tuple[str, ...]
    """Fields of its own, and of linked records as paths."""
    timeline: Timeline | None
    access: Mapping[str, Grant]
    readers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Fields and tables that exist for these roles only."""
    writers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Fields and tables that only these roles change."""
    groups: tuple[FieldGroup, ...] = ()
    timeline_of: tuple[tuple[str, str], ...] = ()
    """Entities, each with its link here: the timelines of their records are part of its own."""
    tables: Mapping[str, RowTable] = field(default_factory=dict)
    unique_together: tuple[tuple[str, ...], ...] = ()
    tabs: tuple[Tab, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    twins: tuple[TwinRule, ...] = ()
    merging: Merging = field(default_factory=Merging)
    panels: tuple[Tile, ...] = ()
    quality: Quality | None = None
    slas: tuple[Sla, ...] = ()
    """In the order in which their clocks are reckoned."""
    inbound: tuple[Inbound, ...] = ()
    board: Board | None = None
    calendar: Calendar | None = None
    person: Expression | bool = False
    """Which of its records are people."""
    belongs_to: tuple[str, ...] = ()
    """Links that lead to the people whom its records are about, also by way of other records."""
    keep: Retention | None = None
    """How long people's data in its records are kept."""
    on_erase: OnErase | None = None
    was: tuple[str, ...] = ()
    """Names that it had before."""
    retired: Mapping[str, FieldType] = field(default_factory=dict)
    """Fields that only the database still has, until the day that `retire` names."""

    indexed: tuple[tuple[str, ...], ...] = ()
    """Fields, several together, of which the database keeps an index, whatever else is said of them."""

    def counted(self, count: int) -> Label:
        """What people call so many of its records."""
        return self.label if count == 1 else self.plural

    @property
    def indexes(self) -> tuple[tuple[str, ...], ...]:
        """Fields that are looked up together: those from which the time runs that data are kept, what tells
        whose a record is, with what the lists are sorted by, whose work it is, with the state, and the days
        of the calendar."""
        kept = ((name,) for name in sorted(self.kept_after))
        firsts = dict.fromkeys(each.sort[0].field for each in self.lists.values() if each.sort)
        bound = ((name, first) for name in self._bound_by for first in firsts if first != name)
        worked = ((OWNER, self.process.field),) if self.process and OWNER in self.fields else ()
        dated = ((self.calendar.start,),) if self.calendar else ()
        return tuple(dict.fromkeys((*self.indexed, *kept, *bound, *worked, *dated)))

    @property
    def _bound_by(self) -> Iterator[str]:
        """The fields that must have one value for a role to read a record, unless few values share all
        records."""
        for grant in self.access.values():
            root = grant.read.root if isinstance(grant.read, Expression) else None
            if isinstance(root, Compare) and root.operator == "=":
                reads = [each for each in (root.left, root.right) if isinstance(each, Read)]
                if len(reads) == 1 and len(reads[0].path) == 1 and not isinstance(reads[0].type, _FEW):
                    yield reads[0].path[0]

    @property
    def kept_after(self) -> frozenset[str]:
        """Its fields from which the time runs that data are kept."""
        terms = (self.keep, *(field.keep for field in self.fields.values()))
        roots = (keep.after.root for keep in terms if keep is not None)
        return frozenset(root.path[0] for root in roots if isinstance(root, Read) and len(root.path) == 1)

    @property
    def form(self) -> tuple[Section, ...]:
        """The sections of all forms."""
        return tuple(section for form in self.forms for section in form.sections)

    @property
    def trees(self) -> tuple[str, ...]:
        """The fields through which its records stand below others of it."""
        return tuple(
            field.name for field in self.own_fields if field.type.makes_tree and field.derivation is None
        )

    @property
    def own_fields(self) -> Iterator[Field]:
        """The fields that the author wrote."""
        return (each for each in self.fields.values() if not each.system)
