"""What a field type is: how its values are written, checked, stored, shown and compared.

A field type is one class in one file of this package; `registry` finds it there. It names the kind of its
storage and of its widget, so that platforms and pages know kinds and never types. The attributes of the class
that are pydantic fields are exactly the keys that an author may write below a field of that type.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field

from relasi.schema.expressions.types import Type
from relasi.schema.fields.notation.authors import WAYS_OUT
from relasi.schema.fields.notation.definitions import (
    Day,
    FieldAccessSpec,
    Names,
    OldNames,
    OnEraseKey,
    RetentionKey,
)
from relasi.schema.fields.notation.kinds import Kind as Kind
from relasi.schema.fields.notation.kinds import Storage as Storage
from relasi.schema.fields.notation.kinds import Widget as Widget
from relasi.schema.fields.notation.surroundings import Option as Option
from relasi.schema.fields.notation.surroundings import Report as Report
from relasi.schema.fields.notation.surroundings import Surroundings as Surroundings
from relasi.schema.labels import LabelSpec
from relasi.texts import FALLBACK, say

Value = Any  # Any: the Python value of a field; which one, each type's class says
"""A field's value in memory, or None where it is empty."""


class ValueProblem(Exception):
    """A value that the type refuses; `code` names a sentence in `texts/issues.yaml`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def text(self, language: str = FALLBACK) -> str:
        return say(language, f"issues.{self.code}", **self.params)


def has_holes(written: object) -> bool:
    """Whether a value of a definition is made from the record: a text with {expressions} in it."""
    return isinstance(written, str) and "{" in written


def quoted(value: object) -> str:
    """A refused value as a message repeats it: on one line, cut to 40 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else f"{text[:39]}…"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person or a file writes values: the decimal comma, the order of a date, the time zone."""

    locale: Locale
    zone: ZoneInfo
    date_formats: tuple[str, ...] = ()
    """strptime patterns tried first, in this order."""


@dataclass(frozen=True, slots=True)
class Showing:
    """For whom a value is formatted.

    `title` names linked records and users: (entity or "user", id) -> text.
    """

    locale: Locale
    zone: ZoneInfo
    currency: str
    title: Callable[[str, str], str] = field(default=lambda _entity, key: key)

    @property
    def language(self) -> str:
        return self.locale.language


@dataclass(frozen=True, slots=True)
class Moment:
    """What a default may depend on."""

    now: datetime
    zone: ZoneInfo
    user_id: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are named as one, written as an author would write them: `rows` of them on a form,
    `columns` in a list, `lines` on a record's page: values and shown texts by name -> lines of text."""

    fields: Mapping[str, Mapping[str, Any]]  # Any: plain values of YAML
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    lines: Callable[[Mapping[str, Value], Mapping[str, str]], list[str]]


