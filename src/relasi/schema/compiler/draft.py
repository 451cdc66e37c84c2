"""What is known of a project halfway: every name that its definitions may refer to, before expressions are
checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from relasi.config.nodes import lookup
from relasi.schema.calendars import Calendar
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.page import BrokenReference, Lost, Page, Path
from relasi.schema.derivations import Derivation
from relasi.schema.expressions import ScopeField
from relasi.schema.expressions.types import Rows
from relasi.schema.fields.base import FieldSpec, FieldType, Group, Option
from relasi.schema.fields.notation.definitions import FieldAccessSpec
from relasi.schema.fields.tables import TableSpec
from relasi.schema.model.mail import Purpose
from relasi.schema.model.privacy import Personal
from relasi.schema.scope import owned, weights_of
from relasi.schema.spec.entity import EntitySpec

Place = tuple[str, str]
"""An entity and one of its fields."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A personal field: what its values are, and what they are kept for."""

    personal: Personal
    purposes: tuple[str, ...]


@dataclass(slots=True)
class EntityDraft:
    """`types` has every field, system fields last; None stands for a field whose definition is broken.

    Retired fields stand apart: lists and forms may still name them and do not show them, all else is told
    that there is no such field.
    """

    spec: EntitySpec
    page: Page
    types: dict[str, FieldType | None] = field(default_factory=dict)
    retired: dict[str, FieldType] = field(default_factory=dict)
    derived: dict[str, FieldSpec] = field(default_factory=dict)
    """Fields that are made of others; what keeps their values is in `types`, once that is known."""

    groups: dict[str, Group] = field(default_factory=dict)
    tables: dict[str, TableSpec] = field(default_factory=dict)
    """Fields that hold no value: they stand on forms, and conditions ask about them."""
    rows_types: dict[str, Rows] = field(default_factory=dict)
    """What conditions know of the sound ones."""
    guards: dict[str, FieldAccessSpec] = field(default_factory=dict)
    """Fields that are for some roles only; a group is named as a whole."""
    places: dict[str, Path] = field(default_factory=dict)
    """Where the definition of a field stands, where that is not below its own name."""

    def place(self, field: str) -> Path:
        return self.places.get(field, ("fields", field))

    def place_of_key(self, field: str, key: str) -> Path:
        """Where a key of the field is written: what a part does not say itself, its group says."""
        path = (*self.place(field), key)
        return path if lookup(self.page.document.root, path) else (*path[:2], key)

    def shown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the fields that are not retired."""
        return tuple(name for name in names if name not in self.retired)

    def columns(self, name: str) -> tuple[str, ...]:
        """The fields that stand in a list where `name` is written."""
        if name in self.tables:
            return ()
        return self.groups[name].columns if name in self.groups else (name,)

    def rows(self, written: str | list[str]) -> tuple[tuple[str, ...], ...]:
        """The rows on a form that one entry of a section stands for; a table has none."""
        if isinstance(written, str) and written in self.tables:
            return ()
        if isinstance(written, str):
            return self.groups[written].rows if written in self.groups else ((written,),)
        rows = (self.groups[each].rows if each in self.groups else ((each,),) for each in written)
        return (tuple(name for row in chain.from_iterable(rows) for name in row),)

    def own_types(self) -> Iterator[tuple[str, FieldType]]:
        """The fields that the author defines, with their parts, as far as they are sound."""
        return ((name, type_) for name, type_ in self.types.items() if type_ and name not in SYSTEM_TYPES)

    def is_broken(self, field: str | None) -> bool:
        """Whether the definition of a field, or of any where none is named, is wrong; that is reported."""
        return None in self.types.values() if field is None else self.types.get(field, ...) is None

    def wanting(self, filled: Collection[str]) -> Iterator[str]:
        """The fields that every record needs and that nothing fills, if only those do."""
        for name, type_ in self.own_types():
            starts = type_.default is not None or type_.default_from is not None or type_.computed
            if type_.required and type_.visible_when is None and not starts and name not in filled:
                yield name

    @property
    def trees(self) -> tuple[str, ...]:
        """The fields through which its records stand below others of it."""
        return tuple(
            name for name, type_ in self.own_types() if type_.makes_tree and name not in self.derived
        )

    def members(self, name: str) -> tuple[str, ...]:
        """The fields that `name` stands for."""
        return tuple(self.groups[name].fields) if name in self.groups else (name,)

    @property
    def name(self) -> str:
        return self.spec.entity

    @property
    def state_kinds(self) -> dict[str, str] | None:
        process = self.spec.process
        if process is None:
            return None
        return {name: state.kind for name, state in process.all_states.items()}


@dataclass(slots=True)
class Draft:
    languages: tuple[str, ...]
    currency: str
    lost: Lost
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    region: str = "ID"
    called: dict[str, str] = field(default_factory=dict)
    """Workflows that wait to be called, with the entity of each."""
    buttons: dict[str, str] = field(default_factory=dict)
    """Workflows that begin by a button, with the entity of each."""
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    value_lists: dict[str, Mapping[str, Option]] = field(default_factory=dict)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    modules: Mapping[str, bool] = field(default_factory=dict)
    """Every module, and whether it is on."""
    administrators: set[str] = field(default_factory=set)
    """The roles that may do everything."""
    teams: dict[str, frozenset[str]] = field(default_factory=dict)
    """Each with all that stand below it, itself included."""
    entities: dict[str, EntityDraft] = field(default_factory=dict)
    derivations: dict[Place, Derivation] = field(default_factory=dict)
    """In the order in which the values are made."""

    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    marks: dict[Place, Mark] = field(default_factory=dict)
    """The personal fields."""
    messages: dict[str, str] = field(default_factory=dict)
    """Each with its entity."""
    purposes_of: dict[str, str] = field(default_factory=dict)
    """Each message with its purpose."""

    private_hosts: frozenset[str] = frozenset()
    ways_in: dict[str, str] = field(default_factory=dict)
    """Hooks, forms with `form.` before their names, and mailboxes with `mail.`; each with its entity."""

    def pick_entity(self, page: Page, path: Path, name: str, *, at_key: bool = False) -> EntityDraft | None:
        """The entity called `name`; where there is none, a diagnostic and None."""
        return page.pick(path, "unknown-entity", "entity", name, self.entities, at_key=at_key)

    def entity_of(self, page: Page, name: str | None) -> EntityDraft | None:
        """The entity of a definition at whose top `entity:` may be left out: one without fields, called "",
        where it is."""
        if name is None:
            return EntityDraft(EntitySpec.model_construct(entity="", fields={}), page)
        return self.pick_entity(page, ("entity",), name)

    def scope(
        self, entity: str, *, has_old: bool = False, has_user: bool = True, opens: bool = False
    ) -> ProjectScope:
        """One that `opens` encrypted fields is for what is asked of one record at a time, and never kept."""
        return ProjectScope(self, entity, has_old, has_user, opens=opens)


@dataclass(frozen=True, slots=True)
class ProjectScope:
    """A scope of the expression language over the draft.

    Raises BrokenReference for what is known but not understood.
    """

    draft: Draft
    entity: str
    has_old: bool = False
    has_user: bool = True
    outer: str | None = None
    opens: bool = False

    def field(self, entity: str, name: str) -> ScopeField | None:
        if not entity:
            return None
        draft = self.draft.entities.get(entity)
        if draft is None:
            raise BrokenReference(entity)
        if name in draft.rows_types:
            return ScopeField(draft.rows_types[name])
        if name in draft.tables:
            raise BrokenReference(name)
        if name not in draft.types and not self.draft.lost.excuses("unknown-field", name):
            return None
        type_ = draft.types.get(name)
        if type_ is None:
            raise BrokenReference(name)
        process = draft.spec.process
        kinds = draft.state_kinds if process and process.field == name else None
        return ScopeField(
            owned(type_.expression_type(), entity, name),
            kinds,
            weights_of(type_),
            closed=type_.is_encrypted and not self.opens,
        )

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        if "unknown-team" in self.draft.lost.codes:
            raise BrokenReference("teams")
        return self.draft.teams

    def trees(self, entity: str) -> tuple[str, ...]:
        if not entity:
            return ()
        draft = self.draft.entities.get(entity)
        if draft is None:
            raise BrokenReference(entity)
        trees = draft.trees
        if not trees and any(
            type_ is None for name, type_ in draft.types.items() if name not in draft.derived
        ):
            raise BrokenReference(entity)
        return trees

    def fields(self, entity: str) -> Iterable[str]:
        draft = self.draft.entities.get(entity)
        return draft.types if draft else ()