class FieldSpec(BaseModel):
    """The keys that every field has, whether people enter its value or it is made of others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ClassVar[str]
    """The word after `type:`."""
    summary: ClassVar[str]
    """One sentence for the reference page."""

    type: str
    """The kind of value that the field holds."""
    label: LabelSpec | None = None
    """What people call the field: one text, or a text for each language."""
    help: LabelSpec | None = None
    """One sentence shown beside the field while it is filled in."""
    visible_when: str | None = None
    """The condition under which the field appears on the form."""
    index: bool = False
    """Whether the database keeps an index, for fields that are often filtered or sorted by."""
    was: OldNames = ()
    """The name, or names, that the field had before: its values are kept under the new one."""
    access: FieldAccessSpec | None = None
    """The roles that see the field, and those that change it."""
    personal: bool | Literal["special"] = False
    """Whether the values are about a person; `special` where they are about health, religion, politics and
    the like."""
    purpose: Names = ()
    """What personal values are kept for: `purposes` in crm.yaml; those of the entity if absent."""
    retention: RetentionKey | None = Field(None, alias="keep")
    """How long personal values are kept, such as `2 years after closed_at`; then they are emptied. As long as
    the record if absent."""
    on_erase: OnEraseKey | None = None
    """What becomes of the values when the person is erased: `anonymise` empties them, as it does with all
    that are personal; `{do: keep, because: …}` leaves them and says why."""

    def group(self, name: str, around: Surroundings) -> Group | None:
        """The fields that the definition of `name` stands for, itself among them where it is one of them."""
        return None


class EnteredSpec(FieldSpec):
    """The keys of fields into which people enter values."""

    required: bool = False
    """Whether a record cannot be saved without a value."""
    required_when: str | None = None
    """The condition under which a value is required."""
    read_only: bool = False
    """Whether people see the value but never change it."""
    read_only_when: str | None = None
    """The condition under which people may not change the value."""
    unique: bool = False
    """Whether two records may never hold the same value; empty values do not count."""


class FieldType(EnteredSpec, ABC):
    """The keys common to all types, and the behaviour that each type gives in its own way.

    A new type says what its values are in `keep`, and overrides of the rest what differs from plain text.
    Values handed to `show` and `dump` are never None.
    """

    widget: ClassVar[Widget]
    computed: ClassVar[bool] = False
    """True where people never enter the value (a number series)."""
    makes_tree: ClassVar[bool] = False
    """True where records stand below others of their entity through the field."""
    right_aligned: ClassVar[bool] = False
    scheme: ClassVar[str | None] = None
    """What makes a link of a value that leads out of Relasi: `mailto:`, or "" where it is one already."""

    encrypted: bool = False
    """Whether the database keeps the values unreadable for all who do not have the keys; `personal: special`
    says so, too."""
    searchable: Literal["exact"] | None = None
    """`exact`: an encrypted field can be filtered and searched by its whole value, whatever its case."""
    retire: Day | None = None
    """The day until which the values are kept of a field that is gone from every page: 2027-01-31."""
    default: Any = None  # Any: each type reads its own in `authored`
    """The value that a new record starts with."""
    default_from: str | None = None
    """The expression, or text with {holes}, whose value a new record gets where none is given."""
    existing_rows: Any = None  # Any: as `default`
    """What records get that have no value when the field is new or becomes required: a value, or a text with
    {holes} that read the record as it was, such as "{first_name} {last_name}"."""
    unconvertible: Literal["stop", "empty", "existing_rows"] = "stop"
    """What becomes of values that do not fit a new type: nothing is changed, they are emptied, or they get
    `existing_rows`; the first keeps the plan from being applied."""

    def resolve(self, around: Surroundings) -> Self:
        """A copy with everything looked up that is named elsewhere (value lists, entities, the currency).

        Reports what is not there, what contradicts itself, and a default that is no value of this type.
        """
        resolved = self.connect(around)
        existing = None if has_holes(self.existing_rows) else self.existing_rows
        for key, written in (("default", self.default), ("existing_rows", existing)):
            try:
                resolved.authored(written, _ANY_MOMENT)
            except ValueProblem as problem:
                self._refuse_authored(around.problem, key, written, problem)
        return resolved

    def _refuse_authored(self, report: Report, key: str, written: Any, problem: ValueProblem) -> None:
        """Says in the words of YAML what a person who fills in a form would be told otherwise."""
        if isinstance(written, (list, dict)):
            kind = "a list" if isinstance(written, list) else "a map"
            report((key,), "bad-value", f'"{key}" cannot be {kind}', help="write one value")
            return
        shown = str(written).lower() if isinstance(written, bool) else quoted(written)
        message, help = f'"{key}" cannot be "{shown}"', WAYS_OUT.get(problem.code, problem.text())
        if choices := self.choices():
            report((key,), "bad-value", message, word=shown, candidates=choices, help=help)
        else:
            report((key,), "bad-value", message, help=help)

    def connect(self, around: Surroundings) -> Self:
        """The part of `resolve` that a type does in its own way."""
        return self

    @abstractmethod
    def storage(self) -> Storage: ...

    @property
    def is_encrypted(self) -> bool:
        return self.encrypted or self.personal == "special"

    @property
    def kept_as(self) -> Storage:
        """How a database keeps the values: as they are stored, or encrypted."""
        return Storage(Kind.ENCRYPTED) if self.is_encrypted else self.storage()

    @abstractmethod
    def expression_type(self) -> Type: ...

    def accept(self, value: Value) -> Value:
        """The value as it is kept, from a Python value or from what `dump` made of one.

        None and "" are empty. What it returns, it accepts again unchanged. Raises ValueProblem.
        """
        return None if value is None or value == "" else self.keep(value)

    @abstractmethod
    def keep(self, value: Value) -> Value:
        """`accept` for a value that is there. Raises ValueProblem."""

    def read(self, text: str, reading: Reading) -> Value:
        """The value from what a person typed or a file holds; None for blank text. Raises ValueProblem."""
        return self.parse(text.strip(), reading) if text.strip() else None

    def parse(self, text: str, reading: Reading) -> Value:
        """`read` for text that is not blank."""
        return self.accept(text)

    def sought(self, typed: str) -> str | None:
        """The part of a value as it is kept that is meant by what is typed into a search; None where that is
        what was typed."""
        return None

    def default_value(self, moment: Moment) -> Value:
        """The value that a new record starts with, None for none."""
        return self.authored(self.default, moment)

    def authored(self, written: Any, moment: Moment) -> Value:  # Any: a plain value of YAML
        """A value as authors write it, where words such as `today` may stand. Raises ValueProblem."""
        return self.accept(written)

    def show(self, value: Value, showing: Showing) -> str:
        """The value as a person reads it."""
        return str(value)

    def hint(self, showing: Showing) -> str | None:
        """What an empty control says of how a value is written, None for nothing."""
        return None

    def dump(self, value: Value) -> Any:  # Any: JSON
        """The value as JSON; `accept` takes it back."""
        return value

    def example(self, number: int) -> Value:
        """The value of record `number` of a sample; None where any value of the kind of storage will do."""
        return None

    def choices(self) -> Mapping[str, Option]:
        """What can be chosen, in order; empty where the type is not a choice."""
        return {}

    def targets(self) -> tuple[str, ...]:
        """The entities whose records the value refers to; empty where it is no link."""
        return ()


_ANY_MOMENT = Moment(now=datetime(2000, 1, 1, tzinfo=UTC), zone=ZoneInfo("UTC"), user_id="anybody")
